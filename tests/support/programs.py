"""Starts the real programs on loopback and ends them again. The first argument of a test is the build folder."""
import contextlib
import http.client
import json
import os
import pathlib
import re
import signal
import subprocess
import sys
import tempfile
import threading
import time

BUILD = pathlib.Path(sys.argv[1]).resolve() if len(sys.argv) > 1 else pathlib.Path("build/release").resolve()
SOURCE = pathlib.Path(__file__).resolve().parents[2]
SLUICE = BUILD / "sluice"
PATIENCE = 30  # seconds for what takes milliseconds on a quiet machine


def wait_for(condition, what: str, seconds: float = PATIENCE):
    """Polls until `condition()` is true, and returns it."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        result = condition()
        if result:
            return result
        time.sleep(0.01)
    raise AssertionError(f"waited {seconds} s in vain for {what}")


class Answer:
    """An HTTP answer: status, headers (lower case), body as text, and as JSON when it is."""

    def __init__(self, response):
        self.status = response.status
        self.headers = {name.lower(): value for name, value in response.getheaders()}
        self.text = response.read().decode("utf-8", "replace")

    @property
    def json(self):
        return json.loads(self.text)


class Process:
    """A program whose first lines of output say where it listens."""

    def __init__(self, command, pattern, environment=None):
        self.log = tempfile.TemporaryFile(mode="w+")
        self.process = subprocess.Popen([str(part) for part in command], stdout=subprocess.PIPE, stderr=self.log,
                                        text=True, env={**os.environ, **(environment or {})})
        self.output = ""
        watchdog = threading.Timer(PATIENCE, self.process.kill)
        watchdog.start()
        while not re.search(pattern, self.output):
            line = self.process.stdout.readline()
            if not line:
                self.kill()
                watchdog.cancel()
                raise AssertionError(f"{command[0]} did not come up: {self.output} {self.errors()}")
            self.output += line
        watchdog.cancel()
        self.match = re.search(pattern, self.output)

    def errors(self) -> str:
        self.log.seek(0)
        return self.log.read()

    def kill(self) -> None:
        self.process.kill()
        self.process.wait()

    def stop(self) -> int:
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
        code = self.process.wait(PATIENCE)
        self.process.stdout.close()
        return code


class Server(Process):
    """`sluice serve` on a free port, with a data file of its own unless one is given."""

    def __init__(self, *arguments, data=None, environment=None):
        self.folder = None
        if data is None:
            self.folder = tempfile.TemporaryDirectory(prefix="sluice-test-")
            data = pathlib.Path(self.folder.name) / "sluice.db"
        self.data = data
        super().__init__([SLUICE, "serve", "--listen", "127.0.0.1:0", "--data", data, *arguments],
                         r"serves http://([\d.]+):(\d+)\n(?s:.*?)  try ", environment)
        self.host, self.port = self.match.group(1), int(self.match.group(2))

    def request(self, method, path, body=None, headers=None, timeout=PATIENCE) -> Answer:
        connection = http.client.HTTPConnection(self.host, self.port, timeout=timeout)
        headers = dict(headers or {})
        if isinstance(body, (dict, list)):
            body = json.dumps(body)
            headers.setdefault("Content-Type", "application/json")
        with contextlib.closing(connection):
            connection.request(method, path, body=body, headers=headers)
            return Answer(connection.getresponse())

    def get(self, path, **more) -> Answer:
        return self.request("GET", path, **more)

    def post(self, path, body=None, **more) -> Answer:
        return self.request("POST", path, body, **more)

    def add_flow(self, source: str) -> dict:
        answer = self.post("/api/v1/flows", source, headers={"Content-Type": "application/yaml"})
        assert answer.status == 201, answer.text
        return answer.json

    def alive(self) -> bool:
        return self.process.poll() is None and self.get("/healthz").status == 200

    def __enter__(self):
        return self

    def __exit__(self, *_):
        if self.process.poll() is None:
            self.stop()
        if self.folder:
            self.folder.cleanup()


@contextlib.contextmanager
def crm(*arguments):
    """The example service; gives its address."""
    process = Process([sys.executable, "-u", SOURCE / "examples/services/crm.py", "0", *arguments],
                      r"listens on (http://\S+)")
    try:
        yield process.match.group(1)
    finally:
        process.stop()


def sluice(*arguments, input_text=None, environment=None, timeout=PATIENCE):
    """Runs a command to its end."""
    return subprocess.run([str(SLUICE), *map(str, arguments)], input=input_text, capture_output=True, text=True,
                          timeout=timeout, env={**os.environ, **(environment or {})}, check=False)
