"""Executions through the native API, against the real program."""
import pathlib
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))
from support.programs import Server, wait_for
from support.tap import contains, equal, run

ADD = """\
name: add
inputs: {type: object, required: [a, b], properties: {a: {type: number}, b: {type: number}}}
nodes:
  - {id: sum, type: core.set, with: {value: "${input.a + input.b}"}}
  - {id: tell, type: core.log, with: {message: "The sum is ${nodes.sum.value}", level: warn}}
output: "${nodes.sum.value}"
"""
SLEEP = """\
name: sleep
nodes:
  - {id: nap, type: flow.delay, with: {duration: "${input.for}"}}
output: awake
"""
FAIL = """\
name: fail
nodes:
  - {id: broken, type: core.fail, with: {code: no_luck, message: "It did not work", details: {try: 1}}}
"""


def test_a_start_that_waits_answers_with_the_result():
    with Server() as server:
        server.add_flow(ADD)
        answer = server.post("/api/v1/flows/add/executions?wait=10s", {"input": {"a": 2, "b": 0.5}})
        equal(answer.status, 201)
        equal((answer.json["status"], answer.json["output"]), ("succeeded", 2.5))
        equal(answer.json["durability"], "step")
        equal(answer.headers["location"], "/api/v1/executions/" + answer.json["id"])
        contains(answer.text, '"output":2.5')


def test_a_start_that_does_not_wait_is_there_to_be_read():
    with Server() as server:
        server.add_flow(SLEEP)
        started = server.post("/api/v1/flows/sleep/executions", {"input": {"for": "300ms"}})
        equal(started.status, 201)
        path = "/api/v1/executions/" + started.json["id"]
        waiting = server.get(path).json
        equal((waiting["status"], waiting["waiting_for"][0]["node"]), ("waiting", "nap"))
        ended = wait_for(lambda: (lambda e: e if e["status"] == "succeeded" else None)(server.get(path).json), "the end")
        equal(ended["output"], "awake")
        assert ended["duration_ms"] >= 290, ended


def test_a_wait_that_is_too_short_answers_with_the_state():
    with Server() as server:
        server.add_flow(SLEEP)
        answer = server.post("/api/v1/flows/sleep/executions?wait=50ms", {"input": {"for": "1h"}})
        equal((answer.status, answer.json["status"]), (202, "waiting"))


def test_input_that_breaks_the_schema_is_refused_with_every_violation():
    with Server() as server:
        server.add_flow(ADD)
        answer = server.post("/api/v1/flows/add/executions", {"input": {"a": "one"}})
        equal((answer.status, answer.json["code"]), (422, "invalid_input"))
        equal(sorted(error["pointer"] for error in answer.json["errors"]), ["", "/a"])
        equal(server.get("/api/v1/executions").json["items"], [], "nothing was started")


def test_nodes_events_and_logs_tell_what_happened():
    with Server() as server:
        server.add_flow(ADD)
        done = server.post("/api/v1/flows/add/executions?wait=10s", {"input": {"a": 1, "b": 2}}).json
        path = "/api/v1/executions/" + done["id"]
        nodes = server.get(path + "/nodes").json["items"]
        equal([(node["node"], node["status"], node["outcome"]) for node in nodes],
              [("sum", "succeeded", "success"), ("tell", "succeeded", "success")])
        equal(nodes[0]["output"], {"value": 3})
        events = server.get(path + "/events").json["items"]
        equal([event["type"] for event in events],
              ["execution.started", "node.succeeded", "log", "node.succeeded", "execution.ended"])
        equal([event["sequence"] for event in events], [1, 2, 3, 4, 5])
        later = server.get(path + "/events?cursor=3").json["items"]
        equal([event["sequence"] for event in later], [4, 5])
        logs = server.get(path + "/logs").json["items"]
        equal([(log["level"], log["node"], log["message"]) for log in logs], [("warn", "tell", "The sum is 3")])


