"""Retries of ended executions and limits of starts through the native API, against the real program."""
import pathlib
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))
from support.programs import Server, wait_for
from support.tap import equal, run

DIVIDE = """\
name: divide
nodes:
  first: {type: core.set, with: {value: "${input.n}"}, next: check}
  check: {type: flow.if, with: {condition: "${input.n === 0}"}, next: {true: zero, false: result}}
  zero: {type: core.fail, with: {code: zero, message: "n is 0"}}
  result: {type: core.set, with: {value: "${100 / input.n}"}}
"""
ONE = """\
name: one
nodes: [{id: nap, type: flow.delay, with: {duration: 2s}}]
settings: {concurrency: {limit: 1, key: "${input.who}", when_full: %s}}
"""


def start(server, flow, value, query=""):
    return server.post(f"/api/v1/flows/{flow}/executions{query}", {"input": value})


def test_a_failed_execution_is_retried_with_other_input():
    with Server() as server:
        server.add_flow(DIVIDE)
        failed = start(server, "divide", {"n": 0}, "?wait=5s").json
        equal(failed["status"], "failed")
        path = f"/api/v1/executions/{failed['id']}"
        again = server.post(path + "/retry", {"from": "node", "node": "check", "input": {"n": 4}})
        equal((again.status, again.json["retry_of"]), (201, failed["id"]))
        ended = wait_for(lambda: (lambda e: e if e["ended_at"] else None)(
            server.get(f"/api/v1/executions/{again.json['id']}").json), "the end")
        equal((ended["status"], ended["output"]), ("succeeded", {"value": 25}))
        runs = {r["node"]: r for r in server.get(f"/api/v1/executions/{again.json['id']}/nodes").json["items"]}
        equal((runs["first"]["reused"], runs["first"]["output"]), (True, {"value": 0}))
        equal(runs["result"]["reused"], False)
        equal(server.post(path + "/retry", {"from": "node"}).json["code"], "invalid_body")
        equal(server.post(path + "/retry", {"node": "gone"}).json["code"], "node_not_found")


def test_many_are_retried_by_a_filter():
    with Server() as server:
        server.add_flow(DIVIDE)
        for _ in range(5):
            start(server, "divide", {"n": 0}, "?wait=5s")
        first = server.post("/api/v1/retries?flow=divide&status=failed&limit=3", {"from": "start", "input": {"n": 5}}).json
        equal((len(first["items"]), all("retry_id" in item for item in first["items"])), (3, True))
        wait_for(lambda: len(server.get("/api/v1/executions?flow=divide&status=succeeded").json["items"]) == 3, "the retries")
        rest = server.post(f"/api/v1/retries?flow=divide&status=failed&limit=3&cursor={first['next_cursor']}").json
        equal(len(rest["items"]), 2)
        equal(server.post("/api/v1/retries?flow=divide").json["code"], "invalid_parameter")


def test_a_concurrency_limit_queues_rejects_or_skips():
    with Server() as server:
        server.add_flow(ONE % "queue")
        started = [start(server, "one", {"who": "ada"}).json for _ in range(3)]
        equal([e["status"] for e in started], ["waiting", "queued", "queued"])
        equal(start(server, "one", {"who": "bob"}).json["status"], "waiting")
        holds = server.get("/api/v1/holds?kind=slot").json["items"]
        equal([h["details"]["key"] for h in holds], ["ada", "ada"])
        wait_for(lambda: len(server.get("/api/v1/executions?status=succeeded").json["items"]) == 4, "all of them")
        server.request("PUT", "/api/v1/flows/one", ONE % "reject", {"Content-Type": "application/yaml"})
        start(server, "one", {"who": "ada"})
        refused = start(server, "one", {"who": "ada"})
        equal((refused.status, refused.json["code"]), (429, "concurrency_limit"))
        assert int(refused.headers["retry-after"]) >= 1, refused.headers
        wait_for(lambda: len(server.get("/api/v1/executions?status=succeeded").json["items"]) == 5, "the fifth")
        server.request("PUT", "/api/v1/flows/one", ONE % "skip", {"Content-Type": "application/yaml"})
        start(server, "one", {"who": "ada"})
        skipped = start(server, "one", {"who": "ada"})
        equal((skipped.status, skipped.json["skipped"]), (200, True))


def test_a_rate_limit_refuses_with_retry_after():
    with Server() as server:
        server.add_flow("name: r\nnodes: [{id: a, type: core.set}]\nsettings: {rate_limit: {count: 2, per: 1h}}\n")
        equal([start(server, "r", {}).status for _ in range(3)], [201, 201, 429])
        refused = start(server, "r", {})
        equal(refused.json["code"], "rate_limit")
        assert 1000 < int(refused.headers["retry-after"]) <= 1800, refused.headers


run(__name__)
