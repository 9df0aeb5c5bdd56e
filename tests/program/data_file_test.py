"""What keeps a data file well: verify, backup and doctor, as a person uses them."""
import json
import os
import pathlib
import shutil
import signal
import socket
import sqlite3
import subprocess
import sys
import tempfile
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))
from support.programs import SLUICE, Server, sluice, wait_for
from support.tap import contains, equal, run

STEPS = """\
name: steps
triggers: {hook: {type: webhook, key: steps}}
nodes:
  - {id: a, type: core.set, with: {n: 1}}
  - {id: nap, type: flow.delay, with: {duration: 30ms}}
  - {id: b, type: core.set, with: {n: 2}}
"""
QUICK = "name: quick\ntriggers: {hook: {type: webhook, key: quick}}\nnodes: [{id: a, type: core.set, with: {n: 1}}]\n"


def worked_in(folder):
    """A data file in which a server has worked; returns it and the executions' ids by flow."""
    data = pathlib.Path(folder) / "sluice.db"
    with Server(data=data) as server:
        fill(server)
        return data, [item["id"] for item in server.get("/api/v1/executions").json["items"]]


def fill(server, times=3):
    for source in (STEPS, QUICK):
        server.add_flow(source)
    for _ in range(times):
        for key in ("steps", "quick"):
            equal(server.post(f"/hooks/{key}", {}).status, 200)


def change(data, sql, *values):
    connection = sqlite3.connect(data)
    connection.execute(sql, values)
    connection.commit()
    connection.close()


def findings(data, *arguments):
    done = sluice("verify", "--json", "--data", data, *arguments)
    report = json.loads(done.stdout)
    equal(done.returncode, 0 if report["ok"] else 1, done.stdout)
    return report["findings"]


def test_help_teaches():
    for command in ["verify", "backup", "doctor"]:
        shown = sluice(command, "--help")
        equal(shown.returncode, 0)
        contains(shown.stdout, "Examples:")
        contains(shown.stdout, "Exit codes" if command != "backup" else "To restore")
        contains(sluice("--help").stdout, command)


def test_verify_finds_nothing_wrong_in_what_a_server_wrote():
    with tempfile.TemporaryDirectory() as folder:
        data, ids = worked_in(folder)
        done = sluice("verify", "--data", data)
        equal(done.returncode, 0, done.stdout)
        contains(done.stdout, "ok: 6 executions")
        report = json.loads(sluice("verify", "--json", "--data", data).stdout)
        equal((report["ok"], report["executions"], report["not_folded"]), (True, 6, 0))
        contains(sluice("verify", ids[0], "--data", data).stdout, "1 executions")


def test_verify_runs_beside_a_server():
    with Server() as server:
        fill(server)
        server.add_flow("name: long\nnodes: [{id: nap, type: flow.delay, with: {duration: 1h}}]\n")
        equal(server.post("/api/v1/flows/long/executions").status, 201)
        equal(findings(server.data), [])
        equal(server.post("/hooks/quick", {}).status, 200)


def test_chains_go_on_after_a_kill():
    with tempfile.TemporaryDirectory() as folder:
        data = pathlib.Path(folder) / "sluice.db"
        for round in range(3):
            with Server(data=data) as server:
                if round == 0:
                    fill(server)
                # Recovered executions go on with the chains that the process before left.
                load = subprocess.Popen([sys.executable, "-c", LOAD.replace("quick", "steps"), server.host,
                                         str(server.port)], stderr=subprocess.DEVNULL)
                for _ in range(20):
                    server.post("/api/v1/flows/steps/executions")
                server.kill()
                load.wait()
            equal(findings(data), [], f"after kill {round}")
        with Server(data=data) as server:
            wait_for(lambda: all(server.get(f"/api/v1/executions?status={status}").json["items"] == []
                                 for status in ("running", "waiting")), "the end of what was recovered")
        equal(findings(data), [])


