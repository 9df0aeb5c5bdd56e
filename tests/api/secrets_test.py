"""Secrets: flows use them, services get them, and nobody reads them: every answer, log and file is searched."""
import base64
import http.server
import json
import os
import pathlib
import re
import sqlite3
import sys
import tempfile
import threading
import urllib.parse

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))
from support.programs import SOURCE, Server, sluice, wait_for
from support.tap import contains, equal, run

TOKEN = 'K3y/with+odd "chars" & <more>\\42'
OTHER = "another-secret-0815"
ENVIRONMENT = {"SLUICE_SECRET_TOKEN": TOKEN, "SLUICE_SECRET_OTHER": OTHER}


def traces(value):
    """What must be found nowhere: the value, and its encodings, as lower-case text."""
    raw = value.encode()
    found = {value, json.dumps(value)[1:-1], urllib.parse.quote(value, safe=""), urllib.parse.quote_plus(value), raw.hex(),
             "".join(f"\\u{ord(c):04x}" for c in value), "".join(f"%{b:02x}" for b in raw)}
    for skipped in range(3):
        for encode in (base64.b64encode, base64.urlsafe_b64encode):
            found.add(encode(b"x" * skipped + raw).decode().rstrip("=")[2 * skipped:-1])
    for text in (value.upper(), value.lower(), json.dumps(value)[1:-1]):
        found.add(base64.b64encode(text.encode()).decode().rstrip("=")[:-1])
    return {text.lower() for text in found}


def no_trace(text, where):
    if isinstance(text, bytes):
        text = text.decode("latin-1")
    text = text.lower()
    for value in (TOKEN, OTHER):
        for trace in traces(value):
            assert trace not in text, f"{where} holds {trace!r}: ...{text[max(0, text.find(trace) - 200):][:600]}"


class Crm:
    """A service that remembers what it got and answers with all of it; /fail with 500, /hang never."""

    def __enter__(self):
        seen = self.seen = []
        self.released = released = threading.Event()

        class Handler(http.server.BaseHTTPRequestHandler):
            def answer(self):
                body = self.rfile.read(int(self.headers.get("Content-Length", 0))).decode()
                seen.append({"path": self.path, "headers": dict(self.headers), "body": body})
                if self.path.startswith("/hang") and not released.is_set():
                    released.wait(60)
                    return
                token = self.headers.get("X-Token", "")
                echo = json.dumps({"path": self.path, "headers": dict(self.headers), "body": body, token: [token.upper()],
                                   "hex": token.encode().hex(), "units": "".join(f"\\u{ord(c):04x}" for c in token)}).encode()
                self.send_response(500 if self.path.startswith("/fail") else 200)
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(echo)))
                self.send_header("X-Echo", urllib.parse.quote(token))
                self.end_headers()
                self.wfile.write(echo)

            do_GET = do_POST = answer

            def log_message(self, *_):
                pass

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
        self.url = f"http://127.0.0.1:{self.server.server_port}"
        return self

    def __exit__(self, *_):
        self.released.set()
        self.server.shutdown()
        self.server.server_close()


def flow(name, nodes, more="", respond="result"):
    return (f"name: {name}\ntriggers: {{hook: {{type: webhook, key: {name}, respond: {respond}}}}}\n{more}nodes:\n"
            + "".join(f"  {line}\n" for line in nodes.strip("\n").splitlines()))


def read_everything(server, ids):
    """Every read surface of a server, by where it was read."""
    paths = ["/api/v1/executions", "/api/v1/flows", "/api/v1/holds", "/metrics"]
    for flow_ in server.get("/api/v1/flows").json["items"]:
        paths += [f"/api/v1/flows/{flow_['id']}", f"/api/v1/flows/{flow_['id']}/why"]
    for id_ in ids:
        root = f"/api/v1/executions/{id_}"
        paths += [root, *(f"{root}/{part}" for part in ("nodes", "events", "logs", "why", "holds"))]
    read = {}
    for path in paths:
        answer = server.get(path)
        equal(answer.status, 200, path)
        read[path] = answer.text + json.dumps(answer.headers)
    for hash_ in set(re.findall(r'"sha256":\s*"([0-9a-f]{64})"', "".join(read.values()))):
        read[f"artifact {hash_}"] = server.get(f"/api/v1/artifacts/{hash_}").text
    return read


