"""Holds through the native API, against the real program: approvals, signals, pauses, restarts, idempotency keys."""
import concurrent.futures
import pathlib
import sys
import tempfile

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))
from support.programs import Server, wait_for
from support.tap import contains, equal, run

APPROVAL = """\
name: approval
nodes:
  ask:
    type: flow.approval
    with: {message: "Ship ${input.what}?", approvers: [ada, bob], quorum: 2, form: {type: object, required: [price]}}
    timeout: 2d
    next: {approved: ship, rejected: drop}
  ship: {type: core.set, with: {price: "${nodes.ask.form.price}"}}
  drop: {type: core.set, with: {dropped: true}}
"""
WAIT = """\
name: wait
nodes:
  - {id: paid, type: flow.wait, with: {name: paid, key: "${input.order}"}, timeout: 1h}
output: "${nodes.paid.payload}"
"""
NAP = """\
name: nap
nodes:
  - {id: nap, type: flow.delay, with: {duration: "${input.for}"}}
  - {id: done, type: core.set, with: {done: true}}
"""
HOOK = """\
name: hook
triggers: {hook: {type: webhook, key: pay}}
nodes:
  - {id: paid, type: core.set, with: {order: "${input.order}"}}
  - {id: answer, type: http.respond, with: {status: 201, body: {order: "${nodes.paid.order}", id: "${execution.id}"}}}
"""


def start(server, flow, value):
    answer = server.post(f"/api/v1/flows/{flow}/executions", {"input": value})
    equal(answer.status, 201, "start")
    return answer.json["id"]


def ended(server, execution):
    return wait_for(lambda: (lambda e: e if e["ended_at"] else None)(server.get(f"/api/v1/executions/{execution}").json),
                    "the end")


def decide(server, execution, body, run_number=0):
    return server.post(f"/api/v1/executions/{execution}/holds/{run_number}/decision", body)


def test_an_approval_is_listed_decided_and_then_over():
    with Server() as server:
        server.add_flow(APPROVAL)
        execution = start(server, "approval", {"what": "a lamp"})
        holds = server.get("/api/v1/holds?kind=approval").json["items"]
        equal([(h["execution_id"], h["node"], h["details"]["message"]) for h in holds],
              [(execution, "ask", "Ship a lamp?")])
        assert holds[0]["until"] > holds[0]["since"], holds
        equal(server.get(f"/api/v1/executions/{execution}").json["waiting_for"][0]["for"], "approval")
        first = decide(server, execution, {"decision": "approved", "by": "ada", "form": {"price": 3}})
        equal((first.status, first.json["resolved"]), (200, False))
        equal(decide(server, execution, {"decision": "approved", "by": "eve"}).json["code"], "not_an_approver")
        equal(decide(server, execution, {"decision": "approved", "by": "ada", "form": {"price": 3}}).status, 409)
        broken = decide(server, execution, {"decision": "approved", "by": "bob", "form": {}})
        equal((broken.status, broken.json["code"]), (422, "invalid_form"))
        assert broken.json["errors"], broken.json
        last = decide(server, execution, {"decision": "approved", "by": "bob", "comment": "fine", "form": {"price": 4}})
        equal((last.status, last.json["outcome"]), (200, "approved"))
        equal(ended(server, execution)["output"], {"price": 4})
        again = decide(server, execution, {"decision": "rejected", "by": "bob"})
        equal((again.status, again.json["code"]), (409, "hold_resolved"))
        contains(again.json["detail"], "'bob'")
        equal(server.get("/api/v1/holds").json["items"], [])


def test_two_who_decide_at_once_have_one_winner():
    with Server() as server:
        server.add_flow(APPROVAL.replace("quorum: 2", "quorum: 1"))
        for _ in range(5):
            execution = start(server, "approval", {"what": "x"})
            with concurrent.futures.ThreadPoolExecutor(2) as both:
                answers = list(both.map(lambda by: decide(server, execution, {
                    "decision": "approved", "by": by, "form": {"price": 1}}).status, ["ada", "bob"]))
            equal(sorted(answers), [200, 409])
            ended(server, execution)


def test_an_unknown_hold_is_404_and_a_wrong_body_400():
    with Server() as server:
        server.add_flow(APPROVAL)
        execution = start(server, "approval", {"what": "x"})
        equal(decide(server, execution, {"decision": "approved"}, 7).status, 404)
        equal(decide(server, "00000000-0000-7000-8000-000000000000", {"decision": "approved"}).status, 404)
        equal(decide(server, execution, {"decision": "maybe"}).json["code"], "invalid_body")
        equal(decide(server, execution, {"decision": "approved", "bye": "x"}).json["code"], "invalid_body")
        equal(server.get("/api/v1/holds?kind=nap").json["code"], "invalid_parameter")


