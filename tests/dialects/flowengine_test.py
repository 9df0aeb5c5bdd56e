"""Flow Engine (S2): the routes, definitions, node types and errors, against a real server. Each test names the rows of
the checklist that it proves; docs/dialects.md is made from these lines."""
import json
import pathlib
import re
import tempfile
import threading
import time
import uuid

from flowengine_support import (Server, connection, flowengine, node, service, sluice, string, workflow, ZEN)
from support.tap import contains, equal, run

UUID = r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}"


def log_node(node_id="log", **config):
    return node(node_id, "debug.log", **config)


def test_health():
    """S2-01, S2-03: the service says that it is well, and what it is."""
    with flowengine() as api:
        answer = api.get("/health")
        equal((answer.status, answer.json),
              (200, {"status": "healthy", "version": "0.1.0", "service": "flowengine"}))


def test_workflows_are_listed_as_a_bare_array_with_counts():
    """S2-04, S2-05, S2-06: id, name and description; nodes and connections as numbers."""
    with flowengine() as api:
        equal(api.get("/api/workflows").json, [])
        made = api.create(workflow(log_node("a"), log_node("b"), log_node("c"), description="Example workflow",
                                   connections=[connection("a", "message", "b", "message"),
                                                connection("a", "message", "c", "message")]))
        listed = api.get("/api/workflows").json
        equal(listed, [{"id": made, "name": "Test", "description": "Example workflow", "nodes": 3, "connections": 2}])


def test_clients_choose_ids():
    """S2-07, S2-08, S2-19: a UUID of the client's is kept; without one the server makes one; the answer is 201 with
    the fixed text; the same id again is the next version of the workflow."""
    with flowengine() as api:
        mine = str(uuid.uuid4())
        first = api.post("/api/workflows", workflow(log_node(), id=mine))
        equal((first.status, first.json), (201, {"id": mine, "message": "Workflow created successfully"}))
        assert re.fullmatch(UUID, api.create(workflow(log_node())))
        again = api.post("/api/workflows", workflow(log_node(), log_node("two"), id=mine, name="Renamed"))
        equal((again.status, again.json["id"]), (201, mine))
        entry = next(one for one in api.get("/api/workflows").json if one["id"] == mine)
        equal((entry["name"], entry["nodes"]), ("Renamed", 2))
        wrong = api.post("/api/workflows", workflow(log_node(), id="mine"))
        equal(wrong.status, 400)
        contains(wrong.json["error"], "`id` must be a UUID")
        # Names need not be unique here.
        equal(len([one for one in api.get("/api/workflows").json if one["name"] == "Test"]), 1)
        api.create(workflow(log_node()))


def test_versions_are_kept():
    """S2-54: each definition under one id is a version of it, and the old ones are kept."""
    with flowengine() as api:
        made = api.create(workflow(log_node()))
        api.create(workflow(log_node(), log_node("two"), id=made))
        versions = api.get(f"/api/workflows/{made}/versions").json
        equal([version["version"] for version in versions], [2, 1])
        contains(versions[0]["created_at"], "Z")
        native = api.server.get(f"/api/v1/flows/{made}/revisions").json["items"]
        equal([revision["version"] for revision in native], [2, 1])


