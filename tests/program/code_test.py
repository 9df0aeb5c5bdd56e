"""Code nodes in the real programs: what flows get from them, and what becomes of their processes."""
import http.server
import json
import os
import pathlib
import signal
import sys
import tempfile
import threading
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))
from support.programs import Server, sluice, wait_for
from support.tap import contains, equal, run

CODE = """\
name: {name}
triggers: {{hook: {{type: webhook, key: {name}, respond: {respond}}}}}
nodes:
  - id: before
    type: core.set
    with: {{rate: 2}}
  - id: code
    type: code.javascript
    with:
{more}      code: |
"""


def flow(name, code, more="", respond="result"):
    head = CODE.format(name=name, respond=respond, more=more)
    return head + "".join(f"        {line}\n" for line in code.splitlines())


def hosts_of(pid):
    """The pids of a server's script hosts."""
    found = []
    for folder in pathlib.Path("/proc").glob("[0-9]*"):
        try:
            fields = (folder / "stat").read_text().rsplit(")", 1)
            if "(sluice-script" in fields[0] and int(fields[1].split()[1]) == pid and fields[1].split()[0] != "Z":
                found.append(int(folder.name))
        except (FileNotFoundError, ProcessLookupError):
            pass
    return found


class Echo:
    """A service that answers with what it was sent, and remembers it. The first request that has `stalls_on` in it gets
    no answer."""

    def __init__(self, stalls_on=None):
        self.stalls_on = stalls_on
        self.over = threading.Event()

    def __enter__(self):
        seen = self.seen = []
        stall = [self.stalls_on] if self.stalls_on else []
        over = self.over

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_POST(self):
                body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
                seen.append((self.headers.get("Idempotency-Key"), body.decode()))
                if stall and stall[0] in body.decode():
                    stall.clear()
                    over.wait()
                    return
                answer = json.dumps({"got": json.loads(body)}).encode()
                self.send_response(200)
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(answer)))
                self.end_headers()
                self.wfile.write(answer)

            def log_message(self, *_):
                pass

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.address = f"http://127.0.0.1:{self.server.server_port}/"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
        return self

    def __exit__(self, *_):
        self.over.set()
        self.server.shutdown()
        self.server.server_close()


def test_a_webhook_answers_with_what_code_returns():
    with Server() as server:
        server.add_flow(flow("sum", "let sum = 0\nfor (const n of input.list) sum += n * nodes.before.rate\n"
                                    "console.warn(`sum ${sum}`)\nreturn {sum, flow: flow.name}"))
        answer = server.post("/hooks/sum", {"list": [1, 2, 3]})
        equal((answer.status, answer.json), (200, {"sum": 12, "flow": "sum"}))
        execution = server.get("/api/v1/executions").json["items"][0]["id"]
        contains(server.get(f"/api/v1/executions/{execution}/events").text, "sum 12")


def test_an_error_of_the_code_names_its_place():
    with Server() as server:
        server.add_flow(flow("bad", "const a = 1\nreturn a.b.c"))
        answer = server.post("/hooks/bad", {})
        equal(answer.status, 500)
        contains(answer.text, "script_error")
        contains(answer.text, "TypeError: a.b is undefined (line 2, column ")


def test_calls_of_the_code_carry_keys_of_their_own():
    with Echo() as echo, Server() as server:
        server.add_flow(flow("calls", f"const url = '{echo.address}'\n"
                                      "const one = await http({url, method: 'POST', json: 1})\n"
                                      "const two = await http({url, method: 'POST', json: 2})\n"
                                      "return [one.body.got, two.body.got]"))
        answer = server.post("/hooks/calls", {})
        equal((answer.status, answer.json), (200, [1, 2]))
        keys = [key for key, _ in echo.seen]
        equal([key.rsplit(":", 1)[1] for key in keys], ["1", "2"], "numbers of the calls")
        equal(len({key.rsplit(":", 1)[0] for key in keys}), 1, "the key of the node")


def test_the_server_does_not_wait_for_an_endless_loop():
    with Server() as server:
        server.add_flow(flow("endless", "for (;;);", "      timeout_ms: 1500\n", respond="accepted"))
        server.add_flow(flow("quick", "return 1"))
        for _ in range(2):
            equal(server.post("/hooks/endless", {}).status, 202)
        wait_for(lambda: len(hosts_of(server.process.pid)) == 2, "both hosts")
        begin = time.monotonic()
        equal(server.get("/healthz").status, 200)
        print(f"# answered beside two endless loops in {(time.monotonic() - begin) * 1000:.1f} ms", flush=True)
        equal(server.post("/hooks/quick", {}).json, 1, "when one of them is over")


