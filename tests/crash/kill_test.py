"""kill -9 under load: what was acknowledged is there, and what was not finished goes on. `--cycles N` for more."""
import http.client
import json
import pathlib
import random
import sys
import tempfile
import threading
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))
CYCLES = 5
if "--cycles" in sys.argv:
    at = sys.argv.index("--cycles")
    CYCLES = int(sys.argv[at + 1])
    del sys.argv[at:at + 2]
from support.programs import SOURCE, Server, crm, wait_for
from support.tap import equal, run

CALL = """\
name: call
triggers: {hook: {type: webhook, key: call, respond: accepted}}
nodes:
  - {id: before, type: core.set, with: {n: "${input.n}"}}
  - {id: post, type: http.request, with: {method: POST, url: "${env.CRM_URL}/shipments", json: {n: "${nodes.before.n}"}}}
  - {id: nap, type: flow.delay, with: {duration: 100ms}}
output: "${nodes.post.status}"
"""


class Load(threading.Thread):
    """Posts until the server dies, and remembers what was acknowledged."""

    def __init__(self, server, path):
        super().__init__()
        self.server, self.path, self.acknowledged, self.odd = server, path, [], []
        self.start()

    def run(self):
        connection = http.client.HTTPConnection(self.server.host, self.server.port, timeout=30)
        number = 0
        try:
            while True:
                number += 1
                connection.request("POST", self.path, json.dumps({"name": f"n{number}", "n": number}),
                                   {"Content-Type": "application/json"})
                answer = connection.getresponse()
                answer.read()
                if answer.status < 300:
                    self.acknowledged.append(answer.headers["Sluice-Execution"])
                else:
                    self.odd.append(answer.status)
        except (OSError, http.client.HTTPException):
            connection.close()


def kill_under_load(server, path, threads, seconds):
    loads = [Load(server, path) for _ in range(threads)]
    time.sleep(seconds)
    server.kill()
    for load in loads:
        load.join()
        equal(load.odd, [], "answers that are no acknowledgement")
    return [execution for load in loads for execution in load.acknowledged]


def all_executions(server):
    found, cursor = {}, ""
    while True:
        page = server.get("/api/v1/executions?limit=500" + cursor).json
        found.update({item["id"]: item["status"] for item in page["items"]})
        if page["next_cursor"] is None:
            return found
        cursor = "&cursor=" + page["next_cursor"]


def test_acknowledged_webhooks_survive_a_kill():
    with tempfile.TemporaryDirectory(prefix="sluice-test-") as folder:
        data = pathlib.Path(folder) / "sluice.db"
        acknowledged = []
        for _ in range(CYCLES):
            with Server(SOURCE / "examples/flows", data=data) as server:
                acknowledged += kill_under_load(server, "/hooks/hello", 8, random.uniform(0.3, 1.2))
        with Server(data=data) as server:
            stored = all_executions(server)
        lost = [execution for execution in acknowledged if stored.get(execution) != "succeeded"]
        print(f"# {CYCLES} kills: {len(acknowledged)} acknowledged, {len(lost)} lost", flush=True)
        assert len(acknowledged) > 10 * CYCLES, "the load never got going"
        equal(lost, [], "lost")


def test_unfinished_executions_end_once_after_kills():
    with tempfile.TemporaryDirectory(prefix="sluice-test-") as folder, crm() as address:
        data = pathlib.Path(folder) / "sluice.db"
        flow = pathlib.Path(folder) / "call.yaml"
        flow.write_text(CALL)
        options = ["--env", "CRM_URL", flow]
        acknowledged = []
        for _ in range(CYCLES):
            with Server(*options, data=data, environment={"CRM_URL": address}) as server:
                acknowledged += kill_under_load(server, "/hooks/call", 4, random.uniform(0.3, 0.8))
        with Server(*options, data=data, environment={"CRM_URL": address}) as server:
            wait_for(lambda: not server.get("/api/v1/executions?status=running").json["items"] and
                     not server.get("/api/v1/executions?status=waiting").json["items"], "the unfinished ones")
            stored = all_executions(server)
            lost = [execution for execution in acknowledged if stored.get(execution) != "succeeded"]
            print(f"# {CYCLES} kills: {len(acknowledged)} acknowledged, {len(lost)} lost or not succeeded", flush=True)
            assert len(acknowledged) > CYCLES
            equal(lost, [], "lost or not succeeded")
            for execution in acknowledged[-5:]:
                events = [event["type"] for event in server.get(f"/api/v1/executions/{execution}/events").json["items"]]
                equal(events.count("execution.ended"), 1)
            # Effects happen at least once, each under one key: the service created one shipment an execution.
            connection = http.client.HTTPConnection(address.split("//")[1], timeout=30)
            connection.request("GET", "/stats")
            stats = json.loads(connection.getresponse().read())
            connection.close()
            equal(stats["created"]["shipments"], len(stored), f"shipments of {len(stored)} executions")


run(__name__)
