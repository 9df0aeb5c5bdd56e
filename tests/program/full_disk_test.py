"""A full disk and a full quota, on the real program: new work is refused with a reason, the rest goes on."""
import base64
import contextlib
import os
import pathlib
import subprocess
import sys
import tempfile
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))
from support.programs import Server, sluice, wait_for
from support.tap import contains, equal, run

QUICK = "name: quick\ntriggers: {hook: {type: webhook, key: quick}}\nnodes: [{id: a, type: core.set, with: {n: 1}}]\n"
NAP = "name: nap\nnodes: [{id: nap, type: flow.delay, with: {duration: 1h}}]\n"


def large():
    """An input that neither compresses nor was there before: each takes its room on the disk."""
    return {"input": {"text": base64.b64encode(os.urandom(75_000)).decode()}}


@contextlib.contextmanager
def small_disk(megabytes):
    """A file system of its own; None where this user may not mount one."""
    with tempfile.TemporaryDirectory(prefix="sluice-disk-") as folder:
        mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={megabytes}m,mode=700", "none", folder],
                                 capture_output=True, check=False).returncode == 0
        try:
            yield pathlib.Path(folder) if mounted else None
        finally:
            if mounted:
                subprocess.run(["umount", folder], check=True)


def start(server, flow, body=None):
    return server.post(f"/api/v1/flows/{flow}/executions", {} if body is None else body)


def fill(server, flow, most=2_000):
    """Starts large executions until one is refused; returns the ids of the others and the refusal."""
    accepted = []
    for _ in range(most):
        answer = start(server, flow, large())
        if answer.status != 201:
            return accepted, answer
        accepted.append(answer.json["id"])
    raise AssertionError("it never filled up")


def check_refusal(answer):
    equal(answer.status, 503, answer.text)
    equal(answer.json["code"], "store_full", answer.text)
    assert int(answer.headers["retry-after"]) > 0, answer.headers
    contains(answer.json["detail"].lower(), "space")


def test_a_full_disk_refuses_work_and_goes_on_when_there_is_space():
    with small_disk(24) as disk:
        if disk is None:
            print("# no right to mount a small file system here")
            return
        ballast = disk / "ballast"
        ballast.write_bytes(b"b" * (8 << 20))
        with Server("--retention-age", "0", data=disk / "sluice.db") as server:
            server.add_flow(QUICK)
            server.add_flow(NAP)
            sleeper = start(server, "nap").json["id"]
            accepted, refusal = fill(server, "quick")
            check_refusal(refusal)
            for _ in range(10):
                check_refusal(start(server, "quick", large()))
            unready = server.get("/readyz")
            equal((unready.status, unready.json["code"]), (503, "store_full"))
            # Reads and cancels work.
            equal(server.get("/healthz").status, 200)
            equal(server.get(f"/api/v1/executions/{accepted[0]}").json["status"], "succeeded")
            equal(len(server.get("/api/v1/executions?limit=5").json["items"]), 5)
            cancelled = server.post(f"/api/v1/executions/{sleeper}/cancel")
            assert cancelled.status in (200, 202), cancelled.text
            # Space comes back: nothing is restarted.
            ballast.unlink()
            wait_for(lambda: start(server, "quick", large()).status == 201, "a start after space came back")
            wait_for(lambda: server.get(f"/api/v1/executions/{sleeper}").json["status"] == "cancelled",
                     "the cancellation on disk")
            wait_for(lambda: server.get("/readyz").status == 200, "readiness")
            for execution in accepted:
                equal(server.get(f"/api/v1/executions/{execution}").json["status"], "succeeded")
        done = sluice("verify", "--data", disk / "sluice.db")
        equal(done.returncode, 0, done.stdout)


def test_pruning_frees_a_full_disk():
    with small_disk(24) as disk:
        if disk is None:
            print("# no right to mount a small file system here")
            return
        with Server("--retention-age", "6s", data=disk / "sluice.db") as server:
            server.add_flow(QUICK)
            for round in range(3):
                _, refusal = fill(server, "quick")
                check_refusal(refusal)
                wait_for(lambda: start(server, "quick", large()).status == 201, f"space by pruning, round {round}")
        equal(sluice("verify", "--data", disk / "sluice.db").returncode, 0)


def test_a_quota_makes_room_by_the_oldest_and_refuses_when_nothing_may_go():
    with Server("--retention-bytes", "4000000", "--retention-age", "0") as server:
        server.add_flow(QUICK)
        server.add_flow(NAP)
        # Ended executions make room for each other.
        first = start(server, "quick", large()).json["id"]
        refused = 0
        for _ in range(300):
            answer = start(server, "quick", large())
            if answer.status == 503:
                check_refusal(answer)
                refused += 1
                wait_for(lambda: start(server, "quick", large()).status == 201, "room made by the oldest")
        wait_for(lambda: server.get(f"/api/v1/executions/{first}").status == 404, "the oldest going")
        assert server.data.stat().st_size <= 4_000_000, server.data.stat().st_size
        # What has not ended stays, so it can fill the quota.
        sleepers = []
        def full():
            answer = start(server, "nap", large())
            if answer.status == 201:
                sleepers.append(answer.json["id"])
                return False
            check_refusal(answer)
            time.sleep(0.5)
            return sum(1 for _ in range(3) if start(server, "nap", large()).status == 503) == 3
        wait_for(full, "a quota full of sleepers")
        equal(server.get(f"/api/v1/executions/{sleepers[0]}").json["status"], "waiting")
        for sleeper in sleepers:
            server.post(f"/api/v1/executions/{sleeper}/cancel")
        wait_for(lambda: start(server, "quick", large()).status == 201, "room made by the cancelled")


def test_retention_is_configured_and_gives_space_back():
    with Server("--retention-age", "2s") as server:
        server.add_flow(QUICK)
        server.add_flow(QUICK.replace("quick", "kept") + "settings: {retention: {age: 1h}}\n")
        server.add_flow(QUICK.replace("quick", "few") + "settings: {retention: {age: 1h, count: 3}}\n")
        kept = start(server, "kept").json["id"]
        many = [start(server, "quick", large()).json["id"] for _ in range(60)]
        few = [start(server, "few").json["id"] for _ in range(10)]
        wait_for(lambda: server.get(f"/api/v1/executions/{many[-1]}").status == 404, "the end of the old ones")
        wait_for(lambda: server.get(f"/api/v1/executions/{few[6]}").status == 404, "the end of the surplus")
        equal(server.get(f"/api/v1/executions/{kept}").status, 200)
        for execution in few[7:]:
            equal(server.get(f"/api/v1/executions/{execution}").status, 200)
        wait_for(lambda: server.data.stat().st_size < 3_000_000, "the file to shrink")
        contains(server.errors(), "pruned")
        equal(sluice("verify", "--data", server.data).returncode, 0)
    wrong = sluice("serve", "--retention-age", "soon")
    equal(wrong.returncode, 2)
    contains(wrong.stderr, "30d")


run(__name__)
