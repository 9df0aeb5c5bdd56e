"""Flow Engine (S2): the examples of the API's document, as written there but for host and port, and its server's own
name and environment. Each test names the rows of the checklist that it proves."""
import json
import os
import pathlib
import re
import subprocess
import sys
import tempfile

from flowengine_support import EXAMPLE, PATIENCE, SOURCE, Dialect, flowengine, service, ZEN
from support.programs import SLUICE, Process
from support.tap import contains, equal, run

FOLDER = pathlib.Path(__file__).resolve().parent / "flowengine"
NODE_PATH = "/usr/share/nodejs"  # where Debian keeps packages, also for a Node.js that is not Debian's


def shell(script, **variables):
    """A script of the document, in a shell as a reader has one."""
    done = subprocess.run(["bash", "-euc", script], capture_output=True, text=True, timeout=PATIENCE, cwd=SOURCE,
                          env={**os.environ, **variables}, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def program(*command, **variables):
    done = subprocess.run(list(map(str, command)), capture_output=True, text=True, timeout=PATIENCE,
                          env={**os.environ, "NODE_PATH": NODE_PATH, **variables}, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


CREATE = """curl -sS -X POST http://localhost:3000/api/workflows \\
-H "Content-Type: application/json" \\
-d @examples/github_zen.json"""
EXECUTE = """curl -sS -X POST http://localhost:3000/api/workflows/$WORKFLOW_ID/execute \\
-H "Content-Type: application/json" \\
-d '{
"inputs": {
"url": {
"type": "String",
"value": "https://api.github.com/zen"
}
}
}'"""
LIST = "curl -sS http://localhost:3000/api/workflows"


def at(api, text, web=None):
    text = text.replace("http://localhost:3000", api.base)
    return text if web is None else text.replace("https://api.github.com/zen", web.address + "/zen")


def test_curl_health_create_execute_and_list():
    """S2-02, S2-39, S2-40, S2-41, S2-51: the lines of the document one after the other; the example file is there and
    works."""
    with service() as web, flowengine() as api:
        equal(json.loads(shell(at(api, "curl -sS http://localhost:3000/health")))["status"], "healthy")
        made = json.loads(shell(at(api, CREATE)))
        equal(made, {"id": json.loads(EXAMPLE.read_text())["id"], "message": "Workflow created successfully"})
        done = json.loads(shell(at(api, EXECUTE, web), WORKFLOW_ID=made["id"]))
        equal((done["completed_nodes"], done["total_nodes"]), (2, 2))
        equal([seen[:2] for seen in web.seen], [("GET", "/zen")])
        equal(json.loads(shell(at(api, LIST))),
              [{"id": made["id"], "name": "GitHub Zen", "description": "Fetches a line of wisdom and logs it", "nodes": 2,
                "connections": 1}])


def test_javascript_fetch_client():
    """S2-42: creates, then executes, and reads execution_id."""
    with service() as web, flowengine() as api:
        text = program("node", FOLDER / "create_and_execute.mjs", api.base, EXAMPLE, web.address + "/zen")
        assert re.fullmatch(r"Execution [0-9a-f-]{36} completed\n", text), text


def test_javascript_event_client():
    """S2-43: switches on the five types of events."""
    with service() as web, flowengine() as api:
        api.create(json.loads(EXAMPLE.read_text()))
        process = Process(["node", FOLDER / "events.cjs", api.base], "Connected to event stream", {"NODE_PATH": NODE_PATH})
        try:
            made = json.loads(EXAMPLE.read_text())["id"]
            equal(api.execute(made, url={"type": "String", "value": web.address}).status, 200)
            lines = []
            while not lines or "completed!" not in lines[-1]:
                lines.append(process.process.stdout.readline().rstrip("\n"))
                assert lines[-1], process.errors()
        finally:
            process.kill()
            process.process.stdout.close()
        lines = [re.sub(r"in \d+ ms", "in N ms", line) for line in lines]
        equal(lines, [f"Workflow started: {made}", "Node started: http.request", f"Info: GET {web.address}",
                      "Node completed in N ms", "Node started: debug.log", f"Info: {ZEN}", "Node completed in N ms",
                      "Workflow completed! ✓"])


def test_python_client():
    """S2-44: reads id, execution_id, completed_nodes and total_nodes."""
    try:
        import requests  # noqa: F401: is it there for the client?
        path = ""
    except ImportError:
        path = str(FOLDER / "without_requests")
    with service() as web, flowengine() as api:
        text = program(sys.executable, FOLDER / "client.py", api.base, EXAMPLE, web.address + "/zen", PYTHONPATH=path)
        assert re.fullmatch(r"Execution [0-9a-f-]{36} completed\nNodes: 2/2\n", text), text


def test_bind_address():
    """S2-02, S2-45: BIND_ADDRESS says where the listener is when the command line does not; port 3000 where neither
    does."""
    with flowengine(address="", environment={"BIND_ADDRESS": "127.0.0.1:0"}) as api:
        equal(api.get("/health").status, 200)
    with flowengine(address="=127.0.0.1:0", environment={"BIND_ADDRESS": "127.0.0.1:1"}) as api:
        assert api.port != 1
    wrong = subprocess.run([SLUICE, "serve", "--dialect", "flowengine"], env={**os.environ, "BIND_ADDRESS": "nonsense"},
                           capture_output=True, text=True, timeout=PATIENCE, check=False)
    equal(wrong.returncode, 2)
    contains(wrong.stderr, "127.0.0.1:3000")


def test_rust_log():
    """S2-46: RUST_LOG sets the level of the log, info without it, in its own notation."""
    for filter_, quiet in (("debug", False), ("info,flowengine=warn", False), ("WARN", True), ("error", True)):
        with flowengine(environment={"RUST_LOG": filter_}) as api:
            api.server.stop()
            equal("shutting down" not in api.server.errors(), quiet, filter_)


def test_the_program_under_its_own_name():
    """S2-50: `flowserver` is that server: its API at BIND_ADDRESS."""
    with tempfile.TemporaryDirectory(prefix="sluice-test-") as folder:
        process = Process([SLUICE.parent / "flowserver", "--data", pathlib.Path(folder) / "s.db"],
                          r"http://([\d.]+):(\d+) speaks flowengine\n(?s:.*?)  try ", {"BIND_ADDRESS": "127.0.0.1:0"})
        try:
            api = Dialect(process, process.match.group(1), int(process.match.group(2)))
            equal(api.get("/health").json["service"], "flowengine")
        finally:
            equal(process.stop(), 0)


run(__name__)
