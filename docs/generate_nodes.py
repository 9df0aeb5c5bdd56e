"""Writes docs/nodes.md from the manifests of the node types, as the program itself tells them.

    python3 docs/generate_nodes.py build/release          # writes docs/nodes.md
    python3 docs/generate_nodes.py build/release --check   # prints TAP: is the page up to date?
"""
import json
import pathlib
import sys

SOURCE = pathlib.Path(__file__).resolve().parents[1]
sys.path.insert(0, str(SOURCE / "tests"))
from support.programs import Server

PAGE = SOURCE / "docs/nodes.md"
HEAD = """\
# The node catalogue

Generated from the manifests of the node types by `docs/generate_nodes.py`; a running server lists them at
`GET /api/v1/node-types`. Parameters stand under `with`, and each may be an expression. Every node may also end with the
outcome `error`.
"""
BEGINS = {"composite": "Composite: holds nodes and runs them.",
          "pure": "Pure: runs inline.", "effect": "Begins after a commit.", "hold": "Begins after a commit.",
          "entry": "Begins once the start is on disk; its change is committed with its result."}


def parameter_rows(schema):
    required = schema.get("required", [])
    for name, member in schema.get("properties", {}).items():
        kind = member.get("type", "any")
        if isinstance(kind, list):
            kind = " or ".join(kind)
        if "enum" in member:
            kind = " \\| ".join(f"`{word}`" for word in member["enum"])
        default = f" Default: `{json.dumps(member['default'])}`." if "default" in member else ""
        yield f"| `{name}` | {kind} | {'yes' if name in required else ''} | {member.get('description', '')}{default} |"


def section(entry):
    outcomes = ", ".join(f"`{outcome}`" for outcome in entry["outcomes"]) or "any text"
    lines = [f"## {entry['id']}", "", entry["description"], "",
             f"Outcomes: {outcomes}. {BEGINS[entry['kind']]}", ""]
    rows = list(parameter_rows(entry["input_schema"]))
    if rows:
        lines += ["| parameter | type | required | meaning |", "| --- | --- | --- | --- |", *rows, ""]
    else:
        lines += [f"Parameters: {entry['input_schema'].get('description', 'none')}", ""]
    output = list(parameter_rows(entry["output_schema"]))
    if output and entry["output_schema"] != entry["input_schema"]:
        lines += ["Output:", "", "| member | type | always | meaning |", "| --- | --- | --- | --- |", *output, ""]
    elif entry["output_schema"] == entry["input_schema"]:
        lines += ["Output: its parameters.", ""]
    elif "description" in entry["output_schema"]:
        lines += [f"Output: {entry['output_schema']['description']}", ""]
    else:
        lines += [f"Output: {entry['output_schema'].get('type', 'any')}.", ""]
    return "\n".join(lines)


def main():
    with Server() as server:
        # Those of dialects stand in docs/dialects.md.
        types = [entry for entry in server.get("/api/v1/node-types").json["items"]
                 if not entry["id"].startswith("flowengine.")]
    page = HEAD + "\n" + "\n".join(section(entry) for entry in types)
    if "--check" in sys.argv:
        current = PAGE.exists() and PAGE.read_text() == page
        print("1..1")
        print(("ok" if current else "not ok") + " 1 - docs/nodes.md says what the manifests say")
        sys.exit(0 if current else 1)
    PAGE.write_text(page)


main()
