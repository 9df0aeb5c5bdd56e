"""A local HTTP server that gives one payload, for flows that pass on large data."""
import base64
import contextlib
import http.server
import os
import threading


def incompressible(size: int) -> bytes:
    """Text of this many bytes that hardly compresses."""
    return base64.b64encode(os.urandom(size * 3 // 4 + 3))[:size]


@contextlib.contextmanager
def payload_server(payload: bytes, port: int = 0):
    """Answers every GET with the payload as text; gives its address."""

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self):  # noqa: N802: the library's name
            self.send_response(200)
            self.send_header("Content-Type", "text/plain")
            self.send_header("Content-Length", str(len(payload)))
            self.end_headers()
            with contextlib.suppress(OSError):  # who asked may be gone
                self.wfile.write(payload)

        def log_message(self, *_):
            pass

    server = http.server.ThreadingHTTPServer(("127.0.0.1", port), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}/"
    finally:
        server.shutdown()
        server.server_close()


def passing_flow(nodes: int, url: str, more: str = "") -> str:
    """A flow of so many nodes: the first fetches a payload, each further one passes it on."""
    lines = ["name: pass-on", "nodes:", f'  - {{id: n0, type: http.request, with: {{url: "{url}", timeout: 2m}}}}']
    lines += [f'  - {{id: n{n}, type: core.set, with: {{body: "${{nodes.n{n - 1}.body}}"}}}}' for n in range(1, nodes)]
    return "\n".join(lines) + "\n" + more
