"""Bad input: each gets a clear problem+json with a stable code, and the server goes on serving."""
import concurrent.futures
import contextlib
import pathlib
import socket
import sqlite3
import sys
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))
from support.programs import Server
from support.tap import contains, equal, run

YAML = {"Content-Type": "application/yaml"}
HOOK = """\
name: hook
inputs: {type: object, required: [id], properties: {id: {type: integer}, tags: {type: array, items: {type: string}}}}
triggers: {hook: {type: webhook, key: hook}}
nodes: [{id: a, type: core.set, with: {id: "${input.id}"}}]
"""


def problem(answer, status, code):
    equal((answer.status, answer.json.get("code")), (status, code), answer.text[:300])
    equal(answer.headers["content-type"], "application/problem+json")
    equal(answer.json["status"], status)
    assert answer.json["detail"], answer.text
    return answer.json


def codes_of(server, source):
    """The codes of a refused definition; the server must survive it."""
    errors = problem(server.post("/api/v1/flows", source, headers=YAML), 422, "invalid_flow")["errors"]
    for error in errors:
        assert error["message"] and (error["line"] > 0 or error["code"] == "source_too_large"), error
    assert server.alive()
    return {error["code"] for error in errors}


def test_malformed_definitions():
    with Server() as server:
        contains(codes_of(server, "name: [unclosed"), "yaml_syntax")
        contains(codes_of(server, "name: a\nname: b\nnodes: [{id: a, type: core.set}]"), "duplicate_key")
        bomb = "a: &a [x,x,x,x,x,x,x,x,x]\n" + "".join(
            f"{name}: &{name} [{','.join(['*' + before] * 9)}]\n" for before, name in zip("abcdefgh", "bcdefghi"))
        contains(codes_of(server, bomb), "too_many_values")
        contains(codes_of(server, "name: deep\nx: " + "[" * 200 + "]" * 200), "too_deep")
        contains(codes_of(server, "just text"), "wrong_type")


def test_graphs_that_cannot_run():
    with Server() as server:
        cycle = "name: c\nnodes:\n  a: {type: core.set, needs: b}\n  b: {type: core.set, needs: a}\n  s: {type: core.set, next: a}\n"
        contains(codes_of(server, cycle), "cycle_under_all")
        island = ("name: u\nstart: a\nnodes:\n  a: {type: core.set}\n  b: {type: core.set, join: any, needs: c}\n"
                  "  c: {type: core.set, join: any, needs: b}\n")
        contains(codes_of(server, island), "unreachable_node")
        outcome = "name: o\nnodes:\n  a: {type: flow.if, with: {condition: true}, next: {maybe: b}}\n  b: {type: core.set}\n"
        contains(codes_of(server, outcome), "unknown_outcome")


def test_malformed_requests():
    with Server() as server:
        server.add_flow(HOOK)
        json_type = {"Content-Type": "application/json"}
        found = problem(server.request("POST", "/hooks/hook", '{"id": 1,}', json_type), 400, "invalid_json")
        contains(found["detail"], "line 1, column")
        problem(server.request("POST", "/hooks/hook", "[" * 300 + "]" * 300, json_type), 400, "json_too_deep")
        problem(server.request("POST", "/api/v1/flows/hook/executions", '{"inptu": {}}', json_type), 400, "invalid_body")
        problem(server.request("POST", "/api/v1/flows/hook/executions?wait=soon", "{}", json_type), 400, "invalid_parameter")
        broken = problem(server.post("/hooks/hook", {"id": "x", "tags": [1, "b", 2]}), 422, "invalid_input")
        equal({error["pointer"] for error in broken["errors"]}, {"/id", "/tags/0", "/tags/2"})
        assert server.alive()


def test_unknown_routes_methods_types_and_hooks():
    with Server() as server:
        problem(server.get("/api/v2/flows"), 404, "unknown_route")
        wrong = server.request("DELETE", "/api/v1/flows")
        problem(wrong, 405, "method_not_allowed")
        equal({method.strip() for method in wrong.headers["allow"].split(",")}, {"GET", "HEAD", "OPTIONS", "POST"})
        problem(server.request("POST", "/api/v1/flows", "<flow/>", {"Content-Type": "application/xml"}), 415,
                "unsupported_media_type")
        problem(server.post("/hooks/nobody", {}), 404, "webhook_not_found")
        problem(server.get("/api/v1/executions/00000000-0000-0000-0000-000000000000"), 404, "execution_not_found")
        assert server.alive()


