"""What the tests of dialects share."""
import contextlib
import http.client
import json
import pathlib
import re
import sys
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))
from support.programs import PATIENCE, SOURCE, Answer, Server, sluice
from support.web_socket import connect

ZEN = "Keep it logically awesome."
EXAMPLE = SOURCE / "examples/github_zen.json"


class Dialect:
    """One listener of a dialect: requests to its root."""

    def __init__(self, server, host, port):
        self.server, self.host, self.port = server, host, port
        self.base = f"http://{host}:{port}"

    def request(self, method, path, body=None, headers=None) -> Answer:
        headers = dict(headers or {})
        if isinstance(body, (dict, list)):
            body = json.dumps(body)
            headers.setdefault("Content-Type", "application/json")
        with contextlib.closing(http.client.HTTPConnection(self.host, self.port, timeout=PATIENCE)) as connection:
            connection.request(method, path, body=body, headers=headers)
            return Answer(connection.getresponse())

    def get(self, path, **more) -> Answer:
        return self.request("GET", path, **more)

    def post(self, path, body=None, **more) -> Answer:
        return self.request("POST", path, body, **more)

    def create(self, workflow) -> str:
        answer = self.post("/api/workflows", workflow)
        assert answer.status == 201, answer.text
        return answer.json["id"]

    def execute(self, workflow_id, **inputs) -> Answer:
        return self.post(f"/api/workflows/{workflow_id}/execute", {"inputs": inputs})

    def events(self) -> "Events":
        return Events(connect(self.host, self.port, "/api/events"))


class Events:
    """The live events, as they come."""

    def __init__(self, socket):
        self.socket = socket

    def until(self, kind, count=1) -> list:
        """All events up to and with the `count`-th of a type."""
        events = []
        while count > 0:
            events.append(json.loads(self.socket.receive_text(PATIENCE)))
            count -= events[-1]["type"] == kind
        return events

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.socket.close()


@contextlib.contextmanager
def flowengine(*arguments, environment=None, address="=127.0.0.1:0"):
    """A server that speaks flowengine on a listener of its own."""
    with Server("--dialect", "flowengine" + address, *arguments, environment=environment) as server:
        host, port = re.search(r"http://([\d.]+):(\d+) speaks flowengine", server.output).groups()
        yield Dialect(server, host, int(port))


class Requests(BaseHTTPRequestHandler):
    """Says what the original says; other paths have other troubles."""
    protocol_version = "HTTP/1.1"

    def answer(self, status=200, body=ZEN.encode(), kind="text/plain; charset=utf-8"):
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def do_GET(self):  # noqa: N802: the library's name
        length = int(self.headers.get("Content-Length") or 0)
        body = self.rfile.read(length)
        self.server.seen.append((self.command, self.path, dict(self.headers), body))
        if self.path == "/json":
            return self.answer(body=b'{"a":[1,2.5,{"b":null}]}', kind="application/json")
        if self.path == "/bytes":
            return self.answer(body=bytes([0, 255, 128]), kind="application/octet-stream")
        if self.path == "/broken":
            return self.answer(503, b"down")
        if self.path == "/slow":
            self.server.gate.wait(PATIENCE)
        return self.answer()

    do_POST = do_PUT = do_DELETE = do_GET

    def log_message(self, *_):
        pass


class Service(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 128

    def handle_error(self, *_):
        """Callers that leave before their answer are what some tests are about."""


@contextlib.contextmanager
def service():
    """A real HTTP server to call; `seen` are the requests, `gate` lets slow answers go."""
    server = Service(("127.0.0.1", 0), Requests)
    server.seen, server.gate = [], threading.Event()
    server.address = f"http://127.0.0.1:{server.server_address[1]}"
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield server
    finally:
        server.gate.set()
        server.shutdown()
        server.server_close()


def string(value):
    return {"type": "String", "value": value}


def node(node_id, node_type, retry_policy=None, **config):
    made = {"id": node_id, "node_type": node_type, "config": config}
    if retry_policy:
        made["retry_policy"] = retry_policy
    return made


def connection(from_node, from_port, to_node, to_port):
    return {"from_node": from_node, "from_port": from_port, "to_node": to_node, "to_port": to_port}


def workflow(*nodes, connections=(), **more):
    return {"name": "Test", "nodes": list(nodes), "connections": list(connections), **more}