def test_a_host_that_is_killed_is_a_failure_that_can_be_retried():
    with Server() as server:
        server.add_flow(flow("killed", "console.log('begun'); await sleep(1000); return 1").replace(
            "    type: code.javascript", "    type: code.javascript\n    retry: {attempts: 3, delay: 10ms}"))
        answers = []
        caller = threading.Thread(target=lambda: answers.append(server.post("/hooks/killed", {})))
        caller.start()
        wait_for(lambda: hosts_of(server.process.pid), "a host")
        time.sleep(0.3)
        for pid in hosts_of(server.process.pid):
            os.kill(pid, signal.SIGKILL)
        caller.join()
        equal((answers[0].status, answers[0].json), (200, 1))


def test_no_host_outlives_its_server():
    with Server() as server:
        server.add_flow(flow("rest", "return 1"))
        server.add_flow(flow("busy", "for (;;);", "      timeout_ms: 60000\n", respond="accepted"))
        equal(server.post("/hooks/rest", {}).json, 1)
        hosts = wait_for(lambda: hosts_of(server.process.pid), "a host")
        equal(server.stop(), 0)
        for pid in hosts:
            assert not pathlib.Path(f"/proc/{pid}").exists(), pid
    with Server() as server:
        server.add_flow(flow("busy", "for (;;);", "      timeout_ms: 60000\n", respond="accepted"))
        equal(server.post("/hooks/busy", {}).status, 202)
        hosts = wait_for(lambda: hosts_of(server.process.pid), "a host")
        server.kill()
        wait_for(lambda: not any(pathlib.Path(f"/proc/{pid}").exists() and
                                 "Z" not in pathlib.Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0]
                                 for pid in hosts), "the end of the host")


def test_cancelling_an_execution_ends_its_code():
    with Server() as server:
        server.add_flow(flow("busy", "for (;;);", "      timeout_ms: 60000\n", respond="accepted"))
        equal(server.post("/hooks/busy", {}).status, 202)
        wait_for(lambda: hosts_of(server.process.pid), "a host")
        execution = server.get("/api/v1/executions").json["items"][0]["id"]
        server.post(f"/api/v1/executions/{execution}/cancel")
        wait_for(lambda: not hosts_of(server.process.pid), "the end of the host")
        equal(server.get(f"/api/v1/executions/{execution}").json["status"], "cancelled")


def test_an_interrupted_run_repeats_only_the_call_that_was_under_way():
    with Echo(stalls_on="second") as echo, tempfile.TemporaryDirectory() as folder:
        data = pathlib.Path(folder) / "s.db"
        call = f"await http({{url: '{echo.address}', method: 'POST', json: {{WHICH: crypto.randomUUID()}}}})\n"
        code = "".join(f"const {which} = {call.replace('WHICH', which)}" for which in ("first", "second", "third"))
        with Server(data=data) as server:
            server.add_flow(flow("again", code + "return [first.body.got, second.body.got]", respond="accepted"))
            equal(server.post("/hooks/again", {}).status, 202)
            wait_for(lambda: len(echo.seen) == 2, "the second call")
            server.kill()
        with Server(data=data) as server:
            wait_for(lambda: len(echo.seen) == 4, "the third call")
            first, second, again, third = echo.seen
            equal([body[2:7] for _, body in echo.seen], ["first", "secon", "secon", "third"], "the first is not repeated")
            equal(second, again, "the same key, the same body")
            found = server.get("/api/v1/executions").json["items"][0]
            wait_for(lambda: server.get(f"/api/v1/executions/{found['id']}").json["status"] == "succeeded", "the end")
            output = server.get(f"/api/v1/executions/{found['id']}").json["output"]
            equal(output, [json.loads(first[1]), json.loads(again[1])], "the code is told what it was told before")
            events = server.get(f"/api/v1/executions/{found['id']}/events").json["items"]
            equal([(event["name"], event["call"]) for event in events if event["type"] == "call.answered"],
                  [("http", 1), ("http", 2), ("http", 3)])


def test_a_missing_program_is_named_with_the_remedy():
    with tempfile.TemporaryDirectory() as folder:
        file = pathlib.Path(folder) / "f.yaml"
        file.write_text(flow("one", "return 1"))
        missing = sluice("run", "--script-host", "/nowhere/at-all", file)
        equal(missing.returncode, 1)
        contains(missing.stdout, "script_unavailable")
        contains(missing.stdout, "/nowhere/at-all")
        equal(sluice("run", file).stdout, "1\n")


def python(name, code, more="", respond="result"):
    return flow(name, code, more, respond).replace("code.javascript", "code.python")