def test_definitions_come_back_to_the_byte():
    """S2-09, S2-12, S2-13, S2-14, S2-15, S2-16, S2-20: everything that a client says is kept, positions, triggers and
    members of its own included."""
    with flowengine() as api:
        source = json.dumps(workflow(
            {**log_node("a"), "name": "First", "position": {"x": 100, "y": 100.5}}, log_node("b"),
            id=str(uuid.uuid4()), description="Example workflow", color="green",
            connections=[connection("a", "message", "b", "message")],
            triggers=[{"id": "t", "trigger_type": {"type": "Cron", "expression": "0 2 * * *"}, "enabled": True},
                      {"id": "w", "trigger_type": {"type": "Webhook", "path": "/x"}, "enabled": False}],
            settings={"max_parallel_nodes": 10, "on_error": "StopWorkflow", "max_execution_time_ms": 60000}),
            indent=3)
        answer = api.post("/api/workflows", source, headers={"Content-Type": "application/json"})
        equal(answer.status, 201)
        equal(api.get(f"/api/workflows/{answer.json['id']}").text, source)
        # What a client leaves out is there all the same.
        made = api.create({"name": "Short", "nodes": [log_node()]})
        shown = api.get(f"/api/workflows/{made}").json
        equal((shown["id"], shown["connections"], shown["triggers"], shown["settings"]),
              (made, [], [], {"max_parallel_nodes": 10, "on_error": "StopWorkflow"}))


def test_unknown_workflows_are_not_found():
    """S2-21, S2-47, S2-48: 404 with an error that names the id, for reading, deleting and executing."""
    with flowengine() as api:
        for unknown in (str(uuid.uuid4()), "no-uuid"):
            for method, path in (("GET", ""), ("DELETE", ""), ("POST", "/execute"), ("GET", "/versions"),
                                 ("GET", "/executions")):
                answer = api.request(method, f"/api/workflows/{unknown}{path}",
                                     headers={"Content-Type": "application/json"})
                equal((answer.status, answer.json), (404, {"error": f"Workflow {unknown} not found"}), path)


def test_workflows_are_deleted():
    """S2-22: the answer says so; the workflow is gone, and may come back under its id."""
    with flowengine() as api:
        made = api.create(workflow(log_node()))
        answer = api.request("DELETE", f"/api/workflows/{made}")
        equal((answer.status, answer.json), (200, {"message": "Workflow deleted successfully"}))
        equal(api.get(f"/api/workflows/{made}").status, 404)
        equal(api.get("/api/workflows").json, [])
        api.create(workflow(log_node(), id=made))
        equal(api.execute(made).status, 200)
        equal(len(api.get(f"/api/workflows/{made}/versions").json), 2)


def test_execution_is_synchronous():
    """S2-10, S2-23, S2-24, S2-25: inputs reach the nodes without incoming connections by the names of their ports; the
    answer comes after the run and counts its nodes; node ids are any text."""
    with service() as web, flowengine() as api:
        odd = 'first "node" }${x} \u00e4\r\nX: y'
        made = api.create(workflow(node(odd, "http.request", method=string("POST")), log_node("log 2"),
                                   connections=[connection(odd, "body", "log 2", "message")]))
        with api.events() as events:
            answer = api.execute(made, url=string(web.address), body=string("hello"))
            equal(answer.status, 200)
            assert re.fullmatch(UUID, answer.json["execution_id"])
            equal((answer.json["completed_nodes"], answer.json["total_nodes"]), (2, 2))
            lines = [event["event"]["message"] for event in events.until("WorkflowCompleted")
                     if event["type"] == "NodeEvent" and event["node_id"] == "log 2"]
            equal(lines, [ZEN])
        equal([(method, body) for method, _, _, body in web.seen], [("POST", b"hello")])
        assert "X" not in web.seen[0][2], "no header out of a node's id"
        # The same execution in the native API, under the same id.
        native = api.server.get(f"/api/v1/executions/{answer.json['execution_id']}").json
        equal((native["status"], native["flow_id"]), ("succeeded", made))


def test_failures_of_nodes_are_told():
    """S2-26, S2-47: 500 with a text that begins as the document's."""
    with flowengine() as api:
        made = api.create(workflow(node("call", "http.request")))
        answer = api.execute(made)
        equal(answer.status, 500)
        contains(answer.json["error"], "Node execution failed: call: ")
        contains(answer.json["error"], "`url` is missing")
        parse = api.create(workflow(node("parse", "transform.json_parse")))
        answer = api.execute(parse, input=string("{nope"))
        equal(answer.status, 500)
        contains(answer.json["error"], "Node execution failed: parse: ")


