"""What the crash test runs under: a service that counts effects, and those who start, decide and post until the server dies."""
import http.client
import http.server
import json
import random
import threading
import time

TIMERS = """\
name: timers
nodes:
  - {id: nap, type: flow.delay, with: {duration: "${input.ms}ms"}}
  - id: post
    type: http.request
    with: {method: POST, url: "${env.COUNT_URL}/count", json: {n: "${input.n}"}}
    retry: {attempts: 20, delay: 20ms, jitter: 0.5, on: ["*"]}
    on_interrupt: retry
  - {id: rest, type: flow.delay, with: {duration: 10ms}}
output: "${nodes.post.status}"
"""
ASKED = """\
name: asked
nodes:
  - {id: ask, type: flow.approval, with: {message: "Well?", approvers: [ada, bob], quorum: 1}}
  - id: post
    type: http.request
    with: {method: POST, url: "${env.COUNT_URL}/count", json: {n: "${input.n}"}}
    retry: {attempts: 20, delay: 20ms, on: ["*"]}
    on_interrupt: retry
output: "${nodes.ask.outcome}"
"""


class Listener(http.server.ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 1024  # a restart calls for everybody at once; a full backlog costs them a second each

    def handle_error(self, request, client_address):
        pass  # a killed client breaks its connections


class Counter:
    """Counts effects by their idempotency keys; every fourth call fails, and some take a while."""

    def __init__(self):
        self.keys, self.lock, calls = {}, threading.Lock(), self

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self):
                self.rfile.read(int(self.headers["Content-Length"]))
                with calls.lock:
                    key = self.headers["Idempotency-Key"]
                    calls.keys[key] = calls.keys.get(key, 0) + 1
                time.sleep(random.choice((0, 0, 0.005, 0.05)))
                status = 500 if random.random() < 0.25 else 200
                self.send_response(status)
                self.send_header("Content-Length", "0")
                self.end_headers()

            def log_message(self, *_):
                pass

        self.server = Listener(("127.0.0.1", 0), Handler)
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
        self.address = f"http://127.0.0.1:{self.server.server_port}"

    def close(self):
        self.server.shutdown()

    def keys_by_node(self):
        """The keys of each execution and node: {(execution, node): {key}}."""
        found = {}
        with self.lock:
            for key in self.keys:
                execution, node, _ = key.split(":")
                found.setdefault((execution, node), set()).add(key)
        return found


class Client(threading.Thread):
    """One connection; `turn` is called until the server dies."""

    def __init__(self, server):
        super().__init__()
        self.connection = http.client.HTTPConnection(server.host, server.port, timeout=30)
        self.odd = []

    def run(self):
        try:
            while True:
                self.turn()
        except (OSError, http.client.HTTPException):
            self.connection.close()

    def ask(self, method, path, body=None, headers=None):
        self.connection.request(method, path, None if body is None else json.dumps(body),
                                {"Content-Type": "application/json", **(headers or {})})
        answer = self.connection.getresponse()
        return answer.status, answer.read(), answer.headers


class Starter(Client):
    """Starts with idempotency keys. What was not answered is asked for again, with its key, in the next life."""

    def __init__(self, server, orders):
        super().__init__(server)
        self.orders = orders

    def turn(self):
        order = self.orders.next()
        flow = "asked" if order % 4 == 0 else "timers"
        status, body, _ = self.ask("POST", f"/api/v1/flows/{flow}/executions",
                                   {"input": {"n": order, "ms": 10 + order * 37 % 290}},
                                   {"Idempotency-Key": f"order-{order}"})
        if status < 300:
            self.orders.acknowledge(order, json.loads(body)["id"])
        elif status not in (503, 404):
            self.odd.append((status, body))
        time.sleep(0.002)


class Poster(Client):
    """The webhook of three pure nodes."""

    def __init__(self, server, acknowledged):
        super().__init__(server)
        self.acknowledged = acknowledged

    def turn(self):
        status, body, headers = self.ask("POST", "/hooks/hello", {"name": "Ada"})
        if status < 300:
            self.acknowledged.append(headers["Sluice-Execution"])
        else:
            self.odd.append((status, body))
        time.sleep(0.003)


class Decider(Client):
    """Decides every approval that it finds, now and then two at once."""

    def __init__(self, server, decided):
        super().__init__(server)
        self.decided = decided

    def turn(self):
        _, body, _ = self.ask("GET", "/api/v1/holds?kind=approval&limit=50")
        for hold in json.loads(body)["items"]:
            execution = hold["execution_id"]
            status, body, _ = self.ask("POST", f"/api/v1/executions/{execution}/holds/{hold['run']}/decision",
                                       {"decision": random.choice(("approved", "rejected")), "by": "ada"})
            if status == 200:
                outcome = json.loads(body).get("outcome")
                if outcome:
                    self.decided.append((execution, outcome))
            elif status not in (404, 409):
                self.odd.append((status, body))
        time.sleep(0.01)


class Orders:
    """Numbers to start with; those that were not acknowledged come again."""

    def __init__(self):
        self.lock, self.last, self.open, self.acknowledged, self.doubled = threading.Lock(), 0, [], {}, []
        self.under_way = set()

    def next(self):
        with self.lock:
            if self.open:
                order = self.open.pop()
            else:
                self.last += 1
                order = self.last
            self.under_way.add(order)
            return order

    def acknowledge(self, order, execution):
        with self.lock:
            self.under_way.discard(order)
            if self.acknowledged.setdefault(order, execution) != execution:
                self.doubled.append((order, execution))

    def server_died(self):
        with self.lock:
            self.open += sorted(self.under_way)
            self.under_way.clear()
