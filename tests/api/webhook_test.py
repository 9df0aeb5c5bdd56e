"""Webhooks, against the real program and the example service."""
import concurrent.futures
import json
import pathlib
import sys
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))
from support.programs import SOURCE, Server, crm, wait_for
from support.tap import contains, equal, run

ECHO = """\
name: echo
triggers: {hook: {type: webhook, key: echo}}
nodes:
  - {id: seen, type: core.set, with: {input: "${input}", trigger: "${trigger}"}}
output: "${nodes.seen}"
"""
HOOK = "name: {0}\ntriggers: {{hook: {{type: webhook, key: {0}{1}}}}}\nnodes: {2}\n"


def orders():
    return {name: json.loads((SOURCE / f"examples/data/order-{name}.json").read_text())
            for name in ["small", "big", "invalid", "unknown-customer"]}


def order_server(address):
    return Server("--env", "CRM_URL", SOURCE / "examples/flows", environment={"CRM_URL": address})


def test_an_order_is_looked_up_branches_and_is_answered():
    with crm() as address, order_server(address) as server:
        order = orders()["big"]  # customer 12: total 444
        answer = server.post("/hooks/orders", order)
        equal(answer.status, 201)
        equal((answer.json["decision"], answer.json["items"]), ("review", 2))
        path = "/api/v1/executions/" + answer.headers["sluice-execution"]
        equal(server.get(path).json["status"], "succeeded")
        statuses = {node["node"]: node["status"] for node in server.get(path + "/nodes").json["items"]}
        equal(statuses, {"customer": "succeeded", "big": "succeeded", "review": "succeeded", "done": "succeeded",
                         "ship": "skipped", "sorry": "skipped"})
        small = server.post("/hooks/orders", {"customerId": 1, "items": [{"sku": "AB-1001", "quantity": 1}]})
        equal((small.status, small.json["decision"]), (201, "shipped"))


def test_a_service_that_fails_twice_is_tried_again():
    with crm() as address, order_server(address) as server:
        answer = server.post("/hooks/orders", {"customerId": 15, "items": [{"sku": "AB-1001", "quantity": 1}]})
        equal(answer.status, 201)
        nodes = server.get(f"/api/v1/executions/{answer.headers['sluice-execution']}/nodes").json["items"]
        equal([(node["attempt"], node["status"]) for node in nodes if node["node"] == "customer"],
              [(1, "retrying"), (2, "retrying"), (3, "succeeded")])


def test_a_slow_service_is_waited_for():
    with crm() as address, order_server(address) as server:
        began = time.monotonic()
        answer = server.post("/hooks/orders", orders()["small"])  # customer 7 takes 1.5 s
        equal(answer.status, 201)
        assert time.monotonic() - began >= 1.4


def test_a_customer_that_does_not_exist_takes_the_error_edge():
    with crm() as address, order_server(address) as server:
        answer = server.post("/hooks/orders", {"customerId": 404, "items": [{"sku": "AB-1001", "quantity": 1}]})
        equal(answer.status, 502)
        contains(answer.json["message"], "could not be looked up")


def test_a_service_that_is_down_takes_the_error_edge():
    with order_server("http://127.0.0.1:9") as server:
        answer = server.post("/hooks/orders", orders()["small"])
        equal(answer.status, 502)


def test_an_order_that_breaks_the_schema_lists_every_violation():
    with order_server("http://127.0.0.1:9") as server:
        answer = server.post("/hooks/orders", orders()["invalid"])
        equal((answer.status, answer.json["code"]), (422, "invalid_input"))
        pointers = {error["pointer"] for error in answer.json["errors"]}
        for pointer in ["/customerId", "/items/0/sku", "/items/0/quantity"]:
            assert pointer in pointers, pointers


def test_the_trigger_tells_method_headers_query_and_address():
    with Server() as server:
        server.add_flow(ECHO)
        answer = server.post("/hooks/echo?a=1&b=x%20y", {"n": 1}, headers={"X-Some": "thing"}).json
        equal(answer["input"], {"n": 1})
        trigger = answer["trigger"]
        equal((trigger["type"], trigger["method"], trigger["path"], trigger["address"]),
              ("webhook", "POST", "/hooks/echo", "127.0.0.1"))
        equal(trigger["query"], {"a": "1", "b": "x y"})
        equal(trigger["headers"]["x-some"], "thing")


def test_forms_and_text_are_inputs_too():
    with Server() as server:
        server.add_flow(ECHO)
        form = server.post("/hooks/echo", "name=Ann+B&x=%C3%A9", headers={"Content-Type": "application/x-www-form-urlencoded"})
        equal(form.json["input"], {"name": "Ann B", "x": "é"})
        text = server.post("/hooks/echo", "hello", headers={"Content-Type": "text/plain"})
        equal(text.json["input"], "hello")
        equal(server.post("/hooks/echo").json["input"], None)


def test_bytes_that_are_not_utf8_do_no_harm():
    with Server() as server:
        server.add_flow(ECHO)
        header = server.post("/hooks/echo", {"n": 1}, headers={"X-Latin": "caf\u00e9"})
        equal((header.status, header.json["trigger"]["headers"]["x-latin"]), (200, "café"))
        for kind in ["text/plain", "application/json", "application/x-www-form-urlencoded"]:
            answer = server.post("/hooks/echo", b"x=\xff\xfe", headers={"Content-Type": kind})
            equal(answer.status, 400, kind)
        assert server.alive()


def test_accepted_answers_before_the_end():
    with Server() as server:
        server.add_flow(HOOK.format("later", ", respond: accepted", "[{id: nap, type: flow.delay, with: {duration: 300ms}}]"))
        answer = server.post("/hooks/later", {})
        equal((answer.status, answer.json["status"]), (202, "waiting"))
        path = answer.headers["location"]
        wait_for(lambda: server.get(path).json["status"] == "succeeded", "the end")


def test_a_failed_execution_is_a_problem_with_its_error():
    with Server() as server:
        server.add_flow(HOOK.format("bad", "", "[{id: f, type: core.fail, with: {code: nope, message: no luck}}]"))
        answer = server.post("/hooks/bad", {})
        equal((answer.status, answer.json["code"], answer.json["details"]["code"]), (500, "execution_failed", "nope"))
        contains(answer.json["detail"], "no luck")


def test_a_changed_flow_answers_anew_and_a_deleted_one_not_at_all():
    with Server() as server:
        server.add_flow(HOOK.format("now", "", "[{id: a, type: core.set, with: {v: 1}}]"))
        equal(server.post("/hooks/now", {}).json, {"v": 1})
        server.request("PUT", "/api/v1/flows/now", HOOK.format("now", "", "[{id: a, type: core.set, with: {v: 2}}]"),
                       {"Content-Type": "application/yaml"})
        equal(server.post("/hooks/now", {}).json, {"v": 2})
        server.request("DELETE", "/api/v1/flows/now")
        equal(server.post("/hooks/now", {}).json["code"], "webhook_not_found")


def test_many_at_once_are_all_answered_with_their_own_result():
    with Server() as server:
        server.add_flow(ECHO)
        def call(number):
            return server.post("/hooks/echo", {"n": number}).json["input"]["n"]
        with concurrent.futures.ThreadPoolExecutor(32) as pool:
            equal(list(pool.map(call, range(500))), list(range(500)))
        contains(server.get("/metrics").text, "sluice_executions_started_total 500\n")


run(__name__)