def test_node_types_are_listed():
    """S2-27, S2-28, S2-29: a bare array of type, description and category."""
    with flowengine() as api:
        types = {entry["type"]: entry for entry in api.get("/api/nodes").json}
        equal(types["http.request"], {"type": "http.request", "description": "Make HTTP requests", "category": "http"})
        equal(types["debug.log"], {"type": "debug.log", "description": "Log values for debugging", "category": "debug"})
        equal(sorted(types), ["api.call", "browser.render", "debug.log", "docker.run", "http.request", "shell.exec",
                              "time.delay", "transform.json_parse", "transform.json_stringify", "zypi.exec",
                              "zypi.session_create"])


def test_types_that_are_not_there_say_why_at_run():
    """S2-27: a workflow may use every listed type; what cannot run here fails with its reason and a way round."""
    with flowengine() as api:
        for kind in ("docker.run", "browser.render", "zypi.exec", "zypi.session_create", "api.call", "shell.exec"):
            made = api.create(workflow(node("n", kind, command=string("true"))))
            answer = api.execute(made)
            equal(answer.status, 500, kind)
            contains(answer.json["error"], "Node execution failed: n: ")
            assert "http.request" in answer.json["error"] or "shell" in answer.json["error"], answer.text


def test_http_request():
    """S2-30: url is an input, method is config; the status is a Number and the body a String, whatever it says."""
    with service() as web, flowengine() as api:
        made = api.create(workflow(node("call", "http.request", method=string("GET"))))
        with api.events() as events:
            for path, status, body in (("/", 200, string(ZEN)), ("/broken", 503, string("down")),
                                       ("/json", 200, string('{"a":[1,2.5,{"b":null}]}')),
                                       ("/bytes", 200, {"type": "Bytes", "value": [0, 255, 128]})):
                equal(api.execute(made, url=string(web.address + path)).status, 200)
                seen = events.until("WorkflowCompleted")
                outputs = next(event["outputs"] for event in seen if event["type"] == "NodeCompleted")
                equal((outputs["status"], outputs["body"]), ({"type": "Number", "value": status}, body), path)
                info = next(event["event"] for event in seen if event["type"] == "NodeEvent")
                equal(info, {"event_type": "Info", "message": f"GET {web.address}{path}"})


EVERY_TYPE = {
    "null": {"type": "Null"},
    "bool": {"type": "Bool", "value": True},
    "number": {"type": "Number", "value": -2.5},
    "whole": {"type": "Number", "value": 9007199254740991},
    "text": {"type": "String", "value": "${nodes.x} \u00e4 \" $${"},
    "bytes": {"type": "Bytes", "value": [0, 127, 255]},
    "json": {"type": "Json", "value": {"type": "click", "value": [1, None]}},
    "json_scalar": {"type": "Json", "value": "text"},
    "json_null": {"type": "Json", "value": None},
    "json_like_a_mark": {"type": "Json", "value": {"base64": "AAEC"}},
    "array": {"type": "Array", "value": [{"type": "Number", "value": 1}, {"type": "Null"},
                                         {"type": "Bytes", "value": [1]}]},
    "object": {"type": "Object", "value": {"base64": {"type": "String", "value": "x"},
                                           "deep": {"type": "Array", "value": [
                                               {"type": "Object", "value": {"j": {"type": "Json", "value": [1]}}}]}}},
}


def test_typed_values_come_through_unchanged():
    """S2-11, S2-17, S2-18, S2-24, S2-35: all eight types, nested too, as inputs, from port to port, and as outputs."""
    with flowengine() as api:
        ports = list(EVERY_TYPE)
        made = api.create(workflow(log_node("a"), log_node("b"),
                                   connections=[connection("a", port, "b", port) for port in ports]))
        with api.events() as events:
            equal(api.execute(made, **EVERY_TYPE).status, 200)
            completed = [event for event in events.until("WorkflowCompleted") if event["type"] == "NodeCompleted"]
            equal([event["node_id"] for event in completed], ["a", "b"])
            for event in completed:
                for port in ports:
                    equal(event["outputs"][port], EVERY_TYPE[port], port)