def check_everything(server, ids, copy=True):
    surfaces = read_everything(server, ids)
    for where, text in surfaces.items():
        no_trace(text, where)
    data = pathlib.Path(server.data)
    for file in data.parent.iterdir():
        if not file.name.endswith("-shm") and file.is_file():
            no_trace(file.read_bytes(), file.name)
    if copy:
        target = data.parent / "copy.db"
        done = sluice("backup", target, "--data", data)
        equal(done.returncode, 0, done.stderr)
        no_trace(target.read_bytes(), "the backup")
        with sqlite3.connect(target) as connection:
            dump = "\n".join(connection.iterdump())
        no_trace(dump, "the rows of the backup")
        for blob in re.findall(r"X'([0-9A-F]+)'", dump):
            no_trace(bytes.fromhex(blob), "a blob of the backup")
        for id_ in ids:
            explained = sluice("why", id_, "--data", data)
            no_trace(explained.stdout + explained.stderr, "sluice why")
        target.unlink()
    no_trace(server.errors(), "the server's log")
    return surfaces


CALL = """
- id: call
  type: http.request
  with: {url: "%s/echo?t=${encodeURIComponent(secrets.TOKEN)}", method: POST, headers: {X-Token: "${secrets.TOKEN}", Authorization: "Basic ${btoa('user:' + secrets.TOKEN)}"},
         body: {token: "${secrets.TOKEN}", other: "${secrets['OTHER']}"}}
- id: log
  type: core.log
  with: {message: "I use ${secrets.TOKEN} and ${JSON.stringify({a: secrets.TOKEN})}"}
- id: keep
  type: core.set
  with: {plain: "${secrets.TOKEN}", upper: "${secrets.OTHER.toUpperCase()}", basic: "${btoa('u:' + secrets.TOKEN)}",
         json: "${JSON.stringify(JSON.stringify([secrets.TOKEN]))}", large: "${'.'.repeat(40000) + secrets.TOKEN + '.'.repeat(40000)}",
         keys: "${Object.fromEntries([[secrets.TOKEN, 1], ['a', 2]])}", echo: "${nodes.call}"}
"""


def test_services_get_secrets_and_nobody_else():
    with Crm() as crm, Server("--access-log", environment=ENVIRONMENT) as server:
        server.add_flow(flow("use", CALL % crm.url, 'output: {all: "${nodes.keep}", mine: "${secrets.TOKEN}"}\n'))
        answer = server.post("/hooks/use?q=" + urllib.parse.quote(TOKEN), {"say": TOKEN}, headers={"X-Mine": OTHER})
        equal(answer.status, 200, answer.text)
        no_trace(answer.text + json.dumps(answer.headers), "the answer")
        result = answer.json
        equal((result["mine"], result["all"]["plain"], result["all"]["upper"]),
              ("[redacted:TOKEN]", "[redacted:TOKEN]", "[redacted:OTHER]"))
        equal(result["all"]["keys"], {"[redacted:TOKEN]": 1, "a": 2})
        equal(result["all"]["echo"]["body"]["[redacted:TOKEN]"], ["[redacted:TOKEN]"])
        sent = crm.seen[0]
        equal(sent["headers"]["X-Token"], TOKEN)
        equal(sent["headers"]["Authorization"], "Basic " + base64.b64encode(b"user:" + TOKEN.encode()).decode())
        equal(json.loads(sent["body"]), {"token": TOKEN, "other": OTHER})
        equal(urllib.parse.unquote(sent["path"]), "/echo?t=" + TOKEN)
        id_ = answer.headers["sluice-execution"]
        assert sent["headers"]["Idempotency-Key"].startswith(id_), sent["headers"]
        surfaces = check_everything(server, [id_])
        contains(surfaces[f"/api/v1/executions/{id_}/logs"], "I use [redacted:TOKEN] and")
        contains(server.errors(), "[redacted:TOKEN]")  # the address in the access log
        assert any(where.startswith("artifact") for where in surfaces), "the large value is read, too"


