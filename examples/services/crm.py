#!/usr/bin/env python3
"""example-crm: a small customer service for trying out flows, with the troubles of a real one.

    python3 crm.py [PORT] [--seed N]

It listens on 127.0.0.1. Port 0 takes a free one; the first line of the output names it:
`example-crm listens on http://127.0.0.1:8800`. It needs Python 3.8 and nothing else, keeps
everything in memory, and stops on SIGTERM or Ctrl-C. README.md lists the routes and the rules.
"""

import argparse
import json
import random
import re
import signal
import socketserver
import sys
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import urlsplit

LARGEST_BODY = 1 << 20
SLOW_SECONDS = 1.5
NAMES = ["Ada Lovelace", "Grace Hopper", "Alan Turing", "Barbara Liskov", "Edsger Dijkstra",
         "Margaret Hamilton", "Donald Knuth", "Frances Allen", "Tony Hoare", "Radia Perlman"]
CITIES = ["Berlin", "Lisbon", "Oslo", "Turin", "Vienna", "Gdansk", "Ghent"]


class Problem(Exception):
    """An answer other than success, as problem+json (RFC 9457)."""

    def __init__(self, status, code, detail):
        super().__init__(detail)
        self.status = status
        self.body = {"status": status, "code": code, "detail": detail}


def customer(number):
    """Always the same customer for the same id."""
    return {
        "id": number,
        "name": NAMES[number % len(NAMES)],
        "email": f"customer{number}@example.com",
        "city": CITIES[number % len(CITIES)],
        "total": number * 37 % 500,
        "vip": number % 10 == 0,
    }


class Crm:
    """What the service knows. Every method may be called from any thread."""

    def __init__(self, seed):
        self.lock = threading.Lock()
        self.random = None if seed is None else random.Random(seed)
        self.visits = {}  # customer id: how often it was asked for
        self.counts = {}  # "GET /customers": how often
        self.idempotency_keys = {}  # key: how often it came
        self.created = {"reviews": {}, "shipments": {}}  # kind: {id: what was posted}
        self.by_key = {}  # (kind, idempotency key): id of what it created

    def count(self, method, kind, key):
        with self.lock:
            name = f"{method} /{kind}"
            self.counts[name] = self.counts.get(name, 0) + 1
            if key is not None:
                self.idempotency_keys[key] = self.idempotency_keys.get(key, 0) + 1

    def delay(self):
        """Random slowness: up to 0.2 seconds, and now and then a whole one."""
        if self.random is None:
            return 0.0
        with self.lock:
            return 1.0 if self.random.random() < 0.02 else self.random.random() * 0.2

    def find_customer(self, number):
        if number == 404:
            raise Problem(404, "customer_not_found", "there is no customer 404")
        with self.lock:
            visit = self.visits[number] = self.visits.get(number, 0) + 1
        if number % 10 == 7 and visit == 1:
            time.sleep(SLOW_SECONDS)
        if number % 10 == 5 and visit <= 2:
            raise Problem(500, "temporary_failure", f"attempt {visit} of customer {number} fails")
        return customer(number)

    def create(self, kind, content, key):
        """The new item and whether it is new: the same key gives the same item."""
        with self.lock:
            known = None if key is None else self.by_key.get((kind, key))
            if known is not None:
                return self.created[kind][known], False
            number = f"{kind[:-1]}-{len(self.created[kind]) + 1}"
            item = {"status": "created", **content, "id": number, "idempotency_key": key}
            self.created[kind][number] = item
            if key is not None:
                self.by_key[(kind, key)] = number
            return item, True

    def stats(self):
        with self.lock:
            return {
                "requests": dict(self.counts),
                "idempotency_keys": dict(self.idempotency_keys),
                "repeated_keys": sum(1 for times in self.idempotency_keys.values() if times > 1),
                "created": {kind: len(items) for kind, items in self.created.items()},
            }

    def reset(self):
        with self.lock:
            for known in (self.visits, self.counts, self.idempotency_keys, self.by_key,
                          *self.created.values()):
                known.clear()