def test_typed_config_is_kept_and_used():
    """S2-11, S2-17: config is a map of typed values; a text in it is never a template."""
    with flowengine() as api:
        for value, shown in ((string("${1 + 1} and $${x}"), "${1 + 1} and $${x}"), ({"type": "Number", "value": 5}, "5"),
                             (EVERY_TYPE["json"], '{"type":"click","value":[1,null]}'),
                             ({"type": "Object", "value": {"a": {"type": "Array", "value": [string("x")]}}},
                              '{"a":["x"]}')):
            made = api.create(workflow(log_node(message=value)))
            with api.events() as events:
                equal(api.execute(made).status, 200)
                lines = [event["event"]["message"] for event in events.until("WorkflowCompleted")
                         if event["type"] == "NodeEvent"]
                equal(lines, [shown])


def test_plain_json_is_taken_where_a_typed_value_is_expected():
    """S2-24: scalars are what they are, the rest is Json (decision D-13)."""
    with service() as web, flowengine() as api:
        made = api.create(workflow(node("call", "http.request", method="GET")))
        equal(api.execute(made, url=web.address).status, 200)
        log = api.create(workflow(log_node("a")))
        with api.events() as events:
            equal(api.execute(log, one=1, two=[1, {"a": 2}], three={"type": "Json", "x": 1}).status, 200)
            outputs = next(event["outputs"] for event in events.until("WorkflowCompleted")
                           if event["type"] == "NodeCompleted")
            equal((outputs["one"], outputs["two"], outputs["three"]),
                  ({"type": "Number", "value": 1}, {"type": "Json", "value": [1, {"a": 2}]},
                   {"type": "Json", "value": {"type": "Json", "x": 1}}))


def test_transforms():
    """S2-27: JSON text becomes a value, and a value JSON text, with typed values inside written as what they say."""
    with flowengine() as api:
        made = api.create(workflow(node("parse", "transform.json_parse"), node("write", "transform.json_stringify"),
                                   connections=[connection("parse", "output", "write", "input")]))
        with api.events() as events:
            equal(api.execute(made, input=string('{"a": [1, {"base64": "x"}]}')).status, 200)
            outputs = [event["outputs"]["output"] for event in events.until("WorkflowCompleted")
                       if event["type"] == "NodeCompleted"]
            equal(outputs, [{"type": "Json", "value": {"a": [1, {"base64": "x"}]}},
                            string('{"a":[1,{"base64":"x"}]}')])
        write = api.create(workflow(node("write", "transform.json_stringify")))
        with api.events() as events:
            api.execute(write, input={"type": "Object", "value": {"a": {"type": "Array", "value": [
                {"type": "Json", "value": {"b": None}}, {"type": "Null"}]}}})
            outputs = next(event["outputs"] for event in events.until("WorkflowCompleted")
                           if event["type"] == "NodeCompleted")
            equal(outputs["output"], string('{"a":[{"b":null},null]}'))


def test_delay():
    """S2-27: time.delay waits, and the nodes behind it come after it."""
    with flowengine() as api:
        made = api.create(workflow(node("wait", "time.delay", duration_ms={"type": "Number", "value": 300}), log_node(),
                                   connections=[connection("wait", "done", "log", "message")]))
        begun = time.monotonic()
        answer = api.execute(made)
        equal((answer.status, answer.json["completed_nodes"]), (200, 2))
        assert time.monotonic() - begun > 0.29


