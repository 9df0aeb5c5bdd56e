"""Writes migrations.cpp: the numbered SQL files of store/migrations, in order, as C++ string literals."""
import pathlib
import re
import sys

output, *inputs = sys.argv[1:]
entries = []
for expected, path in enumerate(sorted(map(pathlib.Path, inputs), key=lambda item: item.name), start=1):
    match = re.fullmatch(r"(\d{4})_[a-z0-9_]+\.sql", path.name)
    if not match or int(match.group(1)) != expected:
        sys.exit(f"{path}: expected the name {expected:04d}_<what_it_does>.sql (numbers without gaps)")
    sql = path.read_text(encoding="utf-8")
    if ')sql"' in sql:
        sys.exit(f'{path}: must not contain )sql"')
    entries.append(f'    {{{expected}, "{path.name}", R"sql({sql})sql"}},\n')

pathlib.Path(output).write_text(
    '#include "store/schema.hpp"\n\n'
    "namespace sluice::store {\n\n"
    f"constexpr Migration all_migrations[] = {{\n{''.join(entries)}}};\n\n"
    "std::span<const Migration> migrations() { return all_migrations; }\n\n"
    "}  // namespace sluice::store\n", encoding="utf-8")
