"""Large values through the API, against the real program: references, ranges, what is gone or damaged."""
import hashlib
import json
import pathlib
import sqlite3
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))
from support.programs import Server, sluice, wait_for
from support.tap import contains, equal, run

PASS = """\
name: pass
triggers: {hook: {type: webhook, key: pass}}
nodes:
  - {id: one, type: core.set, with: {text: "${input.text}"}}
  - {id: two, type: core.set, with: {text: "${nodes.one.text}"}}
"""
NAP = """\
name: nap
triggers: {hook: {type: webhook, key: nap, respond: accepted}}
nodes:
  - {id: one, type: core.set, with: {text: "${input.text}"}}
  - {id: nap, type: flow.wait, with: {name: go, key: k}}
  - {id: two, type: core.set, with: {length: "${nodes.one.text.length}"}}
"""
RESPOND = """\
name: respond
triggers: {hook: {type: webhook, key: respond}}
nodes:
  - {id: say, type: http.respond, with: {body: "${input.text}"}}
  - {id: nap, type: flow.delay, with: {duration: 10ms}}
"""
BIG = {"text": "".join(f"{n:09d}," for n in range(60_000))}  # 600 kB, three pieces
COMPACT = json.dumps(BIG, separators=(",", ":"))
SHA = hashlib.sha256(COMPACT.encode()).hexdigest()
REFERENCE = {"artifact": {"sha256": SHA, "bytes": len(COMPACT), "media_type": "application/json"}}
PATH = "/api/v1/artifacts/" + SHA


def damage(server, sql):
    with sqlite3.connect(server.data) as database:
        database.execute(sql)
        database.commit()


def test_history_refers_and_answers_carry():
    with Server() as server:
        server.add_flow(PASS)
        answer = server.post("/hooks/pass", BIG)
        equal((answer.status, answer.json == BIG), (200, True), "the webhook")
        path = "/api/v1/executions/" + answer.headers["sluice-execution"]
        execution = server.get(path).json
        equal((execution["input"], execution["output"]), (REFERENCE, REFERENCE))
        nodes = server.get(path + "/nodes").json["items"]
        equal([node["output"] for node in nodes], [REFERENCE, REFERENCE])
        events = server.get(path + "/events").text
        equal((len(events) < 4_000, events.count(SHA)), (True, 4))
        waited = server.post("/api/v1/flows/pass/executions?wait=10s", {"input": BIG})
        equal((waited.status, waited.json["output"] == BIG, waited.json["input"]), (201, True, REFERENCE))
        small = server.post("/hooks/pass", {"text": "x"}).headers["sluice-execution"]
        equal(server.get("/api/v1/executions/" + small).json["output"], {"text": "x"})


def test_an_answer_that_was_set_before_a_wait_is_sent_whole():
    with Server() as server:
        server.add_flow(RESPOND)
        for headers in ({}, {"Idempotency-Key": "a"}, {"Idempotency-Key": "a"}):
            answer = server.post("/hooks/respond", BIG, headers=headers)
            equal((answer.status, answer.text == BIG["text"]), (200, True), str(headers))


def test_ranges():
    with Server() as server:
        server.add_flow(PASS)
        server.post("/hooks/pass", BIG)
        whole = server.get(PATH)
        equal((whole.status, whole.text == COMPACT), (200, True))
        equal((whole.headers["etag"], whole.headers["accept-ranges"], whole.headers["content-type"]),
              (f'"{SHA}"', "bytes", "application/json"))
        size = len(COMPACT)
        for field, first, last in [("0-9", 0, 9), ("262140-262150", 262140, 262150), ("100000-599999", 100000, 599999),
                                   ("-20", size - 20, size - 1), (f"{size - 5}-", size - 5, size - 1),
                                   ("0-99999999", 0, size - 1)]:
            part = server.get(PATH, headers={"Range": "bytes=" + field})
            equal((part.status, part.headers["content-range"], part.text == COMPACT[first:last + 1]),
                  (206, f"bytes {first}-{last}/{size}", True), field)
        for field in [f"{size}-", "99999999-100000000", "-0"]:
            part = server.get(PATH, headers={"Range": "bytes=" + field})
            equal((part.status, part.headers["content-range"], part.json["code"]),
                  (416, f"bytes */{size}", "range_not_satisfiable"), field)
        for field in ["bytes=0-1,5-6", "lines=1-2", "bytes=a-b", "bytes=9-1", "bytes=-"]:
            equal(server.get(PATH, headers={"Range": field}).status, 200, field)
        equal(server.get(PATH, headers={"Range": "bytes=0-9", "If-Range": '"other"'}).status, 200)
        equal(server.request("HEAD", PATH).headers["content-length"], str(size))
        for tag in [f'"{SHA}"', f'"x", W/"{SHA}"', "*"]:
            equal(server.get(PATH, headers={"If-None-Match": tag}).status, 304, tag)
        equal(server.get(PATH, headers={"If-None-Match": '"x"'}).status, 200)
        equal(server.get(PATH.upper().replace("/API/V1/ARTIFACTS", "/api/v1/artifacts")).status, 200)