def test_verify_names_what_was_tampered_with():
    with tempfile.TemporaryDirectory() as folder:
        data, _ = worked_in(folder)
        original = data.read_bytes()
        def after(sql):
            data.write_bytes(original)
            change(data, sql)
            return findings(data)
        first = "(SELECT number FROM journal ORDER BY number LIMIT 1)"
        head = "(SELECT min(number) FROM executions WHERE head IS NOT NULL)"
        many = "(SELECT min(number) FROM executions WHERE head IS NULL)"

        broken = after(f"UPDATE journal SET chunk = chunk || x'00' WHERE number = {first}")
        equal(broken[0]["code"], "chain_broken")
        equal((broken[0]["table"], broken[0]["event"]), ("journal", 1))
        assert broken[0]["execution"] and broken[0]["row"], broken
        assert "chunk_unreadable" in {item["code"] for item in broken}, broken

        lost = after(f"DELETE FROM journal WHERE number = {first}")
        assert {"chain_broken", "sequence_gap"} <= {item["code"] for item in lost}, lost
        for column, value in [("status", 5), ("ended_ms", 17), ("created_ms", 17)]:
            for number in (head, many):
                wrong = after(f"UPDATE executions SET {column} = {value} WHERE number = {number}")
                equal([item["code"] for item in wrong], ["column_differs"])
                contains(wrong[0]["message"], column)
        orphan = after(f"DELETE FROM executions WHERE number = {many}")
        equal([item["code"] for item in orphan], ["execution_missing"])
        left = after(f"INSERT INTO holds(execution, run, kind, flow, since_ms) VALUES({head}, 0, 0, 1, 0)")
        equal([item["code"] for item in left], ["hold_left"])
        index = after("DROP INDEX executions_by_status")
        equal([item["code"] for item in index], ["schema_differs"])

        data.write_bytes(original)
        change(data, f"UPDATE executions SET status = 5 WHERE number = {head}")
        shown = sluice("verify", "--data", data)
        equal(shown.returncode, 1)
        contains(shown.stdout, "executions row")
        contains(shown.stdout, "DAMAGED")


