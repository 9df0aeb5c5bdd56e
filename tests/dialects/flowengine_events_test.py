"""Flow Engine (S2): the live events, by a real WebSocket. Each test names the rows of the checklist that it proves."""
import datetime
import re
import socket
import threading
import time

from flowengine_support import connection, flowengine, node, service, string, workflow, ZEN
from support.tap import contains, equal, run

MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{3})?Z")


def zen(address):
    return workflow(node("node-1", "http.request", method=string("GET"), url=string(address)),
                    node("node-2", "debug.log"), connections=[connection("node-1", "body", "node-2", "message")])


def test_the_five_events_of_a_run():
    """S2-31, S2-32, S2-33, S2-34, S2-35, S2-36, S2-37: in their order, with all their members and no others."""
    with service() as web, flowengine() as api:
        made = api.create(zen(web.address))
        with api.events() as events:
            execution = api.execute(made).json["execution_id"]
            seen = events.until("WorkflowCompleted")
        for event in seen:
            equal(event.pop("execution_id"), execution)
            assert MOMENT.fullmatch(event.pop("timestamp")), event
        durations = [event.pop("duration_ms") for event in seen if "duration_ms" in event]
        assert all(isinstance(duration, int) and 0 <= duration < 60_000 for duration in durations), durations
        headers = seen[3]["outputs"].pop("headers")
        equal(headers["type"], "Json")
        equal(seen, [
            {"type": "WorkflowStarted", "workflow_id": made},
            {"type": "NodeStarted", "node_id": "node-1", "node_type": "http.request"},
            {"type": "NodeEvent", "node_id": "node-1",
             "event": {"event_type": "Info", "message": f"GET {web.address}"}},
            {"type": "NodeCompleted", "node_id": "node-1",
             "outputs": {"status": {"type": "Number", "value": 200}, "body": string(ZEN)}},
            {"type": "NodeStarted", "node_id": "node-2", "node_type": "debug.log"},
            {"type": "NodeEvent", "node_id": "node-2", "event": {"event_type": "Info", "message": ZEN}},
            {"type": "NodeCompleted", "node_id": "node-2", "outputs": {"message": string(ZEN)}},
            {"type": "WorkflowCompleted", "success": True}])


def test_durations_are_measured():
    """S2-35, S2-37: of a node and of the run, in milliseconds."""
    with flowengine() as api:
        made = api.create(workflow(node("wait", "time.delay", duration_ms=250)))
        with api.events() as events:
            api.execute(made)
            seen = events.until("WorkflowCompleted")
        completed = next(event for event in seen if event["type"] == "NodeCompleted")
        assert completed["duration_ms"] >= 250 and seen[-1]["duration_ms"] >= 250, seen


def test_failures_are_told():
    """S2-37: NodeFailed with its error, and success false (decision D-15)."""
    with flowengine() as api:
        made = api.create(workflow(node("bad", "http.request")))
        with api.events() as events:
            api.execute(made)
            seen = events.until("WorkflowCompleted")
        failed = next(event for event in seen if event["type"] == "NodeFailed")
        equal(sorted(failed), ["error", "execution_id", "node_id", "timestamp", "type"])
        contains(failed["error"], "`url` is missing")
        equal(seen[-1]["success"], False)


def test_every_socket_hears_of_all_executions():
    """S2-31: of every workflow and of native flows, whoever started them."""
    with flowengine() as api:
        first, second = (api.create(workflow(node("log", "debug.log"))) for _ in range(2))
        flow = api.server.add_flow("name: native\nnodes: [{id: a, type: core.set, with: {n: 1}}]\n")
        with api.events() as one, api.events() as other:
            api.execute(first)
            api.execute(second)
            api.server.post(f"/api/v1/flows/{flow['id']}/executions?wait=5s", {"input": {}})
            for events in (one, other):
                seen = events.until("WorkflowCompleted", 3)
                equal([event["workflow_id"] for event in seen if event["type"] == "WorkflowStarted"],
                      [first, second, flow["id"]])
                equal([event["outputs"] for event in seen if event["type"] == "NodeCompleted"][2],
                      {"n": {"type": "Number", "value": 1}})