def test_errors_hold_no_secrets():
    with Crm() as crm, Server(environment=ENVIRONMENT) as server:
        call = '{id: call, type: http.request, with: {url: "%s/fail", headers: {X-Token: "${secrets.TOKEN}"}}, retry: {attempts: 2, delay: 10ms, on: [http_5xx]}}' % crm.url
        server.add_flow(flow("answers", f"- {call}"))
        server.add_flow(flow("fails", '- {id: a, type: core.fail, with: {code: "${secrets.OTHER}", message: "no ${secrets.TOKEN}", details: {"k": "${[secrets.TOKEN]}"}}}'))
        server.add_flow(flow("wrong", '- {id: a, type: core.set, with: {x: "${JSON.parse(secrets.TOKEN)}"}}'))
        server.add_flow(flow("url", '- {id: a, type: http.request, with: {url: "${secrets.TOKEN}"}}'))
        server.add_flow(flow("method", '- {id: a, type: http.request, with: {url: "http://127.0.0.1:1/${secrets.OTHER}", method: "${secrets.OTHER}"}}'))
        ids = []
        for name in ("answers", "fails", "wrong", "url", "method"):
            answer = server.post(f"/hooks/{name}", {})
            assert answer.status >= 500, (name, answer.status)
            no_trace(answer.text + json.dumps(answer.headers), name)
            ids.append(answer.headers["sluice-execution"])
        equal(len(crm.seen), 2)
        equal(crm.seen[0]["headers"].get("X-Token"), TOKEN)
        surfaces = check_everything(server, ids)
        contains(surfaces[f"/api/v1/executions/{ids[1]}"], "no [redacted:TOKEN]")


CODE = r"""
- id: code
  type: code.javascript
  with:
    code: |
      const {OTHER} = secrets;
      const digits = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
      const btoa = text => {
        const bits = [...text].map(c => c.charCodeAt(0).toString(2).padStart(8, "0")).join("");
        return (bits.match(/.{1,6}/g) || []).map(six => digits[parseInt(six.padEnd(6, "0"), 2)]).join("");
      };
      console.log("token", secrets.TOKEN, {nested: [OTHER]});
      console.warn(btoa("user:" + secrets.TOKEN), encodeURIComponent(secrets.TOKEN));
      if (input.fail) throw new Error("cannot use " + secrets.TOKEN + " " + OTHER.toUpperCase());
      const answer = await http({url: input.url, headers: {"X-Token": secrets.TOKEN}});
      return {names: Object.keys(secrets), b: btoa("abc" + secrets.TOKEN), json: JSON.stringify({t: secrets.TOKEN}),
              length: secrets.TOKEN.length, answer: answer.body, [OTHER]: 1};
"""


def test_code_uses_secrets():
    with Crm() as crm, Server(environment=ENVIRONMENT | {"SLUICE_SECRET_UNNAMED": "not-handed-over"}) as server:
        server.add_flow(flow("code", CODE))
        ids = []
        good = server.post("/hooks/code", {"url": crm.url + "/x"})
        equal(good.status, 200, good.text)
        equal(crm.seen[0]["headers"]["X-Token"], TOKEN)
        equal((good.json["names"], good.json["length"]), (["OTHER", "TOKEN"], len(TOKEN)))
        bad = server.post("/hooks/code", {"fail": True})
        equal(bad.status, 500, bad.text)
        contains(bad.text, "cannot use [redacted:TOKEN]")
        for answer in (good, bad):
            no_trace(answer.text, "the answer")
            ids.append(answer.headers["sluice-execution"])
        surfaces = check_everything(server, ids)
        contains(surfaces[f"/api/v1/executions/{ids[0]}/logs"], "token [redacted:TOKEN]")


def test_people_and_signals_bring_no_secrets_in():
    nodes = """
- {id: ask, type: flow.approval, with: {message: "may I use ${secrets.TOKEN}?", form: {type: object}}}
- {id: wait, type: flow.wait, with: {name: go, key: "k"}}
- {id: pause, type: flow.wait, with: {name: never, key: "${secrets.OTHER}"}}
"""
    with Server(environment=ENVIRONMENT) as server:
        server.add_flow(flow("people", nodes, respond="accepted"))
        early = server.post("/api/v1/signals/early", {"payload": {"x": TOKEN}})
        equal(early.status, 202, early.text)
        id_ = server.post("/hooks/people", {}).json["id"]
        holds = f"/api/v1/executions/{id_}/holds"
        wait_for(lambda: server.get(holds).json["items"], "the approval")
        contains(server.get(holds).text, "may I use [redacted:TOKEN]?")
        decided = server.post(f"{holds}/0/decision", {"decision": "approved", "by": "ann", "comment": TOKEN, "form": {"f": OTHER}})
        equal(decided.status, 200, decided.text)
        no_trace(decided.text, "the decision")
        wait_for(lambda: "signal" in server.get(holds).text, "the wait")
        server.post("/api/v1/signals/go", {"key": "k", "payload": {"p": [TOKEN]}})
        wait_for(lambda: "never" in server.get(holds).text, "the last wait")
        check_everything(server, [id_])
        server.post(f"/api/v1/executions/{id_}/cancel", {"reason": "because of " + TOKEN})
        wait_for(lambda: server.get(f"/api/v1/executions/{id_}").json["status"] == "cancelled", "the end")
        check_everything(server, [id_])