def test_what_is_no_artifact():
    with Server() as server:
        server.add_flow(PASS)
        for name in ["x", SHA[1:], SHA + "0", "g" + SHA[1:]]:
            answer = server.get("/api/v1/artifacts/" + name)
            equal((answer.status, answer.json["code"]), (400, "invalid_parameter"), name)
        answer = server.get(PATH)
        equal((answer.status, answer.json["code"], answer.headers["content-type"]),
              (404, "artifact_not_found", "application/problem+json"))


def test_a_missing_or_damaged_artifact_fails_the_node_that_reads_it():
    for sql, code in [("DELETE FROM artifacts", "artifact_missing"),
                      ("UPDATE artifact_pieces SET compressed = 0, data = zeroblob(262144) WHERE number & 3 = 1",
                       "artifact_damaged")]:
        with Server() as server:
            server.add_flow(NAP)
            path = "/api/v1/executions/" + server.post("/hooks/nap", BIG).json["id"]
            wait_for(lambda: server.get(path).json["status"] == "waiting", "the wait")
            damage(server, sql)
            server.post("/api/v1/signals/go", {"key": "k"})
            ended = wait_for(lambda: (lambda e: e if e["ended_at"] else None)(server.get(path).json), "the end")
            equal((ended["status"], ended["error"]["code"], ended["error"]["node"]), ("failed", code, "two"))
            contains(ended["error"]["message"], SHA)
            contains(ended["error"]["message"], "sluice verify")
            equal(server.get(PATH).status, 404 if code == "artifact_missing" else 500)
            equal(server.alive(), True)
            report = sluice("verify", "--data", server.data)
            equal(report.returncode, 1)
            contains(report.stdout, code)


def test_a_large_value_is_read_after_kill_9():
    with Server() as server:
        server.add_flow(NAP)
        path = "/api/v1/executions/" + server.post("/hooks/nap", BIG).json["id"]
        wait_for(lambda: server.get(path).json["status"] == "waiting", "the wait")
        server.kill()
        with Server(data=server.data) as again:
            again.post("/api/v1/signals/go", {"key": "k"})
            ended = wait_for(lambda: (lambda e: e if e["ended_at"] else None)(again.get(path).json), "the end")
            equal((ended["status"], ended["output"]), ("succeeded", {"length": len(BIG["text"])}))
        report = json.loads(sluice("verify", "--json", "--data", server.data).stdout)
        equal((report["ok"], report["artifacts"]), (True, 1), str(report["findings"]))


def test_a_backup_has_them_and_pruning_lets_them_go():
    with Server("--retention-age", "1s") as server:
        server.add_flow(PASS)
        server.post("/hooks/pass", BIG)
        copy = server.data.parent / "copy.db"
        equal(sluice("backup", copy, "--data", server.data).returncode, 0)
        wait_for(lambda: server.get(PATH).status == 404, "the pruning")
        equal(json.loads(sluice("verify", "--json", "--data", copy).stdout)["artifacts"], 1)
        with Server(data=copy) as restored:
            equal(restored.get(PATH).text == COMPACT, True)


def test_limits_are_set_by_flags_and_environment():
    with Server("--max-output-bytes", "100000", environment={"SLUICE_MAX_BODY_BYTES": "700000"}) as server:
        server.add_flow(PASS)
        answer = server.post("/hooks/pass", BIG)
        equal((answer.status, answer.json["details"]["code"]), (500, "output_too_large"))
        equal(server.post("/hooks/pass", {"text": "x" * 800_000}).status, 413)
    with Server("--max-body-bytes", "40000000", "--max-output-bytes", "40000000") as server:
        server.add_flow(PASS)
        large = {"text": "x" * 30_000_000}
        equal(server.post("/hooks/pass", large).json == large, True)


if __name__ == "__main__":
    run(__name__)