class Handler(BaseHTTPRequestHandler):
    server_version = "example-crm"
    protocol_version = "HTTP/1.1"  # connections are kept
    disable_nagle_algorithm = True
    wbufsize = -1  # head and body leave together
    timeout = 60  # seconds that a silent client may take

    def do_GET(self):
        self.answer(self.get)

    def do_POST(self):
        self.answer(self.post)

    def do_DELETE(self):
        self.answer(self.delete)

    def get(self, path):
        crm = self.server.crm
        if path == "/health":
            return 200, {"status": "ok"}
        if path == "/stats":
            return 200, crm.stats()
        match = re.fullmatch(r"/customers/([0-9]{1,9})", path)
        if match:
            crm.count("GET", "customers", self.key)
            time.sleep(crm.delay())
            return 200, crm.find_customer(int(match.group(1)))
        match = re.fullmatch(r"/(reviews|shipments)/([a-z]+-[0-9]+)", path)
        if match and match.group(2) in crm.created[match.group(1)]:
            return 200, crm.created[match.group(1)][match.group(2)]
        raise Problem(404, "not_found", f"nothing is at {path}")

    def post(self, path):
        crm = self.server.crm
        kind = path[1:]
        if kind not in crm.created:
            raise Problem(404, "not_found", f"nothing can be posted to {path}")
        crm.count("POST", kind, self.key)
        time.sleep(crm.delay())
        try:
            content = json.loads(self.body or b"{}")
        except ValueError as error:
            raise Problem(400, "invalid_json", f"the body is not JSON: {error}") from error
        if not isinstance(content, dict):
            raise Problem(422, "invalid_body", "the body must be a JSON object")
        item, is_new = crm.create(kind, content, self.key)
        return 201 if is_new else 200, item

    def delete(self, path):
        if path != "/stats":
            raise Problem(404, "not_found", f"nothing can be deleted at {path}")
        self.server.crm.reset()
        return 200, self.server.crm.stats()

    def answer(self, handle):
        self.key = self.headers.get("Idempotency-Key")
        try:
            self.body = self.read_body()
            status, content = handle(urlsplit(self.path).path)
            kind = "application/json"
        except Problem as problem:
            status, content, kind = problem.status, problem.body, "application/problem+json"
        body = json.dumps(content).encode()
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)
        self.wfile.flush()

    def read_body(self):
        length = self.headers.get("Content-Length", "0")
        if "Transfer-Encoding" in self.headers or not length.isdigit():
            self.close_connection = True  # what follows cannot be told from the next request
            raise Problem(411, "length_required", "send the body with a Content-Length")
        if int(length) > LARGEST_BODY:
            self.close_connection = True
            raise Problem(413, "body_too_large", f"a body may have {LARGEST_BODY} bytes")
        return self.rfile.read(int(length))

    def log_message(self, format, *arguments):
        if self.server.verbose:
            super().log_message(format, *arguments)


class Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 1024

    def __init__(self, port, seed, verbose):
        super().__init__(("127.0.0.1", port), Handler)
        self.crm = Crm(seed)
        self.verbose = verbose

    def server_bind(self):
        # Without HTTPServer's look-up of the host's name, which may take seconds.
        socketserver.TCPServer.server_bind(self)
        self.server_name, self.server_port = self.server_address[:2]

    def handle_error(self, request, client_address):
        if not isinstance(sys.exc_info()[1], ConnectionError):  # clients may leave
            super().handle_error(request, client_address)


def main():
    parser = argparse.ArgumentParser(description="A small customer service for trying out flows.")
    parser.add_argument("port", type=int, nargs="?", default=8800, help="0 takes a free one")
    parser.add_argument("--seed", type=int, help="answer with random slowness, by this seed")
    parser.add_argument("--verbose", action="store_true", help="log every request")
    arguments = parser.parse_args()

    server = Server(arguments.port, arguments.seed, arguments.verbose)
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    print(f"example-crm listens on http://127.0.0.1:{server.server_port}", flush=True)
    try:
        server.serve_forever()
    except KeyboardInterrupt:
        pass
    finally:
        server.server_close()


if __name__ == "__main__":
    main()