def test_a_failure_says_what_and_where():
    with Server() as server:
        server.add_flow(FAIL)
        done = server.post("/api/v1/flows/fail/executions?wait=10s").json
        equal(done["status"], "failed")
        equal(done["error"], {"code": "no_luck", "message": "It did not work", "details": {"try": 1}, "node": "broken"})


def test_cancel_ends_a_waiting_execution_once():
    with Server() as server:
        server.add_flow(SLEEP)
        started = server.post("/api/v1/flows/sleep/executions", {"input": {"for": "1h"}}).json
        path = "/api/v1/executions/" + started["id"]
        equal(server.post(path + "/cancel", {"reason": "no longer needed"}).status, 202)
        ended = wait_for(lambda: (lambda e: e if e["ended_at"] else None)(server.get(path).json), "the end")
        equal((ended["status"], ended["error"]["message"]), ("cancelled", "no longer needed"))
        equal(server.get(path + "/nodes").json["items"][0]["status"], "cancelled")
        again = server.post(path + "/cancel")
        equal((again.status, again.json["code"]), (409, "execution_ended"))
        equal(server.post("/api/v1/executions/nonsense/cancel").json["code"], "execution_not_found")


def test_lists_filter_by_flow_and_status_and_come_in_pages():
    with Server() as server:
        server.add_flow(ADD)
        server.add_flow(FAIL)
        for number in range(3):
            server.post("/api/v1/flows/add/executions?wait=10s", {"input": {"a": number, "b": 0}})
        server.post("/api/v1/flows/fail/executions?wait=10s")
        listed = lambda query: server.get("/api/v1/executions" + query).json
        equal([item["flow"] for item in listed("")["items"]], ["fail", "add", "add", "add"])
        equal(len(listed("?flow=add")["items"]), 3)
        equal([item["flow"] for item in listed("?status=failed")["items"]], ["fail"])
        equal(len(listed("?status=succeeded&flow=add")["items"]), 3)
        first = listed("?limit=3")
        equal(len(first["items"]), 3)
        rest = listed("?limit=3&cursor=" + first["next_cursor"])
        equal((len(rest["items"]), rest["next_cursor"]), (1, None))
        equal(listed("?status=gone")["code"], "invalid_parameter")
        equal(listed("?flow=gone")["code"], "flow_not_found")


def test_unfinished_executions_go_on_after_a_restart():
    with Server() as server:
        server.add_flow(SLEEP)
        started = server.post("/api/v1/flows/sleep/executions", {"input": {"for": "1500ms"}}).json
        server.kill()
        with Server(data=server.data) as again:
            path = "/api/v1/executions/" + started["id"]
            ended = wait_for(lambda: (lambda e: e if e["ended_at"] else None)(again.get(path).json), "the end")
            equal((ended["status"], ended["output"]), ("succeeded", "awake"))
            types = [event["type"] for event in again.get(path + "/events").json["items"]]
            equal(types, ["execution.started", "node.waiting", "node.succeeded",
                          "execution.ended"])


def test_executions_stay_on_their_revision():
    with Server() as server:
        server.add_flow(SLEEP)
        started = server.post("/api/v1/flows/sleep/executions", {"input": {"for": "500ms"}}).json
        server.request("PUT", "/api/v1/flows/sleep", SLEEP.replace("awake", "changed"), {"Content-Type": "application/yaml"})
        path = "/api/v1/executions/" + started["id"]
        ended = wait_for(lambda: (lambda e: e if e["ended_at"] else None)(server.get(path).json), "the end")
        equal((ended["output"], ended["version"]), ("awake", 1))


def test_metrics_count_and_readiness_asks_the_store():
    with Server() as server:
        server.add_flow(ADD)
        server.post("/api/v1/flows/add/executions?wait=10s", {"input": {"a": 1, "b": 2}})
        equal(server.get("/readyz").json, {"status": "ready"})
        metrics = server.get("/metrics")
        contains(metrics.headers["content-type"], "text/plain; version=0.0.4")
        contains(metrics.text, "sluice_executions_started_total 1\n")
        contains(metrics.text, 'sluice_executions_ended_total{status="succeeded"} 1\n')
        contains(metrics.text, "sluice_executions_live 0\n")


run(__name__)
