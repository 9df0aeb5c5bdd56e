"""clang-tidy over sources of a build folder: python3 lint.py BUILD FILE...

Most of what clang-tidy costs is the headers of Boost, again for every file. So neighbours are checked together: as one
unit that includes them, or as smaller ones where their names clash. A unit that passed is not checked again until a file
of ours that it is made of, its command or the configuration changes; a run that was interrupted goes on where it stopped.
Needs a finished build: ninja knows what each file includes.
"""
import concurrent.futures
import hashlib
import json
import os
import pathlib
import shlex
import subprocess
import sys
import time

TIDY = "clang-tidy-19"
LARGEST_UNIT = 8  # files
build = pathlib.Path(sys.argv[1]).resolve()
root = pathlib.Path.cwd()
units = build / "lint"  # the units, their commands, and an empty file for each key that passed


def output_of(*command: str) -> str:
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout


class Source:
    """A file, how it is compiled, and the files of ours that it includes."""

    def __init__(self, entry: dict, includes: list[pathlib.Path]):
        self.path = pathlib.Path(entry["directory"], entry["file"]).resolve()
        words = [word for word in shlex.split(entry["command"]) if word not in ("ccache", "-MD")]
        for option in ("-MQ", "-MF", "-o", "-c"):
            at = words.index(option)
            del words[at:at + 2]
        self.compiler = tuple(words)
        self.files = [self.path, *includes]


def includes_of_objects() -> dict[str, list[pathlib.Path]]:
    includes: dict[str, list[pathlib.Path]] = {}
    current: list[pathlib.Path] = []
    for line in output_of("ninja", "-C", str(build), "-t", "deps").splitlines():
        if line.startswith("    "):
            path = (build / line.strip()).resolve()
            # What the build made (precompiled headers) is made from files that are hashed anyway.
            if path.is_relative_to(root) and not path.is_relative_to(build) and path.exists():
                current.append(path)
        elif ": #deps" in line:
            current = includes.setdefault(line.split(":")[0], [])
    return includes


def known_sources() -> dict[str, Source]:
    includes = includes_of_objects()
    sources = [Source(entry, includes.get(entry["output"], []))
               for entry in json.loads((build / "compile_commands.json").read_text())]
    return {str(source.path.relative_to(root)): source for source in sources if source.path.is_relative_to(root)}


def key_of(unit: list[Source], common: bytes) -> str:
    key = hashlib.sha256(common + " ".join(unit[0].compiler).encode())
    for path in sorted({path for source in unit for path in source.files}):
        key.update(str(path.relative_to(root)).encode() + b"\0" + hashlib.sha256(path.read_bytes()).digest())
    return key.hexdigest()


def write_unit(unit: list[Source], key: str) -> list[str]:
    """Gives the command that compiles the unit; its file lies in a folder of its own with that command for clang-tidy."""
    folder = units / key[:16]
    folder.mkdir(exist_ok=True)
    file = folder / "unit.cpp"
    file.write_text("".join(f'#include "{source.path}"  // NOLINT(bugprone-suspicious-include)\n' for source in unit))
    words = [*unit[0].compiler, "-c", str(file)]
    entry = {"directory": str(build), "file": str(file), "command": shlex.join(words)}
    (folder / "compile_commands.json").write_text(json.dumps([entry]))
    return words


def check(unit: list[Source], common: bytes) -> tuple[bool, str]:
    """Whether the unit passes, and what was found."""
    key = key_of(unit, common)
    passed = units / (key + ".passed")
    if passed.exists():
        return True, ""
    words = write_unit(unit, key)
    if len(unit) > 1 and subprocess.run([*words, "-fsyntax-only"], cwd=build, capture_output=True).returncode != 0:
        half = len(unit) // 2
        halves = [check(unit[:half], common), check(unit[half:], common)]
        return all(good for good, _ in halves), "".join(report for _, report in halves)
    file = units / key[:16] / "unit.cpp"
    done = subprocess.run([TIDY, "-p", str(file.parent), "--quiet", str(file)], capture_output=True, text=True)
    if done.returncode == 0:
        passed.touch()
        return True, ""
    # Standard error only counts suppressed warnings, unless clang-tidy could not run at all.
    return False, done.stdout or done.stderr


def timed_check(unit: list[Source], common: bytes) -> tuple[bool, str, float]:
    began = time.monotonic()
    return *check(unit, common), time.monotonic() - began


def units_of(sources: list[Source]) -> list[list[Source]]:
    neighbours: dict[tuple, list[Source]] = {}
    for source in sources:
        neighbours.setdefault((source.path.parent, source.compiler), []).append(source)
    return [group[at:at + LARGEST_UNIT] for group in neighbours.values() for at in range(0, len(group), LARGEST_UNIT)]


def main() -> int:
    known = known_sources()
    unknown = [name for name in sys.argv[2:] if name not in known]
    if unknown:
        sys.exit(f"not part of {build}: {' '.join(unknown)}")
    units.mkdir(exist_ok=True)
    precompiled = sorted(root.glob("*/pch/*.hpp")) + [root / "engine/async/asio.hpp"]
    common = output_of(TIDY, "--version").encode() + (root / ".clang-tidy").read_bytes()
    common += b"".join(path.read_bytes() for path in precompiled)
    to_check = units_of([known[name] for name in sys.argv[2:]])
    failures = 0
    with concurrent.futures.ThreadPoolExecutor(len(os.sched_getaffinity(0))) as pool:
        running = {pool.submit(timed_check, unit, common): unit for unit in to_check}
        for number, future in enumerate(concurrent.futures.as_completed(running), 1):
            good, report, seconds = future.result()
            failures += not good
            print(report, end="")
            names = " ".join(str(source.path.relative_to(root)) for source in running[future])
            print(f"[{number}/{len(to_check)}] {'ok' if good else 'FAILED'}, {seconds:.0f} s: {names}", flush=True)
    if failures:
        print(f"clang-tidy found problems in {failures} of {len(to_check)} units")
    return 1 if failures else 0


sys.exit(main())