def test_a_crash_brings_the_real_secret_back():
    with tempfile.TemporaryDirectory() as folder, Crm() as crm:
        data = pathlib.Path(folder) / "sluice.db"
        with Server(data=data, environment=ENVIRONMENT) as server:
            server.add_flow(flow("hang", f"""
- {{id: first, type: core.set, with: {{x: "${{secrets.TOKEN}}"}}}}
- {{id: call, type: http.request, with: {{url: "{crm.url}/hang", method: POST, headers: {{X-Token: "${{secrets.TOKEN}}"}}, body: {{"first": "${{nodes.first.x}}"}}}}}}
""", respond="accepted"))
            id_ = server.post("/hooks/hang", {}).json["id"]
            wait_for(lambda: crm.seen, "the call")
            server.kill()
        for file in pathlib.Path(folder).iterdir():
            no_trace(file.read_bytes(), f"{file.name} after the crash")
        crm.released.set()
        with Server(data=data, environment=ENVIRONMENT) as server:
            wait_for(lambda: server.get(f"/api/v1/executions/{id_}").json["status"] == "succeeded", "the end")
            first, again = crm.seen[0], crm.seen[-1]
            assert len(crm.seen) >= 2
            equal(again["headers"]["X-Token"], TOKEN)
            equal(again["headers"]["Idempotency-Key"], first["headers"]["Idempotency-Key"])
            equal(again["body"], first["body"])
            equal(json.loads(again["body"]), {"first": "[redacted:TOKEN]"})
            check_everything(server, [id_])


def test_idempotency_and_schema_go_on_working():
    schema = 'inputs: {type: object, required: [t], properties: {t: {type: string, maxLength: 40, pattern: "^K3y"}}, additionalProperties: false}\n'
    with Server(environment=ENVIRONMENT) as server:
        server.add_flow(flow("once", '- {id: a, type: core.set, with: {x: "${input.t}", y: "${secrets.TOKEN.length}"}}', schema))
        first, second = (server.post("/hooks/once", {"t": TOKEN}, headers={"Idempotency-Key": "k " + OTHER}) for _ in range(2))
        equal((first.status, first.json["x"]), (200, "[redacted:TOKEN]"))
        equal((second.headers["sluice-execution"], second.headers["idempotent-replayed"]),
              (first.headers["sluice-execution"], "true"))
        refused = server.post("/hooks/once", {"t": TOKEN, TOKEN: 1})
        equal((refused.status, refused.json["code"]), (422, "invalid_input"), refused.text)
        no_trace(refused.text, "the refusal")
        id_ = first.headers["sluice-execution"]
        retried = server.post(f"/api/v1/executions/{id_}/retry", {"from": "start"})
        equal(retried.status, 201, retried.text)


def test_unknown_secrets_are_told():
    with Server(environment=ENVIRONMENT) as server:
        added = server.add_flow(flow("unknown", '- {id: a, type: core.set, with: {x: "${secrets.TOKEM}"}}'))
        answer = server.post("/hooks/unknown", {})
        equal(answer.status, 500)
        contains(answer.text, "`TOKEM`")
        contains(answer.text, "SLUICE_SECRET_TOKEM")
        warned = server.post("/api/v1/flows/validate", flow("x", '- {id: a, type: core.set, with: {x: "${secrets.TOKEM}"}}'),
                             headers={"Content-Type": "application/yaml"})
        equal(warned.status, 200)
        contains(warned.text, "unknown_secret")
        contains(warned.text, "secrets.TOKEN")
        tried = server.post("/api/v1/expressions/evaluate", {"expression": "secrets.TOKEN"}).json
        equal((tried["ok"], tried["error"]["code"]), (False, "unknown_secret"))
        assert added["id"]


