"""Why is it waiting? By the API, by `sluice why` against a server, and from the data file."""
import json
import pathlib
import socket
import subprocess
import sys
import tempfile

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))
from support.programs import SLUICE, Server, wait_for
from support.tap import contains, equal, run

APPROVAL = """\
name: approval
triggers: {hook: {type: webhook, key: ship, respond: accepted}}
inputs: {type: object, required: [what]}
nodes:
  - {id: ask, type: flow.approval, with: {message: "Ship ${input.what}?", approvers: [ada, bob], quorum: 2}, timeout: 2d}
"""
RETRY = """\
name: retry
nodes:
  - {id: call, type: http.request, with: {url: "http://127.0.0.1:1/"}, retry: {attempts: 4, delay: 1h}}
"""


def start(server, flow, value=None):
    answer = server.post(f"/api/v1/flows/{flow}/executions", {"input": value or {}})
    equal(answer.status, 201, "start")
    return answer.json["id"]


def why(*arguments, environment=None):
    return subprocess.run([str(part) for part in (SLUICE, "why", *arguments)], capture_output=True, text=True, timeout=60,
                          env=environment)


def address(server):
    return f"http://{server.host}:{server.port}"


def test_an_approval_is_explained_and_its_remedies_work():
    with Server() as server:
        server.add_flow(APPROVAL)
        execution = start(server, "approval", {"what": "a lamp"})
        told = server.get(f"/api/v1/executions/{execution}/why").json
        equal((told["execution_id"], told["flow"], told["status"], told["more"]), (execution, "approval", "waiting", 0))
        reason = told["waiting_for"][0]
        equal((reason["what"], reason["node"], reason["resolved_by"]), ("approval", "ask", "people"))
        equal((reason["details"]["missing"], reason["details"]["waiting_for"]), (2, ["ada", "bob"]))
        assert reason["until"] > reason["since"], reason
        contains(told["summary"], "Ship a lamp?")
        for _ in range(2):  # each time the first remedy is the next approver's approval
            remedy = server.get(f"/api/v1/executions/{execution}/why").json["waiting_for"][0]["remedies"][0]
            equal(server.request(remedy["method"], remedy["path"], remedy["body"]).status, 200, remedy)
        told = wait_for(lambda: (lambda t: t if t["status"] == "succeeded" else None)(
            server.get(f"/api/v1/executions/{execution}/why").json), "the end")
        equal([(r["what"], r["remedies"]) for r in told["waiting_for"]], [("ended", [])])
        equal(server.get("/api/v1/executions/nonsense/why").json["code"], "execution_not_found")


def test_a_retry_tells_what_went_wrong_and_when_it_goes_on():
    with Server() as server:
        server.add_flow(RETRY)
        execution = start(server, "retry")
        reason = wait_for(lambda: next((r for r in server.get(f"/api/v1/executions/{execution}/why").json["waiting_for"]
                                        if r["what"] == "retry"), None), "the failed attempt")
        equal((reason["attempt"], reason["details"]["attempts"], reason["details"]["error"]["code"]),
              (2, 4, "http_connect_failed"))
        contains(reason["message"], "attempt 2 of 4")
        paused = server.post(f"/api/v1/executions/{execution}/pause", {"reason": "the service is down"})
        assert paused.status < 300, paused.text
        told = server.get(f"/api/v1/executions/{execution}/why").json
        equal([r["what"] for r in told["waiting_for"]], ["pause", "retry"])
        contains(told["summary"], "the service is down")


def test_who_is_queued_is_told_behind_whom():
    with Server("--max-live", "2") as server:
        server.add_flow("name: one\nnodes: [{id: ask, type: flow.approval, with: {message: Go?}}]\n"
                        "settings: {concurrency: {limit: 1}}\n")
        first, second, third = (start(server, "one") for _ in range(3))
        told = server.get(f"/api/v1/executions/{third}/why").json
        equal((told["status"], told["waiting_for"][0]["what"]), ("queued", "slot"))
        details = told["waiting_for"][0]["details"]
        equal((details["cause"], details["held_by"], details["ahead"]), ("concurrency", [first], 1))
        contains(told["summary"], first)
        equal(server.request(told["waiting_for"][0]["remedies"][0]["method"], told["waiting_for"][0]["remedies"][0]["path"]).status,
              202)
        wait_for(lambda: server.get(f"/api/v1/executions/{second}").json["status"] == "waiting", "the next one's turn")
        contains(why(third, "--server", address(server)).stdout, second)


def test_what_is_debounced_or_beyond_the_servers_limit_waits_on_disk_and_says_so():
    with Server("--max-live", "1") as server:
        server.add_flow("name: quiet\ntriggers: {hook: {type: webhook, key: quiet, respond: accepted}}\n"
                        "nodes: [{id: a, type: core.set}]\nsettings: {debounce: {quiet: 1h}}\n")
        server.add_flow("name: ask\ntriggers: {hook: {type: webhook, key: ask}}\n"
                        "nodes: [{id: ask, type: flow.approval, with: {message: Go?}}]\n")
        one, two = (server.post("/hooks/quiet", {}).json["id"] for _ in range(2))
        told = server.get(f"/api/v1/executions/{two}/why").json["waiting_for"][0]
        equal((told["what"], told["details"]["cause"], told["resolved_by"]), ("slot", "debounce", "time"))
        assert told["until"] > told["since"], told
        wait_for(lambda: server.get(f"/api/v1/executions/{one}").json["status"] == "cancelled", "the replaced one's end")
        held, queued = start(server, "ask"), start(server, "ask")
        told = server.get(f"/api/v1/executions/{queued}/why").json
        equal((told["status"], told["waiting_for"][0]["details"]["cause"]), ("queued", "server"))
        refused = server.post("/hooks/ask", {})
        equal((refused.status, refused.json["code"]), (503, "overloaded"), "a caller who waits for the result")
        server.post(f"/api/v1/executions/{held}/cancel")
        wait_for(lambda: server.get(f"/api/v1/executions/{queued}").json["status"] == "waiting", "its turn")


