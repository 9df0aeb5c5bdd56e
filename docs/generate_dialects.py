"""Writes docs/dialects.md: every row of the APIs that Sluice speaks, with the tests that prove it, as the tests say.

    python3 docs/generate_dialects.py            # writes docs/dialects.md
    python3 docs/generate_dialects.py --check    # prints TAP: has every row a test, and is the page up to date?
"""
import ast
import pathlib
import re
import sys

SOURCE = pathlib.Path(__file__).resolve().parents[1]
PAGE = SOURCE / "docs/dialects.md"
HEAD = """\
# Dialects

Sluice speaks the HTTP APIs of other engines, so that their clients work against it unchanged. A dialect is translation
only: its definitions become flows of the engine, its requests calls, its states the answers that its clients expect
(`http/dialects/README.md` tells how one is made). What is made through a dialect is in the native API under the same
id, and the other way round as far as the dialect can say it.

Each dialect is mounted under its name on the main listener, `http://127.0.0.1:8080/flowengine`, and, when asked, at the
root of a listener of its own: `sluice serve --dialect flowengine=127.0.0.1:3000`. That listener answers pages of any
origin, as its clients expect; the mount does so only when the listener is asked for, because nothing here asks who
calls, and any page that you visit could.
"""
NOTES = {
    "S2": """\
## Flow Engine (`flowengine`)

`sluice serve --dialect flowengine` listens where `BIND_ADDRESS` says, else on 127.0.0.1:3000; without `--log-level`
`RUST_LOG` sets the level of the log. The program is also installed as `flowserver`, which is `sluice serve --dialect
flowengine` with the native API on any free port. An address beyond loopback needs `--insecure`, as everywhere.

| node type | ports (or config) | puts out |
| --- | --- | --- |
| `http.request` | `url`, `method`, `headers`, `query`, `body`, `timeout_ms` | `status`, `body` (String; Bytes when it is no text), `headers`; any status is an answer |
| `debug.log` | `message`, or whatever one port is connected | what it was given |
| `time.delay` | `duration_ms` or `seconds` | nothing |
| `transform.json_parse` | `input` | `output` (Json) |
| `transform.json_stringify` | `input` | `output` (String) |
| `shell.exec` | `command` (with `args`: a program; alone: a line for `/bin/sh`), `env`, `stdin`, `working_dir`, `timeout_ms` | `output`, `stdout`, `stderr`, `exit_code`, `success`; needs `--enable-shell` |

What comes at a port wins over the config of that name. The inputs of a run reach every node without incoming
connections, by the names of ports. Other listed types fail at run with the reason. A value may be typed or plain JSON
everywhere. Triggers are kept and shown; nothing fires them, as in the API's own server. Where its document is silent
(decisions of ours): a workflow's id is a UUID, a node's any text; `POST` of a known id is a new version of the
workflow; a run that takes more than five minutes answers 504 and goes on; `GET /api/workflows/{id}/versions`,
`GET /api/workflows/{id}/executions` and `GET /api/executions/{id}` show what is kept; NodeFailed and the kinds
Warning, Progress, Data, StdoutLine and StderrLine of NodeEvent are sent beside the five events of the document.
"""}

# What each row asks for, in short.
ROWS = {"S2": [
    "REST for workflows and a WebSocket of events", "base URL on port 3000", "`GET /health`",
    "`GET /api/workflows`: a bare array", "its items: id, name, description", "its items: nodes and connections as counts",
    "`POST /api/workflows`", "id chosen by the client", "name and description", "node id and node_type",
    "node config: typed values", "node position", "connections", "triggers", "settings.max_parallel_nodes",
    "settings.on_error", "typed value: String", "typed value: Number", "answer of a creation",
    "`GET /api/workflows/{id}`", "unknown id: 404", "`DELETE /api/workflows/{id}`", "`POST /api/workflows/{id}/execute`",
    "inputs: names and typed values", "execution_id, completed_nodes, total_nodes, after the run",
    "failure: text with a prefix", "`GET /api/nodes`: a bare array", "node `http.request`", "node `debug.log`",
    "`http.request`: url, method, Info event, status and body", "`GET /api/events`: all executions",
    "text frames tagged by `type`", "event WorkflowStarted", "event NodeStarted", "event NodeCompleted", "event NodeEvent",
    "event WorkflowCompleted", "timestamps", "curl: create from examples/github_zen.json", "curl: execute", "curl: list",
    "JavaScript fetch client", "JavaScript WebSocket client", "Python client", "`BIND_ADDRESS`", "`RUST_LOG`",
    "statuses 400, 404 and 500", "error body", "any origin", "program `flowserver`", "health check, then the whole sequence",
    "planned: authentication (its place; accounts come later)", "planned: rate limiting", "planned: versions of workflows",
    "planned: history of executions", "planned: Prometheus metrics"]}


def proofs() -> dict[str, list[str]]:
    """The tests of each row: a test's docstring begins with the rows that it proves."""
    found: dict[str, list[str]] = {}
    for file in sorted((SOURCE / "tests/dialects").glob("*_test.py")):
        for function in ast.parse(file.read_text()).body:
            if not isinstance(function, ast.FunctionDef) or not function.name.startswith("test_"):
                continue
            rows = (ast.get_docstring(function) or "").split(":")[0]
            for row in re.findall(r"S\d-\d\d", rows):
                found.setdefault(row, []).append(f"`{file.stem}`: {function.name}")
    return found


def page(found) -> str:
    parts = [HEAD]
    for dialect, rows in ROWS.items():
        parts.append("\n" + NOTES[dialect] + "\n| row | what | proved by |\n| --- | --- | --- |\n")
        for number, row in enumerate(rows, 1):
            name = f"{dialect}-{number:02}"
            parts.append(f"| {name} | {row} | {'<br>'.join(found.get(name, ['nothing']))} |\n")
    return "".join(parts)


def main() -> None:
    found = proofs()
    text = page(found)
    if "--check" not in sys.argv:
        PAGE.write_text(text)
        return
    known = {f"{dialect}-{number:02}" for dialect, rows in ROWS.items() for number in range(1, len(rows) + 1)}
    checks = [("every row has a test", sorted(known - set(found))),
              ("every test names rows that there are", sorted(set(found) - known)),
              ("docs/dialects.md is what docs/generate_dialects.py writes", [] if PAGE.read_text() == text else ["run it"])]
    print(f"1..{len(checks)}")
    for number, (name, wrong) in enumerate(checks, 1):
        print(f"{'not ok' if wrong else 'ok'} {number} - {name}" + (": " + ", ".join(wrong) if wrong else ""))
    sys.exit(any(wrong for _, wrong in checks))


main()