def test_the_page_shows_a_flow():
    page = (SOURCE / "docs/secrets.md").read_text()
    blocks = re.findall(r"```yaml\n(.*?)```", page, re.S)
    equal(len(blocks), 1)
    with tempfile.TemporaryDirectory() as folder:
        file = pathlib.Path(folder) / "flow.yaml"
        file.write_text(blocks[0])
        done = sluice("validate", file)
        equal((done.returncode, done.stdout.count("\n")), (0, 1), done.stdout)


def secrets_file(folder, text, mode=0o600):
    file = pathlib.Path(folder) / "secrets.yaml"
    file.write_text(text)
    file.chmod(mode)
    return file


def test_secrets_come_from_a_file():
    with tempfile.TemporaryDirectory() as folder, Crm() as crm:
        file = secrets_file(folder, json.dumps({"TOKEN": TOKEN, "OTHER": "the environment wins"}))
        with Server("--secrets", file, environment={"SLUICE_SECRET_OTHER": OTHER}) as server:
            server.add_flow(flow("use", CALL % crm.url))
            equal(server.post("/hooks/use", {}).status, 200)
            equal(json.loads(crm.seen[0]["body"]), {"token": TOKEN, "other": OTHER})
        flow_file = pathlib.Path(folder) / "flow.yaml"
        flow_file.write_text(flow("use", CALL % crm.url))
        done = sluice("run", flow_file, "--secrets", file, environment={"SLUICE_SECRET_OTHER": OTHER})
        equal(done.returncode, 0, done.stderr)
        equal(crm.seen[-1]["headers"]["X-Token"], TOKEN)
        no_trace(done.stdout + done.stderr, "sluice run")
        contains(done.stderr, "I use [redacted:TOKEN]")


def test_files_that_are_not_safe_are_refused():
    with tempfile.TemporaryDirectory() as folder:
        def refused(text, mode=0o600, environment=None, more=()):
            file = secrets_file(folder, text, mode)
            for command in (["serve", "--listen", "127.0.0.1:0", "--data", pathlib.Path(folder) / "x.db"], ["run", file]):
                done = sluice(*command, *more, *(["--secrets", file] if text else []), environment=environment)
                equal(done.returncode, 2, done.stderr)
                if command[0] == "serve":
                    message = done.stderr
            no_trace(message, "the message")
            return message

        contains(refused("A: 'abcdefgh'", 0o640), "chmod 600")
        contains(refused("A: 'abcdefgh'", 0o604), "chmod 600")
        contains(refused("A: 'abc'"), "the secret A has 3 bytes")
        contains(refused("A: 12345678"), "in quotes")
        contains(refused("A: [x]"), "in quotes")
        contains(refused("- abcdefgh"), "map of names")
        contains(refused("A: 'unclosed"), "line")
        contains(refused("B-C: 'abcdefgh'"), "'B-C' is no name of a secret")
        contains(refused("A: '" + "abcd" * 1025 + "'"), "at most 4096")
        contains(refused("", environment={"SLUICE_SECRET_A": "short"}), "the secret A has 5 bytes")
        contains(refused("A: 'abcdefgh'", more=["--env", "SLUICE_SECRET_A"]), "secrets.A")
        done = sluice("serve", "--secrets", pathlib.Path(folder) / "missing.yaml")
        equal(done.returncode, 2)
        contains(done.stderr, "missing.yaml")


def test_programs_that_are_started_do_not_inherit_secrets():
    with Server(environment=ENVIRONMENT) as server:
        server.add_flow(flow("code", '- {id: c, type: code.javascript, with: {code: "return 1"}}'))
        equal(server.post("/hooks/code", {}).status, 200)
        for folder in pathlib.Path("/proc").glob("[0-9]*"):
            try:
                status = (folder / "stat").read_text().rsplit(")", 1)[1].split()
                if int(status[1]) == server.process.pid:
                    no_trace((folder / "environ").read_bytes(), "a child's environment")
            except (FileNotFoundError, ProcessLookupError, PermissionError):
                pass


if __name__ == "__main__":
    os.umask(0o022)
    run(__name__)