def test_the_command_asks_a_server_and_reads_the_file_when_none_runs():
    with tempfile.TemporaryDirectory(prefix="sluice-test-") as folder:
        data = pathlib.Path(folder) / "sluice.db"
        with Server(data=data) as server:
            server.add_flow(APPROVAL)
            execution = start(server, "approval", {"what": "a lamp"})
            asked = why(execution, "--server", address(server))
            equal(asked.returncode, 0, asked.stderr)
            contains(asked.stdout, "2 of 2 approvals by ada, bob")
            contains(asked.stdout, f"curl -s -X POST '{address(server)}/api/v1/executions/{execution}/holds/0/decision'")
            by_api = server.get(f"/api/v1/executions/{execution}/why").json
            equal(json.loads(why(execution, "--server", address(server), "--json").stdout), by_api)
            equal(json.loads(why(execution, "--data", data, "--json").stdout), by_api, "beside the server")
            equal(why("00000000-0000-7000-8000-000000000000", "--server", address(server)).returncode, 2)
        read = why(execution, "--data", data, "--json")
        equal(json.loads(read.stdout), by_api, "the file tells the same as the server")
        gone = why(execution, "--server", address(server))
        equal(gone.returncode, 1, "a server that does not answer")
        contains(gone.stderr, str(server.port))
        equal(why("00000000-0000-7000-8000-000000000000", "--data", data).returncode, 2)
        equal(why(execution, "--data", pathlib.Path(folder) / "missing.db").returncode, 2)
        (pathlib.Path(folder) / "text.db").write_text("no database")
        equal(why(execution, "--data", pathlib.Path(folder) / "text.db").returncode, 2)


def test_what_was_interrupted_too_often_goes_on_alone_and_says_so():
    with tempfile.TemporaryDirectory(prefix="sluice-test-") as folder, socket.create_server(("127.0.0.1", 0)) as silent:
        data = pathlib.Path(folder) / "sluice.db"
        flow = ("name: call\nnodes: [{id: call, type: http.request, timeout: 10m, on_interrupt: retry, "
                f"with: {{url: 'http://127.0.0.1:{silent.getsockname()[1]}/', timeout: 10m}}}}]\n")

        def recoveries(execution):
            events = server.get(f"/api/v1/executions/{execution}/events").json["items"]
            return [event.get("how") for event in events if event["type"] == "execution.recovered"]
        with Server(data=data) as server:
            server.add_flow(flow)
            first, second = (start(server, "call") for _ in range(2))
            server.kill()
        for kill in range(1, 6):
            with Server(data=data) as server:
                wait_for(lambda: len(recoveries(first)) == len(recoveries(second)) == kill, f"recovery {kill}")
                server.kill()
        with Server(data=data) as server:
            wait_for(lambda: recoveries(first) == [None] * 5 + ["alone"], "the turn of the first")
            equal(recoveries(second), [None] * 5, "the second waits")
            equal(server.get(f"/api/v1/executions/{second}").json["status"], "running")
            suspect, node = server.get(f"/api/v1/executions/{second}/why").json["waiting_for"]
            equal((suspect["what"], suspect["resolved_by"]), ("suspect", "executions"))
            equal(suspect["details"], {"recoveries": 5, "recoveries_alone": 0, "ahead": 0, "now": first})
            equal((node["what"], node["node"]), ("ready", "call"))
            contains(why(second, "--server", address(server)).stdout, "goes on alone")
            contains(server.errors() + server.output, "goes on alone, one after the other")
            remedy = suspect["remedies"][0]
            equal(server.request(remedy["method"], remedy["path"], remedy["body"]).status, 202, remedy)
            wait_for(lambda: server.get(f"/api/v1/executions/{second}").json["status"] == "cancelled", "the remedy")
            equal(recoveries(second), [None] * 5, "it has not acted")
            server.post(f"/api/v1/executions/{first}/cancel")


def test_a_webhook_that_started_nothing_is_explained():
    with Server() as server:
        server.add_flow(APPROVAL)
        calm = server.get("/api/v1/flows/approval/why").json
        equal((calm["valid"], calm["refused"], calm["refusals"], calm["store"]), (True, 0, [], None))
        equal([w["path"] for w in calm["webhooks"]], ["/hooks/ship"])
        equal(server.post("/hooks/ship", {}).status, 422)
        equal(server.post("/hooks/ship", "{", headers={"Content-Type": "application/json"}).status, 400)
        equal(server.post("/hooks/ship", {}, headers={"Idempotency-Key": "k"}).status, 422)
        equal(server.post("/api/v1/flows/approval/executions", {"input": {}}).status, 422)
        told = server.get("/api/v1/flows/approval/why").json
        equal(told["refused"], 4)
        equal([(r["trigger"], r["code"]) for r in told["refusals"]],
              [("api", "invalid_input"), ("hook", "invalid_input"), ("hook", "invalid_json"), ("hook", "invalid_input")])
        contains(told["summary"], "invalid_input")
        by_command = why("approval", "--server", address(server))
        equal(by_command.returncode, 0, by_command.stderr)
        contains(by_command.stdout, "webhook 'hook': POST")
        contains(by_command.stdout, "invalid_json")
        equal(server.get("/api/v1/flows/nobody/why").json["code"], "flow_not_found")
        equal(why("nobody", "--server", address(server)).returncode, 2)


run(__name__)