def test_verify_and_serve_refuse_a_damaged_file_with_the_way_on():
    with tempfile.TemporaryDirectory() as folder:
        data, _ = worked_in(folder)
        whole = data.read_bytes()
        data.write_bytes(whole[:len(whole) // 2 // 4096 * 4096])
        for command in [("verify", "--data", data), ("serve", "--listen", "127.0.0.1:0", "--data", data)]:
            refused = sluice(*command)
            equal(refused.returncode, 1, refused.stdout)
            contains(refused.stdout + refused.stderr, "backup")
        for page in range(2, len(whole) // 4096):
            damaged = bytearray(whole)
            damaged[page * 4096:page * 4096 + 24] = b"\xee" * 24
            data.write_bytes(bytes(damaged))
            shown = sluice("verify", "--data", data)
            assert shown.returncode == 1 and shown.stdout + shown.stderr, (page, shown)


def test_verify_says_what_it_cannot_open():
    with tempfile.TemporaryDirectory() as folder:
        data, _ = worked_in(folder)
        equal(sluice("verify", "--data", folder + "/none.db").returncode, 2)
        unknown = sluice("verify", "019a8c3e-0000-7000-8000-000000000000", "--data", data)
        equal(unknown.returncode, 2)
        contains(unknown.stderr, "019a8c3e")
        text = pathlib.Path(folder) / "text.db"
        text.write_text("no database" * 1000)
        equal(sluice("verify", "--data", text).returncode, 2)
        change(data, "PRAGMA user_version=99")
        for command in ["verify", "backup"]:
            newer = sluice(command, *([folder + "/copy"] if command == "backup" else []), "--data", data)
            equal(newer.returncode, 1)
            contains(newer.stderr, "newer")


def test_backup_copies_a_store_under_load_and_the_copy_serves():
    with tempfile.TemporaryDirectory() as folder, Server() as server:
        fill(server)
        copy = pathlib.Path(folder) / "copy.db"
        load = subprocess.Popen([sys.executable, "-c", LOAD, server.host, str(server.port)])
        try:
            time.sleep(0.3)
            done = sluice("backup", copy, "--data", server.data)
        finally:
            load.terminate()
            load.wait()
        equal(done.returncode, 0, done.stderr)
        contains(done.stdout, "checked")
        equal(os.listdir(folder), ["copy.db"])
        equal(copy.stat().st_mode & 0o777, 0o600)
        equal(findings(copy), [])
        again = sluice("backup", copy, "--data", server.data)
        equal(again.returncode, 1)
        contains(again.stderr, "not overwritten")
        with Server(data=copy) as restored:
            assert len(restored.get("/api/v1/executions?limit=500").json["items"]) >= 6
            equal(restored.post("/hooks/quick", {}).status, 200)


LOAD = """
import http.client, sys
connection = http.client.HTTPConnection(sys.argv[1], int(sys.argv[2]))
while True:
    connection.request("POST", "/hooks/quick", "{}", {"Content-Type": "application/json"})
    connection.getresponse().read()
"""


def checks(*arguments, code=0, environment=None):
    done = sluice("doctor", "--json", *arguments, environment=environment)
    equal(done.returncode, code, done.stdout)
    report = json.loads(done.stdout)
    equal(report["ok"], code == 0)
    return {item["check"]: item for item in report["checks"]}


def test_doctor_finds_a_healthy_place_and_names_remedies():
    with tempfile.TemporaryDirectory() as folder:
        data = folder + "/sluice.db"
        found = checks("--data", data, "--listen", "127.0.0.1:0")
        equal(len(found), 10)
        equal({item["health"] for item in found.values()} <= {"ok", "warn"}, True)
        contains(found["sync latency"]["finding"], "ms")
        equal(os.listdir(folder), [])
        shown = sluice("doctor", "--data", data, "--listen", "127.0.0.1:0")
        contains(shown.stdout, "ok    data directory")
        contains(shown.stdout, "0 failures")

        lost = checks("--data", folder + "/none/sluice.db", "--listen", "127.0.0.1:0", code=1)
        equal(lost["data directory"]["health"], "fail")
        assert lost["data directory"]["remedy"], lost
        with socket.create_server(("127.0.0.1", 0)) as taken:
            address = "127.0.0.1:%d" % taken.getsockname()[1]
            equal(checks("--data", data, "--listen", address, code=1)["listen address"]["health"], "fail")
        equal(checks("--data", data, "--listen", "nowhere", code=1)["listen address"]["health"], "fail")
        zones = checks("--data", data, "--listen", "127.0.0.1:0", environment={"TZDIR": folder})
        equal(zones["time zones"]["health"], "warn")
        config = pathlib.Path(folder) / "sluice.toml"
        config.write_text('[serve]\ndata = "%s/else/x.db"\nmax-live = 5\nlisten = "127.0.0.1:0"\n' % folder)
        named = sluice("--config", config, "doctor")
        equal(named.returncode, 1)
        contains(named.stdout, "else")


def test_doctor_knows_stores():
    with tempfile.TemporaryDirectory() as folder:
        data, _ = worked_in(folder)
        anywhere = ("--listen", "127.0.0.1:0", "--data", data)
        contains(checks(*anywhere)["store"]["finding"], "schema")
        with Server(data=data) as server:
            busy = checks("--data", data, "--listen", f"{server.host}:{server.port}")
            contains(busy["store"]["finding"], f"process {server.process.pid}")
            equal(busy["listen address"]["health"], "warn")
        change(data, "PRAGMA user_version=1")
        equal(checks(*anywhere)["store"]["health"], "warn")
        change(data, "PRAGMA user_version=99")
        newer = checks(*anywhere, code=1)
        equal(newer["store"]["health"], "fail")
        contains(newer["store"]["finding"], "newer")


run(__name__)
