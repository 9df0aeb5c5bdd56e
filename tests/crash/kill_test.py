"""kill -9 under load: what was acknowledged is there, and what was not finished goes on. `--cycles N` for more."""
import collections
import http.client
import http.server
import json
import pathlib
import random
import sys
import tempfile
import threading
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))
CYCLES = 20
if "--cycles" in sys.argv:
    at = sys.argv.index("--cycles")
    CYCLES = int(sys.argv[at + 1])
    del sys.argv[at:at + 2]
from crash.mixed_load import ASKED, TIMERS, Counter, Decider, Listener, Orders, Poster, Starter
from support.programs import SOURCE, Server, crm, sluice, wait_for
from support.tap import equal, run

FEW = max(1, CYCLES // 4)  # of the tests with one kind of load

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


def tell(server, stored, executions, what):
    """Prints how many, by status and error code, with a few of each: never all, there may be many thousands."""
    kinds = collections.defaultdict(list)
    for execution in executions:
        status = stored.get(execution, "lost")
        answer = server.get(f"/api/v1/executions/{execution}")
        error = answer.json.get("error") if answer.status == 200 else None
        kinds[f"{status} {error['code']}" if error else status].append(execution)
    for kind, found in sorted(kinds.items()):
        print(f"# {what}: {len(found)} {kind}, such as {', '.join(found[:5])}", flush=True)


def test_acknowledged_webhooks_survive_a_kill():
    with tempfile.TemporaryDirectory(prefix="sluice-test-") as folder:
        data = pathlib.Path(folder) / "sluice.db"
        acknowledged = []
        for _ in range(FEW):
            with Server(SOURCE / "examples/flows", data=data) as server:
                acknowledged += kill_under_load(server, "/hooks/hello", 8, random.uniform(0.3, 1.2))
        with Server(data=data) as server:
            stored = all_executions(server)
            lost = [execution for execution in acknowledged if stored.get(execution) != "succeeded"]
            tell(server, stored, lost, "not succeeded")
        print(f"# {FEW} kills: {len(acknowledged)} acknowledged, {len(lost)} lost", flush=True)
        assert len(acknowledged) > 10 * FEW, "the load never got going"
        equal(len(lost), 0, "lost")


def test_unfinished_executions_end_once_after_kills():
    with tempfile.TemporaryDirectory(prefix="sluice-test-") as folder, crm() as address:
        data = pathlib.Path(folder) / "sluice.db"
        flow = pathlib.Path(folder) / "call.yaml"
        flow.write_text(CALL)
        options = ["--env", "CRM_URL", flow]
        acknowledged = []
        for _ in range(FEW):
            with Server(*options, data=data, environment={"CRM_URL": address}) as server:
                acknowledged += kill_under_load(server, "/hooks/call", 4, random.uniform(0.3, 0.8))
        with Server(*options, data=data, environment={"CRM_URL": address}) as server:
            wait_for(lambda: not server.get("/api/v1/executions?status=running").json["items"] and
                     not server.get("/api/v1/executions?status=waiting").json["items"], "the unfinished ones", 300)
            for line in server.errors().splitlines():
                if "one after the other" in line:
                    print(f"# {line}", flush=True)
            stored = all_executions(server)
            lost = [execution for execution in acknowledged if stored.get(execution) != "succeeded"]
            print(f"# {FEW} kills: {len(acknowledged)} acknowledged, {len(lost)} lost or not succeeded", flush=True)
            tell(server, stored, lost, "not succeeded")
            assert len(acknowledged) > FEW
            equal(len(lost), 0, "lost or not succeeded")
            for execution in acknowledged[-5:]:
                events = [event["type"] for event in server.get(f"/api/v1/executions/{execution}/events").json["items"]]
                equal(events.count("execution.ended"), 1)
            # Effects happen at least once, each under one key: the service created one shipment an execution.
            connection = http.client.HTTPConnection(address.split("//")[1], timeout=30)
            connection.request("GET", "/stats")
            stats = json.loads(connection.getresponse().read())
            connection.close()
            equal(stats["created"]["shipments"], len(stored), f"shipments of {len(stored)} executions")


class Slow(http.server.BaseHTTPRequestHandler):
    """A service that takes longer than the process lives."""

    def do_GET(self):
        time.sleep(1)
        self.send_response(200)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *_):
        pass