def test_timestamps():
    """S2-38: RFC 3339 in UTC, and of the moment; a whole second has no fraction (flowengine_values_test.cpp)."""
    with flowengine() as api:
        made = api.create(workflow(node("log", "debug.log")))
        with api.events() as events:
            before = time.time()
            api.execute(made)
            for event in events.until("WorkflowCompleted"):
                text = event["timestamp"]
                assert MOMENT.fullmatch(text) and not text.endswith(".000Z"), text
                moment = datetime.datetime.fromisoformat(text.replace("Z", "+00:00")).timestamp()
                assert before - 1 < moment < time.time() + 1, text


def test_slow_sockets_are_dropped_and_others_go_on():
    """S2-31: who does not read is cut off; nobody else notices."""
    with flowengine() as api:
        made = api.create(workflow(*[node(f"n{at}", "debug.log", message=string("x" * 20_000)) for at in range(20)]))
        slow = socket.create_connection((api.host, api.port))
        slow.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        slow.sendall((f"GET /api/events HTTP/1.1\r\nHost: {api.host}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
                      "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n").encode())
        contains(slow.recv(200).decode(), "101")
        received = []
        with api.events() as events:
            reader = threading.Thread(target=lambda: received.extend(events.until("WorkflowCompleted", 20)))
            reader.start()
            for _ in range(20):
                equal(api.execute(made).status, 200)
            reader.join(60)
        equal(len([event for event in received if event["type"] == "WorkflowCompleted"]), 20)
        dropped = re.search(r"^sluice_http_web_sockets_dropped_total (\d+)$", api.get("/metrics").text, re.M)
        equal(dropped.group(1), "1")
        slow.close()
        assert api.server.alive()


def test_lines_with_fields_have_kinds_of_their_own():
    """S2-36: a line with a percentage is Progress, one with a port and a value Data, a warning Warning."""
    with flowengine() as api:
        flow = api.server.add_flow("""
name: lines
nodes:
  - {id: a, type: core.log, with: {message: half, fields: {percent: 50}}}
  - {id: b, type: core.log, with: {message: found, fields: {port: out, value: [1]}}}
  - {id: c, type: core.log, with: {message: careful, level: warn}}
""")
        with api.events() as events:
            equal(api.execute(flow["id"]).status, 200)
            equal([event["event"] for event in events.until("WorkflowCompleted") if event["type"] == "NodeEvent"],
                  [{"event_type": "Progress", "percent": 50, "message": "half"},
                   {"event_type": "Data", "port": "out", "value": {"type": "Json", "value": [1]}},
                   {"event_type": "Warning", "message": "careful"}])


def test_output_of_programs_is_live():
    """S2-36: the lines of a program come as StdoutLine and StderrLine while it runs; what it says at its end are
    outputs: output, stdout, stderr, exit_code and success."""
    with flowengine("--enable-shell") as api:
        made = api.create(workflow(node("run", "shell.exec",
                                        command=string("echo one; sleep 0.3; echo two >&2; exit 3"))))
        with api.events() as events:
            answer = api.execute(made)
            equal(answer.status, 200, answer.text)
            seen = events.until("WorkflowCompleted")
        equal([event["event"] for event in seen if event["type"] == "NodeEvent"],
              [{"event_type": "StdoutLine", "line": "one"}, {"event_type": "StderrLine", "line": "two"}])
        outputs = next(event["outputs"] for event in seen if event["type"] == "NodeCompleted")
        equal((outputs["stdout"], outputs["stderr"], outputs["exit_code"], outputs["success"]),
              (string("one\n"), string("two\n"), {"type": "Number", "value": 3}, {"type": "Bool", "value": False}))
        assert outputs["output"]["type"] == "String"


run(__name__)