def test_a_signal_finds_its_waiter_also_after_a_restart():
    with tempfile.TemporaryDirectory() as folder:
        data = pathlib.Path(folder) / "sluice.db"
        with Server(data=data) as server:
            server.add_flow(WAIT)
            one, two = start(server, "wait", {"order": 1}), start(server, "wait", {"order": "two"})
            server.kill()
        with Server(data=data) as server:
            sent = server.post("/api/v1/signals/paid", {"key": "two", "payload": {"amount": 5}})
            equal((sent.status, sent.json["execution_id"]), (200, two))
            equal(ended(server, two)["output"], {"amount": 5})
            nobody = server.post("/api/v1/signals/paid", {"key": 3, "payload": {"amount": 6}, "keep": "10m"})
            equal((nobody.status, nobody.json["delivered"]), (202, False))
            server.kill()
        with Server(data=data) as server:
            three = start(server, "wait", {"order": 3})
            equal(ended(server, three)["output"], {"amount": 6})
            equal(server.get(f"/api/v1/executions/{one}").json["status"], "waiting")
            too_large = server.post("/api/v1/signals/paid", {"payload": "x" * 70_000})
            equal((too_large.status, too_large.json["code"]), (413, "signal_too_large"))


def test_a_pause_survives_a_kill_and_ends_with_resume():
    with tempfile.TemporaryDirectory() as folder:
        data = pathlib.Path(folder) / "sluice.db"
        with Server(data=data) as server:
            server.add_flow(NAP)
            execution = start(server, "nap", {"for": "200ms"})
            paused = server.post(f"/api/v1/executions/{execution}/pause", {"reason": "look"})
            equal((paused.status, paused.json["status"]), (202, "paused"))
            server.kill()
        with Server(data=data) as server:
            wait_for(lambda: server.get(f"/api/v1/holds?execution={execution}").json["items"][0]["kind"] == "pause",
                     "the pause")
            wait_for(lambda: len(server.get(f"/api/v1/holds?execution={execution}").json["items"]) == 1,
                     "the end of the delay")
            equal(server.get(f"/api/v1/executions/{execution}").json["status"], "paused")
            equal(server.post(f"/api/v1/executions/{execution}/resume").status, 202)
            equal(ended(server, execution)["status"], "succeeded")
            equal(server.post(f"/api/v1/executions/{execution}/resume").json["code"], "execution_ended")


def test_a_kill_ends_an_execution_at_once():
    with Server() as server:
        server.add_flow(NAP)
        execution = start(server, "nap", {"for": "1h"})
        killed = server.post(f"/api/v1/executions/{execution}/kill", {"reason": "enough"})
        equal((killed.status, killed.json["status"]), (202, "cancelled"))
        equal(killed.json["error"]["message"], "enough")


def test_an_idempotency_key_starts_once_also_at_once_and_after_a_restart():
    with tempfile.TemporaryDirectory() as folder:
        data = pathlib.Path(folder) / "sluice.db"
        key = {"Idempotency-Key": "order-77"}
        with Server(data=data) as server:
            server.add_flow(NAP)
            server.add_flow(HOOK)
            path = "/api/v1/flows/nap/executions?wait=5s"
            with concurrent.futures.ThreadPoolExecutor(4) as several:
                answers = list(several.map(lambda _: server.post(path, {"input": {"for": "50ms"}}, headers=key), range(4)))
            equal(len({answer.json["id"] for answer in answers}), 1)
            equal(sorted(answer.status for answer in answers), [200, 200, 200, 201])
            equal({answer.json["status"] for answer in answers}, {"succeeded"})
            first = server.post("/hooks/pay", {"order": 1}, headers=key)
            equal(first.status, 201)
            server.kill()
        with Server(data=data) as server:
            again = server.post("/hooks/pay", {"order": 1}, headers=key)
            equal((again.status, again.json), (201, first.json))
            equal(again.headers["idempotent-replayed"], "true")
            equal(server.get("/api/v1/executions?flow=hook").json["items"].__len__(), 1)
            refused = server.post("/hooks/pay", {"order": 1}, headers={"Idempotency-Key": "k" * 300})
            equal(refused.json["code"], "invalid_idempotency_key")


run(__name__)