def test_slow_effects_survive_twenty_kills_in_a_row():
    service = Listener(("127.0.0.1", 0), Slow)
    threading.Thread(target=service.serve_forever, daemon=True).start()
    with tempfile.TemporaryDirectory(prefix="sluice-test-") as folder:
        data = pathlib.Path(folder) / "sluice.db"
        with Server(data=data) as server:
            server.add_flow("name: slow\nnodes: [{id: call, type: http.request, with: "
                            f"{{url: 'http://127.0.0.1:{service.server_port}/'}}}}]\n")
            started = []
            for _ in range(10):
                answer = server.post("/api/v1/flows/slow/executions", {})
                equal(answer.status, 201, "start")
                started.append(answer.json["id"])
            server.kill()
        for _ in range(20):
            with Server(data=data) as server:
                time.sleep(random.uniform(0.1, 0.3))
                server.kill()
        with Server(data=data) as server:
            wait_for(lambda: "running" not in all_executions(server).values(), "their ends", 120)
            stored = all_executions(server)
            tell(server, stored, started, "slow ones")
            equal({stored[execution] for execution in started}, {"succeeded"})
            alone = sum(event.get("how") == "alone" for execution in started
                        for event in server.get(f"/api/v1/executions/{execution}/events").json["items"])
        print(f"# 20 kills: {alone} recoveries alone", flush=True)
        assert alone >= len(started), "they never became suspects"
        service.shutdown()


def one_life(server, orders, posted, decided, cycle):
    """Everybody at work until the server is killed: at once, soon, or after a while.

    Of three lives one lasts: what was recovered 5 times without any progress goes on alone, after all others.
    """
    clients = ([Starter(server, orders) for _ in range(3)] + [Poster(server, posted) for _ in range(2)] +
               [Decider(server, decided)])
    for client in clients:
        client.start()
    if cycle % 3 == 2:
        before = len(orders.acknowledged)
        wait_for(lambda: len(orders.acknowledged) > before, "an acknowledgement")
        time.sleep(random.uniform(0.3, 1.2))
    else:
        time.sleep(random.choice((0, 0.01, 0.05, random.uniform(0.1, 1))))
    server.kill()
    for client in clients:
        client.join()
        equal(client.odd, [], "answers that nobody expects")
    orders.server_died()


def finish(server, orders, decided):
    """Asks again for what was not answered, decides what is open, and waits until nothing is left."""
    for order in orders.open:
        flow = "asked" if order % 4 == 0 else "timers"
        answer = server.post(f"/api/v1/flows/{flow}/executions",
                             {"input": {"n": order, "ms": 10 + order * 37 % 290}},
                             headers={"Idempotency-Key": f"order-{order}"})
        assert answer.status in (200, 201, 202), answer.text
        orders.acknowledge(order, answer.json["id"])

    def over():
        for hold in server.get("/api/v1/holds?kind=approval&limit=50").json["items"]:
            execution = hold["execution_id"]
            answer = server.post(f"/api/v1/executions/{execution}/holds/{hold['run']}/decision",
                                 {"decision": "approved", "by": "bob"})
            if answer.status == 200 and answer.json.get("outcome"):
                decided.append((execution, answer.json["outcome"]))
        return not any(server.get(f"/api/v1/executions?status={status}&limit=1").json["items"]
                       for status in ("queued", "running", "waiting", "paused"))
    wait_for(over, "the unfinished ones", 60)
    # One may have gone from a status that was still to be asked for to one that had been: look at all at once.
    wait_for(lambda: {"queued", "running", "waiting", "paused"}.isdisjoint(all_executions(server).values()),
             "the last ones", 60)


def test_timers_approvals_effects_and_keys_survive_kills():
    with tempfile.TemporaryDirectory(prefix="sluice-test-") as folder:
        data, counter, orders, posted, decided = (pathlib.Path(folder) / "sluice.db", Counter(), Orders(), [], [])
        flows = []
        for name, text in (("timers", TIMERS), ("asked", ASKED)):
            flows.append(pathlib.Path(folder) / f"{name}.yaml")
            flows[-1].write_text(text)
        options = ["--env", "COUNT_URL", SOURCE / "examples/flows", *flows]
        environment = {"COUNT_URL": counter.address}
        for cycle in range(CYCLES):
            with Server(*options, data=data, environment=environment) as server:
                one_life(server, orders, posted, decided, cycle)
            if cycle % 50 == 49:
                print(f"# {cycle + 1} kills, {len(orders.acknowledged) + len(posted)} acknowledged", flush=True)
        with Server(*options, data=data, environment=environment) as server:
            finish(server, orders, decided)
            stored = all_executions(server)
            errors = {execution: server.get(f"/api/v1/executions/{execution}").json.get("error")
                      for execution, status in stored.items() if status != "succeeded"}
            for execution in list(errors)[:3]:  # what a reader of a failure needs first
                for event in server.get(f"/api/v1/executions/{execution}/events").json["items"]:
                    print(f"# {execution} {event['at']} {event['type']} {event.get('node', '')}", flush=True)
            outputs = {execution: server.get(f"/api/v1/executions/{execution}").json["output"]
                        for execution, _ in decided}
        started = set(orders.acknowledged.values())
        lost = [execution for execution in [*started, *posted] if execution not in stored]
        unfinished = sorted((status, errors[execution] and errors[execution]["code"], execution)
                            for execution, status in stored.items() if status != "succeeded")
        for (status, code), number in collections.Counter(kind[:2] for kind in unfinished).items():
            print(f"# {number} {status} {code}", flush=True)
        twice = len(orders.doubled) + len(orders.acknowledged) - len(started)
        surplus = len(stored) - len(started) - len({*posted})
        keys = counter.keys_by_node()
        many = [place for place, found in keys.items() if len(found) > 1]
        missing = [execution for execution in started if (execution, "post") not in keys]
        undone = [(execution, outcome) for execution, outcome in decided if outputs[execution] != outcome]
        print(f"# {CYCLES} kills: {len(started) + len(posted)} acknowledged, {len(lost)} lost, {twice} started twice, "
              f"{len(many)} effects under two keys, {len(missing)} without their effect, {len(unfinished)} stuck or "
              f"failed, {len(decided)} decisions, {len(undone)} undone; {sum(counter.keys.values())} calls for "
              f"{len(counter.keys)} effects", flush=True)
        equal((lost[:5], twice, many[:5], missing[:5], unfinished[:5], undone[:5]), ([], 0, [], [], [], []))
        # A webhook whose answer the kill cut off may have run: at most one a connection and life.
        assert 0 <= surplus <= 2 * CYCLES, f"{surplus} executions that nobody asked for"
        assert len(started) > CYCLES and len(decided) > 0, "the load never got going"
        counter.close()
        # The fold of every journal: an end, or the end of a node, that came twice would be found here.
        verified = sluice("verify", "--data", data, timeout=300)
        equal(verified.returncode, 0, verified.stdout + verified.stderr)