def test_settings_bound_what_runs_at_once():
    """S2-15: at most max_parallel_nodes of one run are at work, 10 where a workflow does not say."""
    with service() as web, flowengine() as api:
        for settings, at_once in (({"max_parallel_nodes": 2}, 2), (None, 10)):
            web.seen.clear()
            web.gate.clear()
            made = api.create(workflow(*[node(f"n{at}", "http.request") for at in range(14)], settings=settings))
            answers = []
            caller = threading.Thread(
                target=lambda: answers.append(api.execute(made, url=string(web.address + "/slow"))))
            caller.start()
            deadline = time.monotonic() + 10
            while len(web.seen) < at_once and time.monotonic() < deadline:
                time.sleep(0.02)
            time.sleep(0.3)
            equal(len(web.seen), at_once)
            web.gate.set()
            caller.join()
            equal((answers[0].status, answers[0].json["completed_nodes"], len(web.seen)), (200, 14, 14))


def test_nodes_side_by_side_run_to_the_end():
    """S2-25: a diamond with two nodes in flight succeeds (its own server says "node not found" here)."""
    with service() as web, flowengine() as api:
        made = api.create(workflow(
            log_node("begin"), node("left", "http.request", url=string(web.address)),
            node("right", "http.request", url=string(web.address + "/json")), log_node("end"),
            connections=[connection("begin", "message", "left", "after"), connection("begin", "message", "right", "after"),
                         connection("left", "body", "end", "left"), connection("right", "body", "end", "right")]))
        for _ in range(10):
            answer = api.execute(made)
            equal((answer.status, answer.json["completed_nodes"]), (200, 4), answer.text)


def test_on_error_stops_continues_or_retries():
    """S2-16: the three forms: nothing more runs; the failed node counts as completed and its outputs are missing; the
    whole workflow again, so many times in all."""
    with service() as web, flowengine() as api:
        def failing(on_error):
            return workflow(node("bad", "http.request", url=string("not a url")),
                            node("other", "http.request", url=string(web.address)), log_node("after"),
                            connections=[connection("bad", "body", "after", "message")], settings={"on_error": on_error})
        made = api.create(failing("StopWorkflow"))
        equal(api.execute(made).status, 500)
        made = api.create(failing("ContinueOnError"))
        with api.events() as events:
            answer = api.execute(made)
            equal((answer.status, answer.json["completed_nodes"]), (200, 3), answer.text)
            seen = events.until("WorkflowCompleted")
            equal([event["error"] != "" for event in seen if event["type"] == "NodeFailed"], [True])
            equal([event["event"]["message"] for event in seen
                   if event["type"] == "NodeEvent" and event["node_id"] == "after"], ["null"])
        made = api.create(failing({"RetryWorkflow": {"max_attempts": 3}}))
        with api.events() as events:
            equal(api.execute(made).status, 500)
            seen = events.until("WorkflowCompleted")
            equal(len([event for event in seen if event["type"] == "NodeFailed"]), 3)
            equal(len([event for event in seen if event["type"] == "WorkflowStarted"]), 1)


def test_the_time_of_a_run_is_bounded():
    """S2-16: max_execution_time_ms is of the whole run, not of each node."""
    with flowengine() as api:
        nodes = [node(f"n{at}", "time.delay", duration_ms=400) for at in range(3)]
        made = api.create(workflow(*nodes, settings={"max_execution_time_ms": 700},
                                   connections=[connection(f"n{at}", "done", f"n{at + 1}", "after") for at in range(2)]))
        begun = time.monotonic()
        answer = api.execute(made)
        equal(answer.status, 500)
        contains(answer.json["error"], "Workflow execution timed out")
        assert time.monotonic() - begun < 1.15, "each node alone would have had time"


