"""Flows through the native API, against the real program."""
import pathlib
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))
from support.programs import SOURCE, Server
from support.tap import contains, equal, run

HELLO = """\
name: hi
nodes:
  - {id: greet, type: core.set, with: {text: "Hi ${input.name}"}}
output: "${nodes.greet.text}"
"""
YAML = {"Content-Type": "application/yaml"}


def test_a_flow_is_created_listed_read_replaced_and_deleted():
    with Server() as server:
        created = server.post("/api/v1/flows", HELLO, headers=YAML)
        equal(created.status, 201)
        flow = created.json
        equal(created.headers["location"], "/api/v1/flows/" + flow["id"])
        equal((flow["name"], flow["version"], flow["valid"]), ("hi", 1, True))
        equal([item["id"] for item in server.get("/api/v1/flows").json["items"]], [flow["id"]])

        read = server.get("/api/v1/flows/" + flow["id"])
        equal(read.json["source"], HELLO, "the source is kept to the byte")
        equal(server.get("/api/v1/flows/hi").json["id"], flow["id"], "a flow can be named")

        changed = HELLO.replace("Hi", "Hello")
        replaced = server.request("PUT", "/api/v1/flows/hi", changed, headers={**YAML, "If-Match": read.headers["etag"]})
        equal((replaced.status, replaced.json["version"]), (200, 2))
        stale = server.request("PUT", "/api/v1/flows/hi", HELLO, headers={**YAML, "If-Match": read.headers["etag"]})
        equal((stale.status, stale.json["code"]), (412, "revision_conflict"))
        same = server.request("PUT", "/api/v1/flows/hi", changed, headers=YAML)
        equal(same.json["version"], 2, "the same source is not a new revision")

        revisions = server.get("/api/v1/flows/hi/revisions").json["items"]
        equal([revision["version"] for revision in revisions], [2, 1])
        equal(server.get("/api/v1/flows/hi/revisions/1").json["source"], HELLO)
        equal(server.get("/api/v1/flows/hi/revisions/9").json["code"], "revision_not_found")

        equal(server.request("DELETE", "/api/v1/flows/hi").status, 204)
        equal(server.get("/api/v1/flows/hi").json["code"], "flow_not_found")
        equal(server.post("/api/v1/flows", HELLO, headers=YAML).status, 201, "the name is free again")


def test_flows_survive_a_restart():
    with Server() as server:
        flow = server.add_flow(HELLO)
        server.stop()
        with Server(data=server.data) as again:
            equal(again.get("/api/v1/flows/hi").json["id"], flow["id"])
            equal(again.post("/api/v1/flows/hi/executions?wait=10s", {"input": {"name": "Ann"}}).json["output"], "Hi Ann")


def test_json_definitions_are_taken_as_json():
    with Server() as server:
        flow = {"name": "as-json", "nodes": {"a": {"type": "core.set", "with": {"x": 1}}}}
        equal(server.post("/api/v1/flows", flow).status, 201)
        broken = server.request("POST", "/api/v1/flows", "{\"name\": \"x\",}", {"Content-Type": "application/json"})
        equal(broken.status, 422)
        equal(broken.json["errors"][0]["code"], "json_syntax")


def test_lists_come_in_pages():
    with Server() as server:
        for number in range(5):
            server.add_flow(HELLO.replace("hi", f"flow-{number}"))
        names, cursor = [], ""
        while True:
            answer = server.get("/api/v1/flows?limit=2" + cursor).json
            names += [item["name"] for item in answer["items"]]
            if answer["next_cursor"] is None:
                break
            cursor = "&cursor=" + answer["next_cursor"]
        equal(names, [f"flow-{number}" for number in range(5)])
        equal(server.get("/api/v1/flows?limit=0").json["code"], "invalid_parameter")


def test_a_taken_name_and_a_taken_webhook_key_are_conflicts():
    with Server() as server:
        server.add_flow(HELLO)
        taken = server.post("/api/v1/flows", HELLO, headers=YAML)
        equal((taken.status, taken.json["code"]), (409, "flow_name_taken"))
        hook = "name: {}\ntriggers: {{h: {{type: webhook, key: k}}}}\nnodes: [{{id: a, type: core.set}}]\n"
        server.add_flow(hook.format("one"))
        taken = server.post("/api/v1/flows", hook.format("two"), headers=YAML)
        equal((taken.status, taken.json["code"]), (409, "webhook_key_taken"))
        contains(taken.json["detail"], "one")


def test_validation_tells_every_problem_with_its_place():
    source = """\
name: wrong
nodes:
  first:
    type: core.sett
    nxt: second
  second:
    type: flow.if
    needs: first
    with: {condition: "${inputt.x >}"}
    next: {yes: third}
  third: {type: core.set, needs: frist}
"""
    with Server() as server:
        answer = server.post("/api/v1/flows/validate", source, headers=YAML).json
        equal(answer["valid"], False)
        found = {(problem["code"], problem["line"]) for problem in answer["diagnostics"]}
        for expected in [("unknown_node_type", 4), ("unknown_key", 5), ("unknown_outcome", 10), ("unknown_node", 11)]:
            assert expected in found, f"{expected} is not in {found}"
        assert any(code.startswith("expression") and line == 9 for code, line in found), found
        suggestions = " ".join(problem.get("suggestion", "") for problem in answer["diagnostics"])
        contains(suggestions, "core.set")
        refused = server.post("/api/v1/flows", source, headers=YAML)
        equal((refused.status, refused.json["code"]), (422, "invalid_flow"))
        equal(refused.json["errors"], answer["diagnostics"])


def test_every_example_is_valid_and_the_language_schema_is_served():
    with Server(SOURCE / "examples/flows") as server:
        names = {flow["name"] for flow in server.get("/api/v1/flows").json["items"]}
        equal(names, {"hello", "order-intake", "host-report", "ticket-machine", "expense-approval", "booking-saga", "poll-until-ready",
                      "fan-out", "nightly-report", "data-cleanup", "chat-notification", "error-handling"})
        contains(server.get("/api/v1/flow-schema").json["$schema"], "json-schema.org")


def test_the_catalogue_lists_every_node_type_with_its_schemas():
    with Server() as server:
        types = {entry["id"]: entry for entry in server.get("/api/v1/node-types").json["items"]
                 if not entry["id"].startswith("flowengine.")}
        equal(sorted(types), [
            "code.javascript", "code.python", "core.fail", "core.log", "core.set", "crypto.hash", "crypto.hmac",
            "csv.format", "csv.parse", "data.aggregate", "data.filter", "data.flatten", "data.group",
            "data.join", "data.lookup", "data.map", "data.merge", "data.pick", "data.rename", "data.sort",
            "data.split", "data.unique", "flow.approval", "flow.delay", "flow.each", "flow.if", "flow.parallel",
            "flow.return", "flow.switch", "flow.try", "flow.until", "flow.wait", "flow.while", "http.request",
            "http.respond", "json.format", "json.parse", "kv.compare_and_set", "kv.delete", "kv.get",
            "kv.increment", "kv.set", "number.calculate", "number.format", "number.parse", "number.round",
            "random.number", "random.uuid", "shell.exec", "text.change", "text.decode", "text.encode",
            "text.match", "text.replace", "text.template", "time.add", "time.difference", "time.format",
            "time.now", "time.parse", "url.build", "url.parse", "vars.set", "xml.format", "xml.parse",
            "yaml.format", "yaml.parse"])
        for entry in types.values():
            assert entry["description"] and entry["input_schema"] and entry["output_schema"], entry


run(__name__)