def test_python_runs_where_it_is_enabled():
    with Server("--enable-python") as server:
        server.add_flow(python("sum", "total = sum(n * nodes['before']['rate'] for n in input['list'])\n"
                                      "print('total', total)\nreturn {'sum': total, 'flow': flow['name']}"))
        answer = server.post("/hooks/sum", {"list": [1, 2, 3]})
        equal((answer.status, answer.json), (200, {"sum": 12, "flow": "sum"}))
        execution = server.get("/api/v1/executions").json["items"][0]["id"]
        contains(server.get(f"/api/v1/executions/{execution}/events").text, "total 12")
        hosts = hosts_of(server.process.pid)
        equal(len(hosts), 1, "hosts")
        equal(server.stop(), 0)
        wait_for(lambda: not any(pathlib.Path(f"/proc/{pid}").exists() for pid in hosts), "the end of the host")


def test_python_is_off_unless_enabled():
    with tempfile.TemporaryDirectory() as folder:
        data = pathlib.Path(folder) / "s.db"
        with Server(data=data) as server:
            answer = server.request("POST", "/api/v1/flows", python("off", "return 1").encode(),
                                    {"Content-Type": "application/yaml"})
            equal(answer.status, 422)
            contains(answer.text, "script_disabled")
            contains(answer.text, "--enable-python")
        with Server("--enable-python", data=data) as server:
            server.add_flow(python("off", "return 1"))
            equal(server.post("/hooks/off", {}).json, 1)
        with Server(data=data) as server:
            answer = server.post("/hooks/off", {})
            equal(answer.status, 500, "a flow that was stored when it was on")
            contains(answer.text, "script_disabled")


def test_calls_of_python_are_performed_by_the_engine():
    with Echo() as echo, Server("--enable-python") as server:
        server.add_flow(python("calls", f"one = http({{'url': '{echo.address}', 'method': 'POST', 'json': 1}})\n"
                                        "sleep(0.01)\n"
                                        f"two = http(url='{echo.address}', method='POST', json=2)\n"
                                        "return [one['body']['got'], two['body']['got']]"))
        answer = server.post("/hooks/calls", {})
        equal((answer.status, answer.json), (200, [1, 2]))
        equal([key.rsplit(":", 1)[1] for key, _ in echo.seen], ["1", "3"], "numbers of the calls")


SHARED = """\
code:
  javascript:
    prices: |
      const rate = 0.5
      function vat(price) { return price.amount * rate }
"""


def test_code_nodes_share_the_modules_of_their_flow():
    with Server() as server:
        server.add_flow(SHARED + flow("shared", "return vat({amount: 3})"))
        equal(server.post("/hooks/shared", {}).json, 1.5)
        server.add_flow(SHARED + flow("wrong", "return vat(null)"))
        answer = server.post("/hooks/wrong", {})
        equal(answer.status, 500)
        contains(answer.text, "(line 2, column ")
        contains(answer.text, "of the module prices)")


def test_validation_parses_code_and_names_the_place_in_the_file():
    with tempfile.TemporaryDirectory() as folder:
        file = pathlib.Path(folder) / "f.yaml"
        text = SHARED.replace("const rate = 0.5", "const rate = = 1") + flow("bad", "const a = 1\nreturn a +")
        file.write_text(text)
        judged = sluice("validate", file)
        equal(judged.returncode, 1)
        contains(judged.stdout, f"{file}:4:20: error: the module does not parse: SyntaxError: ")
        line = text.splitlines().index("        return a +") + 1
        contains(judged.stdout, f"{file}:{line}:19: error: the code does not parse: SyntaxError: unexpected end")
        equal(judged.stdout.count("[script_syntax]"), 2, "problems")
        file.write_text(flow("fine", "return 1"))
        unchecked = sluice("validate", "--script-host", "/nowhere/at-all", file)
        equal(unchecked.returncode, 0)
        contains(unchecked.stdout, "warning: whether the code parses is not known")
        contains(unchecked.stdout, "/nowhere/at-all")
        with Server() as server:
            answer = server.request("POST", "/api/v1/flows", text.encode(), {"Content-Type": "application/yaml"})
            equal(answer.status, 422)
            contains(answer.text, "script_syntax")
            answer = server.request("POST", "/api/v1/flows/validate", text.encode(), {"Content-Type": "application/yaml"})
            equal(answer.json["valid"], False)
            equal([problem["code"] for problem in answer.json["diagnostics"]], ["script_syntax", "script_syntax"])


def test_validation_of_python_names_the_place_in_the_file():
    with tempfile.TemporaryDirectory() as folder:
        file = pathlib.Path(folder) / "f.yaml"
        text = python("bad", "a = 1\nreturn (a")
        file.write_text(text)
        line = text.splitlines().index("        return (a") + 1
        judged = sluice("validate", "--enable-python", file)
        equal(judged.returncode, 1)
        contains(judged.stdout, f"{file}:{line}:16: error: the code does not parse: SyntaxError: '(' was never closed")
        contains(sluice("validate", file).stdout, "[script_disabled]")


run(__name__)