def test_retry_policy():
    """S2-10: tries in all; the first wait is delay_ms itself, the second that times the multiplier; a wait that is
    too short for a timeout to be retried is told apart."""
    with flowengine() as api:
        made = api.create(workflow(node("bad", "http.request", {"max_attempts": 3, "delay_ms": 100, "backoff_multiplier": 3.0},
                                        url=string("nope:"))))
        with api.events() as events:
            begun = time.monotonic()
            equal(api.execute(made).status, 500)
            took = time.monotonic() - begun
            waits = [event["event"]["message"] for event in events.until("WorkflowCompleted")
                     if event["type"] == "NodeEvent" and event["event"]["event_type"] == "Warning"]
            contains(waits[0], "Attempt 1 failed")
            contains(waits[0], "again in 100 ms")
            contains(waits[1], "again in 300 ms")
            equal(len(waits), 2)
            assert took > 0.39


def test_timeouts_are_not_retried_where_the_policy_says_so():
    """S2-10: retry_on_timeout."""
    with service() as web, flowengine() as api:
        for retried, calls in ((True, 2), (False, 1)):
            web.seen.clear()
            made = api.create(workflow(node("slow", "http.request",
                                            {"max_attempts": 2, "delay_ms": 1, "retry_on_timeout": retried},
                                            url=string(web.address + "/slow"), timeout_ms=200)))
            equal(api.execute(made).status, 500)
            equal(len(web.seen), calls)


def test_wrong_definitions_are_refused_with_their_places():
    """S2-47, S2-48: 400, and every problem at once, each with line and column of the client's document."""
    with flowengine() as api:
        for broken, words in (
                ("{", ["line 1"]),
                ("[]", ["must be"]),
                ('{"nodes": []}', ["`name`", "at least one node"]),
                (workflow(node("a", "http.reqest")), ["no node type `http.reqest`", "write `http.request`", "line 1"]),
                (workflow(log_node("a"), log_node("a")), ["another node `a`"]),
                (workflow(log_node("")), ["1 to"]),
                (workflow(log_node("a"), connections=[connection("a", "x", "b", "y")]), ["no node `b`"]),
                (workflow(log_node("a"), connections=[{"from_node": "a"}]), ["`to_node`", "`from_port`", "`to_port`"]),
                (workflow(log_node("a"), log_node("b"), connections=[connection("a", "x", "b", "y"),
                                                                     connection("b", "x", "a", "y")]), ["a circle", "a -> b"]),
                (workflow(log_node("a"), settings={"on_error": "Stop"}), ["StopWorkflow", "RetryWorkflow"]),
                (workflow(log_node("a"), settings={"max_parallel_nodes": 0}), ["max_parallel_nodes"]),
                (workflow(log_node("a", message={"type": "Strng", "value": 1})), ["no value type `Strng`", "String"]),
                (workflow(log_node("a", message={"type": "Number", "value": "1"})), ["of type Number cannot be"]),
                (workflow(log_node("a", message={"type": "Bytes", "value": [256]})), ["0 to 255"]),
                (workflow(node("a", "debug.log", {"max_attempts": 0})), ["max_attempts"])):
            source = broken if isinstance(broken, str) else json.dumps(broken)
            answer = api.post("/api/workflows", source, headers={"Content-Type": "application/json"})
            equal(answer.status, 400, source)
            equal(list(answer.json), ["error"])
            for word in words:
                contains(answer.json["error"], word)
        equal(api.get("/api/workflows").json, [])
        assert api.server.alive()


def test_large_definitions_hold_nobody_up():
    """S2-07, S2-47: thousands of nodes and connections, right or wrong, are judged in time that grows with them."""
    with flowengine() as api:
        many = [log_node(f"n{at}") for at in range(3000)]
        chain = [connection(f"n{at}", "message", f"n{at + 1}", "message") for at in range(2999)]
        made = api.create(workflow(*many, connections=chain))
        equal(api.execute(made, message=string("x")).json["completed_nodes"], 3000)
        unknown = api.post("/api/workflows", workflow(*many, connections=[connection("n0", "x", f"m{at}", "y")
                                                                         for at in range(4_000)]))
        equal(unknown.status, 400)
        contains(unknown.json["error"], "write `n")
        crowd = api.post("/api/workflows", workflow(*many, connections=[connection(f"n{at}", "x", "n0", "y")
                                                                       for at in range(1, 3000)]))
        assert crowd.status in (201, 400), crowd.text
        assert api.server.alive()