def test_a_body_over_the_limit_is_refused_before_it_is_read():
    with Server("--max-body-bytes", "1000") as server:
        server.add_flow(HOOK)
        with socket.create_connection((server.host, server.port), 10) as connection:
            connection.sendall(b"POST /hooks/hook HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n"
                               b"Content-Length: 5000\r\n\r\n")
            answer = connection.recv(65536).decode()
            contains(answer, "HTTP/1.1 413")
            contains(answer, "body_too_large")
        assert server.alive()


def test_an_oversized_header_is_refused():
    with Server() as server:
        problem(server.get("/healthz", headers={"X-Long": "x" * 20000}), 431, "header_too_large")
        problem(server.get("/" + "x" * 10000), 414, "target_too_long")
        assert server.alive()


def test_slow_clients_are_told_and_dropped():
    with Server("--header-seconds", "1", "--body-seconds", "1") as server:
        server.add_flow(HOOK)
        for start in [b"POST /hooks/hook HTTP/1.1\r\nHost: x\r\nContent-", 
                      b"POST /hooks/hook HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 50\r\n\r\n{"]:
            with socket.create_connection((server.host, server.port), 20) as connection:
                connection.sendall(start)
                answer = connection.recv(65536).decode()
                contains(answer, "HTTP/1.1 408")
                contains(answer, "request_timeout")
                equal(connection.recv(1), b"", "the connection is closed")
        assert server.alive()


def test_a_full_store_queue_refuses_with_retry_after():
    with Server("--max-queue", "1") as server:
        server.add_flow(HOOK)
        def call(number):
            return server.post("/hooks/hook", {"id": number})
        refused = []
        end = time.monotonic() + 20
        with concurrent.futures.ThreadPoolExecutor(16) as pool:
            while not refused and time.monotonic() < end:
                answers = list(pool.map(call, range(64)))
                equal({answer.status for answer in answers} - {200, 503}, set())
                refused = [answer for answer in answers if answer.status == 503]
        assert refused, "the queue was never full"
        problem(refused[0], 503, "overloaded")
        assert int(refused[0].headers["retry-after"]) >= 1
        equal(server.post("/hooks/hook", {"id": 1}).status, 200)


def test_too_many_live_executions_are_refused():
    with Server("--max-live", "2") as server:
        server.add_flow("name: s\nnodes: [{id: n, type: flow.delay, with: {duration: 1h}}]\n")
        for _ in range(2):
            equal(server.post("/api/v1/flows/s/executions").status, 201)
        problem(server.post("/api/v1/flows/s/executions?wait=1s"), 503, "overloaded")
        equal(server.post("/api/v1/flows/s/executions").json["status"], "queued", "nobody waits for this one")
        assert server.alive()


def test_a_refused_webhook_is_answered_late_and_holds_up_nobody():
    with Server("--max-live", "1") as server:
        server.add_flow(HOOK)
        server.add_flow("name: s\nnodes: [{id: n, type: flow.delay, with: {duration: 1h}}]\n")
        live = server.post("/api/v1/flows/s/executions").json["id"]
        with concurrent.futures.ThreadPoolExecutor(1) as pool:
            began = time.monotonic()
            refused = pool.submit(server.post, "/hooks/hook", {"id": 1})
            equal(server.get("/healthz").status, 200)
            problem(refused.result(), 503, "overloaded")
            assert time.monotonic() - began >= 0.1, "whoever asks again at once does not get a refusal at once"
        equal(server.post(f"/api/v1/executions/{live}/cancel").status, 202)
        equal(server.post("/hooks/hook", {"id": 1}).status, 200)


def test_a_store_that_cannot_be_read_is_told_as_such():
    with Server() as server, contextlib.closing(sqlite3.connect(server.data)) as data:
        data.execute("ALTER TABLE holds RENAME TO elsewhere")
        refused = problem(server.get("/api/v1/holds"), 503, "store_failed")
        assert "holds" in refused["detail"], refused
        data.execute("ALTER TABLE elsewhere RENAME TO holds")
        equal(server.get("/api/v1/holds").status, 200, "it goes on without a restart")


def test_an_endless_loop_fails_and_does_not_stop_the_others():
    with Server() as server:
        server.add_flow("name: loop\nsettings: {join: any, max_steps: 100000}\nstart: a\nnodes:\n"
                        "  a: {type: core.set, next: b}\n  b: {type: core.set, next: a}\n")
        server.add_flow(HOOK)
        started = server.post("/api/v1/flows/loop/executions").json
        began = time.monotonic()
        equal(server.post("/hooks/hook", {"id": 1}).status, 200)
        assert time.monotonic() - began < 5
        while server.get("/api/v1/executions/" + started["id"]).json["status"] == "running":
            time.sleep(0.05)
        ended = server.get("/api/v1/executions/" + started["id"]).json
        equal((ended["status"], ended["error"]["code"]), ("failed", "max_steps_reached"))


run(__name__)