def count_flow(durability):
    return (f"name: count-{durability}\n"
            f"triggers: {{hook: {{type: webhook, key: count-{durability}, respond: accepted}}}}\n"
            "nodes:\n"
            f"  - {{id: first, type: kv.increment, with: {{key: {durability}}}}}\n"
            "  - {id: nap, type: flow.delay, with: {duration: 30ms}}\n"
            f"  - {{id: second, type: kv.increment, with: {{key: {durability}}}}}\n"
            f"  - {{id: post, type: http.request, with: {{method: POST, url: '${{env.CRM_URL}}/shipments', json: {{}}}}}}\n"
            f"  - {{id: third, type: kv.increment, with: {{key: {durability}}}}}\n"
            "output: ['${nodes.first.value}', '${nodes.second.value}', '${nodes.third.value}']\n"
            f"settings: {{durability: {durability}}}\n")


def test_increments_count_exactly_once():
    """Thousands of increments of the same entries, cut off by kills: each sum was given out once, and none is missing."""
    with tempfile.TemporaryDirectory(prefix="sluice-test-") as folder, crm() as address:
        data = pathlib.Path(folder) / "sluice.db"
        flows = []
        for durability in ("step", "execution"):
            flows.append(pathlib.Path(folder) / f"{durability}.yaml")
            flows[-1].write_text(count_flow(durability))
        options, acknowledged = ["--env", "CRM_URL", *flows], []
        for _ in range(CYCLES):
            with Server(*options, data=data, environment={"CRM_URL": address}) as server:
                loads = [Load(server, f"/hooks/count-{durability}") for durability in ("step", "execution") * 4]
                time.sleep(random.uniform(0.05, 0.6))
                server.kill()
                for load in loads:
                    load.join()
                    equal(load.odd, [], "answers that are no acknowledgement")
                    acknowledged += load.acknowledged
        with Server(*options, data=data, environment={"CRM_URL": address}) as server:
            wait_for(lambda: {"queued", "running", "waiting"}.isdisjoint(all_executions(server).values()),
                     "the unfinished ones", 300)
            stored, sums = all_executions(server), collections.defaultdict(list)
            tell(server, stored, [execution for execution, status in stored.items() if status != "succeeded"], "unexpected")
            equal(set(stored.values()), {"succeeded"})
            equal([execution for execution in acknowledged if execution not in stored][:5], [], "lost")
            for execution in stored:
                found = server.get(f"/api/v1/executions/{execution}").json
                sums[found["flow"]] += found["output"]
            for durability in ("step", "execution"):
                given = sums[f"count-{durability}"]
                entry = server.get(f"/api/v1/namespaces/default/kv/{durability}").json
                print(f"# {CYCLES} kills: {len(given)} increments under {durability}, {len(given) - len(set(given))} "
                      f"sums given twice; the entry holds {entry['value']}", flush=True)
                equal(sorted(given), list(range(1, len(given) + 1)), "the sums")
                equal((entry["value"], entry["version"]), (len(given), len(given)))
            assert len(stored) > 5 * CYCLES, "the load never got going"
        verified = sluice("verify", "--data", data, timeout=300)
        equal(verified.returncode, 0, verified.stdout + verified.stderr)


run(__name__)