def test_wrong_inputs_are_refused():
    """S2-47: 400 for what is no JSON, no object, or no typed value."""
    with flowengine() as api:
        made = api.create(workflow(log_node()))
        for body in ("{", "[]", '{"inputs": 5}', '{"inputs": {"x": {"type": "Nmber", "value": 5}}}'):
            answer = api.post(f"/api/workflows/{made}/execute", body, headers={"Content-Type": "application/json"})
            equal(answer.status, 400, body)
            equal(list(answer.json), ["error"])
        equal(api.post(f"/api/workflows/{made}/execute").status, 200, "inputs may be missing")


def test_errors_of_the_server_have_the_same_form():
    """S2-48: what no route takes, the wrong method and the wrong type of body."""
    with flowengine() as api:
        for method, path, status in (("GET", "/api/nothing", 404), ("PUT", "/api/workflows", 405)):
            answer = api.request(method, path)
            equal(answer.status, status)
            equal(list(answer.json), ["error"], path)
        answer = api.post("/api/workflows", "x", headers={"Content-Type": "text/plain"})
        equal((answer.status, list(answer.json)), (415, ["error"]))
        answer = api.get("/api/events")
        equal((answer.status, list(answer.json)), (426, ["error"]))


def test_pages_of_any_origin_may_call():
    """S2-49: answers and preflights of the listener, errors included."""
    with flowengine() as api:
        for path in ("/health", "/api/workflows", "/api/workflows/unknown", "/nothing"):
            answer = api.get(path, headers={"Origin": "http://elsewhere.example"})
            equal(answer.headers["access-control-allow-origin"], "*", path)
        preflight = api.request("OPTIONS", "/api/workflows", headers={
            "Origin": "http://elsewhere.example", "Access-Control-Request-Method": "POST",
            "Access-Control-Request-Headers": "content-type"})
        assert preflight.status in (200, 204), preflight.status
        contains(preflight.headers["access-control-allow-methods"], "POST")
        contains(preflight.headers["access-control-allow-headers"].lower(), "content-type")


def test_executions_are_kept():
    """S2-55: the history of a workflow, and one execution, also after a restart."""
    with flowengine() as api:
        made = api.create(workflow(log_node()))
        first = api.execute(made).json["execution_id"]
        second = api.execute(made).json["execution_id"]
        listed = api.get(f"/api/workflows/{made}/executions").json
        equal([one["execution_id"] for one in listed], [second, first])
        one = api.get(f"/api/executions/{first}").json
        equal((one["workflow_id"], one["status"], one["success"], one["completed_nodes"], one["total_nodes"], one["error"]),
              (made, "succeeded", True, 1, 1, None))
        bad = api.create(workflow(node("bad", "http.request")))
        api.execute(bad)
        failed = api.get(f"/api/workflows/{bad}/executions").json[0]["execution_id"]
        one = api.get(f"/api/executions/{failed}").json
        equal((one["success"], one["error"][:21]), (False, "Node execution failed"))
        equal(api.get(f"/api/executions/{made}").status, 404)


def test_starts_are_limited():
    """S2-53: over the server's limit of live executions a start is refused, with the time to come back."""
    with service() as web, flowengine("--max-live", "1") as api:
        slow = api.create(workflow(node("call", "http.request", url=string(web.address + "/slow"))))
        caller = threading.Thread(target=lambda: api.execute(slow))
        caller.start()
        deadline = time.monotonic() + 10
        while not web.seen and time.monotonic() < deadline:
            time.sleep(0.02)
        answer = api.execute(slow)
        equal((answer.status, list(answer.json)), (503, ["error"]))
        assert int(answer.headers["retry-after"]) >= 1
        web.gate.set()
        caller.join()


def test_metrics():
    """S2-56: Prometheus text, beside the API."""
    with flowengine() as api:
        made = api.create(workflow(log_node()))
        api.execute(made)
        page = api.get("/metrics")
        equal(page.status, 200)
        contains(page.headers["content-type"], "text/plain")
        contains(page.text, "sluice_executions_started_total 1")


def test_the_place_of_authentication_is_visible():
    """S2-52: every route says who may use it; today nobody is asked, and so beyond loopback the server refuses."""
    refused = sluice("serve", "--dialect", "flowengine=0.0.0.0:0", "--data", ":none:")
    equal(refused.returncode, 2)
    contains(refused.stderr, "no authentication")


def test_both_apis_show_the_same_flows():
    """S2-01: what is made here is in the native API under its id, and the other way round where it can be said."""
    with flowengine() as api:
        made = api.create(workflow(log_node()))
        native = api.server.get(f"/api/v1/flows/{made}").json
        equal((native["id"], native["namespace"], native["labels"]), (made, "flowengine", {"name": "Test"}))
        flow = api.server.add_flow("""
name: native
description: Made elsewhere
nodes:
  first: {type: core.set, with: {n: "${input.n}"}, next: second}
  second: {type: core.log, with: {message: "${nodes.first.n}"}}
""")
        entry = next(one for one in api.get("/api/workflows").json if one["id"] == flow["id"])
        equal((entry["name"], entry["description"], entry["nodes"], entry["connections"]),
              ("native", "Made elsewhere", 2, 1))
        shown = api.get(f"/api/workflows/{flow['id']}").json
        equal([(one["id"], one["node_type"]) for one in shown["nodes"]], [("first", "core.set"), ("second", "core.log")])
        equal([(one["from_node"], one["to_node"]) for one in shown["connections"]], [("first", "second")])
        answer = api.execute(flow["id"], n={"type": "Number", "value": 7})
        equal((answer.status, answer.json["completed_nodes"]), (200, 2))
        logs = api.server.get(f"/api/v1/executions/{answer.json['execution_id']}/logs").json["items"]
        equal([log["message"] for log in logs], ["7"])
        # A native flow is not overwritten by accident.
        equal(api.post("/api/workflows", workflow(log_node(), id=flow["id"])).status, 409)


def test_mounted_beside_the_native_api():
    """S2-02: without a listener of its own the API is at /flowengine, where pages of other origins may not call."""
    with Server() as server:
        api = lambda method, path, body=None, **more: server.request(method, "/flowengine" + path, body, **more)
        equal(api("GET", "/health").json["service"], "flowengine")
        made = api("POST", "/api/workflows", workflow(log_node())).json["id"]
        equal(api("POST", f"/api/workflows/{made}/execute", {}).status, 200)
        equal(api("GET", "/nothing").json, {"error": "there is nothing at /flowengine/nothing"})
        assert "access-control-allow-origin" not in api("GET", "/health", headers={"Origin": "http://x.example"}).headers
        equal(server.get("/nothing").json["code"], "unknown_route")


def test_workflows_survive_a_restart():
    """S2-55: definitions and executions are in the data file."""
    with tempfile.TemporaryDirectory(prefix="sluice-test-") as folder:
        data = pathlib.Path(folder) / "sluice.db"
        with Server(data=data) as server:
            made = server.post("/flowengine/api/workflows", workflow(log_node())).json["id"]
            source = server.get(f"/flowengine/api/workflows/{made}").text
            execution = server.post(f"/flowengine/api/workflows/{made}/execute", {}).json["execution_id"]
        with Server(data=data) as server:
            equal(server.get(f"/flowengine/api/workflows/{made}").text, source)
            equal(server.post(f"/flowengine/api/workflows/{made}/execute", {}).status, 200)
            equal(server.get(f"/flowengine/api/executions/{execution}").json["success"], True)
        checked = sluice("verify", "--data", data)
        equal(checked.returncode, 0, checked.stdout + checked.stderr)


run(__name__)
