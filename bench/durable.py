"""Measures what lasts: waiting, recovery, durable steps, kills and overload.

    ./dev bench durable [--json FILE] [--count N ...] [--only NAME ...]

W2        N executions wait on a timer and N on an approval (--count, default 10,000 and 100,000; 1,000,000 on
          demand): starts a second, memory before and after, bytes each, and counting them through /api/v1/holds
recovery  executions in flight when the process is killed with SIGKILL: from its start until all of them go on
steps     one execution of 40 http.request nodes in sequence against a local echo; median of 20
W4        SIGKILL under 50 starts a second: how many of the accepted are lost
overload  three times the capacity offered: p99 of what is accepted against the same uncongested; with the default limits
          and with --max-live 128, which bounds what is in the server and with it the latency
artifacts one execution of 10 nodes that pass a payload of 100 MB: how much the process grows at most, as a multiple of
          the payload; seconds; and how long a small webhook takes meanwhile

The server is pinned to one core, the load to another; recovery and steps, which are about time alone, use all. Figures
of a shared machine wander: the disk's fdatasync rate stands beside each.
"""
import argparse
import calendar
import contextlib
import http.client
import json
import os
import pathlib
import re
import signal
import socket
import statistics
import subprocess
import sys
import tempfile
import threading
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "tests"))
from bench import SOURCE, Program, cpu_seconds, progress, sync_rate, wait_until_it_answers
from support.payload import incompressible, passing_flow, payload_server

PORT, ECHO_PORT, SILENT_PORT = 18711, 18712, 18713
NAMES = ["W2", "recovery", "steps", "W4", "overload", "artifacts"]
TARGET = {"waiting_bytes": 1000, "million_mb": 1000, "recovery_s": 2.0, "steps_ms": 20.0, "p99_ratio": 2.0, "growth": 3.0}

TIMER = """\
name: timer
triggers: {hook: {type: webhook, key: wait, respond: accepted}}
nodes: [{id: nap, type: flow.delay, with: {duration: 300d}}]
"""
APPROVAL = """\
name: approval
triggers: {hook: {type: webhook, key: wait, respond: accepted}}
nodes: [{id: ask, type: flow.approval, with: {message: "Ship order ${input.order}?"}}]
"""
IN_FLIGHT = f"""\
name: in-flight
triggers: {{hook: {{type: webhook, key: call, respond: accepted}}}}
nodes: [{{id: call, type: http.request, with: {{url: "http://127.0.0.1:{SILENT_PORT}/", timeout: 1h}}}}]
"""
STEPS = "name: steps\ntriggers: {hook: {type: webhook, key: steps}}\nnodes:\n" + "".join(
    f'  - {{id: s{n}, type: http.request, with: {{method: POST, url: "http://127.0.0.1:{ECHO_PORT}/", json: {{id: {n}}}}}}}\n'
    for n in range(40))
NAP = """\
name: nap
triggers: {hook: {type: webhook, key: nap, respond: accepted}}
nodes:
  - {id: before, type: core.set, with: {n: "${input.n}"}}
  - {id: nap, type: flow.delay, with: {duration: 10s}}
  - {id: after, type: core.set, with: {n: "${nodes.before.n}"}}
"""


class Server:
    """`sluice serve` on one core (or all), with what it says on standard error."""

    def __init__(self, build, folder, data, flow, *options, pinned=True):
        path = folder / "flow.yaml"
        path.write_text(flow)
        self.log = folder / "log.txt"
        self.began = time.monotonic()
        self.wall = time.time()
        with open(self.log, "w") as log:
            self.process = subprocess.Popen(
                (["taskset", "-c", "0"] if pinned else []) +
                [build / "sluice", "serve", "--listen", f"127.0.0.1:{PORT}", "--data", data, *options, path],
                stdout=subprocess.DEVNULL, stderr=log)
        wait_until_it_answers(PORT, "/healthz")
        self.first_answer = time.monotonic() - self.began

    def __enter__(self):
        return self

    def __exit__(self, *_):
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
            try:
                self.process.wait(60)
            except subprocess.TimeoutExpired:
                self.kill()

    def kill(self):
        self.process.kill()
        self.process.wait()

    def get(self, path):
        connection = http.client.HTTPConnection("127.0.0.1", PORT, timeout=60)
        with contextlib.closing(connection):
            connection.request("GET", path)
            return connection.getresponse().read()

    def metric(self, name):
        return int(re.search(rf"^{re.escape(name)} (\d+)$", self.get("/metrics").decode(), re.M).group(1))

    def memory(self):
        """Bytes of this process's own (heap, stacks), and all that is resident, shared pages of files included."""
        status = pathlib.Path(f"/proc/{self.process.pid}/status").read_text()
        of = {key: int(value) * 1024 for key, value in re.findall(r"^(\w+):\s+(\d+) kB$", status, re.M)}
        return {"own": of["RssAnon"], "resident": of["VmRSS"], "peak": of["VmHWM"]}

    def logged_at(self, pattern):
        """Seconds from the start of the process to the newest matching line."""
        found = re.findall(r"^(\S+)Z .*" + pattern, self.log.read_text(), re.M)
        if not found:
            return None
        text, fraction = found[-1].split(".")
        return calendar.timegm(time.strptime(text, "%Y-%m-%dT%H:%M:%S")) + \
            int(fraction) / 1000 - self.wall


def load(build, path, connections, count, rate=0, body=None):
    command = ["taskset", "-c", "1", build / "bench/bench-load", PORT, path, connections, count, rate]
    output = subprocess.run([str(part) for part in command + ([json.dumps(body)] if body else [])],
                            capture_output=True, text=True, check=True).stdout
    return json.loads(output)


def wait_for(condition, what, seconds=300):
    end = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > end:
            raise SystemExit(f"in {seconds} s not: {what}")
        time.sleep(0.05)


def count_holds(server, kind):
    """Walks every page of the list. Returns how many there are, and the seconds it took."""
    began, found, cursor = time.monotonic(), 0, ""
    connection = http.client.HTTPConnection("127.0.0.1", PORT, timeout=60)
    with contextlib.closing(connection):
        while True:
            connection.request("GET", f"/api/v1/holds?kind={kind}&limit=500{cursor}")
            page = json.loads(connection.getresponse().read())
            found += len(page["items"])
            if page["next_cursor"] is None:
                return found, time.monotonic() - began
            cursor = "&cursor=" + page["next_cursor"]


def accept_all(build, path, connections, count, body=None):
    """Starts `count` executions: what is refused over a limit is asked again. Returns the seconds and the refusals."""
    seconds, accepted, refused = 0.0, 0, 0
    while accepted < count:
        part = load(build, path, connections, count - accepted, body=body)
        if part["broken"]:
            raise SystemExit(f"{part['broken']} connections broke under load")
        accepted += part["accepted"]
        seconds += part["seconds"]
        refused += sum(answers["count"] for status, answers in part["statuses"].items() if status != "202")
    return seconds, refused


def measure_waiting(build, folder, kind, flow, count):
    progress(f"W2: {count:,} on {kind}")
    data = folder / f"w2-{kind}-{count}.db"
    syncs = sync_rate(folder)
    with Server(build, folder, data, flow) as server:
        accept_all(build, "/hooks/wait", 64, 500, {"order": 1})  # warm
        wait_for(lambda: server.metric("sluice_executions_live") == 0, "the warm-up left memory")
        before = server.memory()
        seconds, refused = accept_all(build, "/hooks/wait", 64, count, {"order": 12345})
        wait_for(lambda: server.metric("sluice_executions_live") == 0, "all left memory")
        after = server.memory()
        progress(f"W2: counting {count:,}")
        listed, list_seconds = count_holds(server, kind)
    size = sum(path.stat().st_size for path in folder.glob(data.name + "*"))
    with Server(build, folder, data, flow) as server:
        time.sleep(1)
        fresh = server.memory()
        ready = server.first_answer
    for path in folder.glob(data.name + "*"):
        path.unlink()
    return {"kind": kind, "count": count, "starts_per_second": count / seconds, "refused": refused,
            "before": before, "after": after, "bytes_each": (after["own"] - before["own"]) / count,
            "restarted": fresh, "restart_first_answer_s": ready, "listed": listed - 500,
            "listed_per_second": listed / list_seconds, "disk_bytes_each": size / (count + 500), "syncs_per_second": syncs}


def measure_recovery(build, folder, count):
    progress(f"recovery: starting {count:,}")
    data = folder / "recovery.db"
    options = ["--max-live", str(2 * count)]
    with socket.create_server(("127.0.0.1", SILENT_PORT), backlog=4096):  # takes connections and never answers
        with Server(build, folder, data, IN_FLIGHT, *options) as server:
            accept_all(build, "/hooks/call", 64, count)
            wait_for(lambda: server.metric("sluice_store_waiting_rows") == 0, "all begun on disk")
            progress(f"recovery: SIGKILL with {server.metric('sluice_executions_live'):,} in flight")
            server.kill()
        syncs = sync_rate(folder)
        with Server(build, folder, data, IN_FLIGHT, *options, pinned=False) as server:
            wait_for(lambda: server.logged_at("recovered"), "recovery", 120)
            used = cpu_seconds(server.process.pid)
            live = server.metric("sluice_executions_live")
            took = server.logged_at("recovered")
            wait_for(lambda: server.metric("sluice_store_waiting_rows") == 0, "the recovery is on disk")
            on_disk = time.monotonic() - server.began
            memory = server.memory()
            first = server.first_answer
            server.kill()
    for path in folder.glob(data.name + "*"):
        path.unlink()
    return {"count": count, "going_on": live, "seconds": took, "cpu_seconds": used, "on_disk_seconds": on_disk, "first_answer_s": first,
            "memory": memory, "syncs_per_second": syncs}


def measure_steps(build, folder, rounds=20):
    progress("steps: 40 http.request in sequence")
    syncs = sync_rate(folder)
    times, used = [], 0.0
    with Program([build / "bench/bench-baseline", ECHO_PORT], pinned=False), \
            Server(build, folder, folder / "steps.db", STEPS, pinned=False) as server:
        wait_until_it_answers(ECHO_PORT, "/", "{}")
        connection = http.client.HTTPConnection("127.0.0.1", PORT, timeout=60)
        with contextlib.closing(connection):
            for number in range(rounds + 3):
                if number == 3:
                    commits, used = server.metric("sluice_store_commits_total"), cpu_seconds(server.process.pid)
                began = time.perf_counter()
                connection.request("POST", "/hooks/steps", "{}", {"Content-Type": "application/json"})
                answer = connection.getresponse()
                answer.read()
                if answer.status != 200:
                    raise SystemExit(f"steps: status {answer.status}")
                if number >= 3:
                    times.append((time.perf_counter() - began) * 1000)
            commits = (server.metric("sluice_store_commits_total") - commits) / rounds
            used = (cpu_seconds(server.process.pid) - used) / rounds
    return {"steps": 40, "median_ms": statistics.median(times), "fastest_ms": min(times), "slowest_ms": max(times),
            "commits": commits, "cpu_ms": used * 1000, "disk_alone_ms": commits * 1000 / syncs, "syncs_per_second": syncs}


class Starts(threading.Thread):
    """50 starts a second until the server is gone; remembers what was accepted."""

    def __init__(self):
        super().__init__()
        self.accepted = []
        self.start()

    def run(self):
        connection = http.client.HTTPConnection("127.0.0.1", PORT, timeout=30)
        with contextlib.suppress(OSError, http.client.HTTPException), contextlib.closing(connection):
            due = time.monotonic()
            while True:
                connection.request("POST", "/hooks/nap", json.dumps({"n": len(self.accepted)}),
                                   {"Content-Type": "application/json"})
                answer = connection.getresponse()
                answer.read()
                if answer.status == 202:
                    self.accepted.append(answer.headers["Sluice-Execution"])
                due += 0.02
                time.sleep(max(0.0, due - time.monotonic()))


def measure_w4(build, folder, kills=3):
    data = folder / "w4.db"
    accepted = []
    for number in range(kills):
        progress(f"W4: kill {number + 1} of {kills}")
        with Server(build, folder, data, NAP) as server:
            starts = Starts()
            time.sleep(6)
            server.kill()
            starts.join()
            accepted += starts.accepted
    progress("W4: what is left ends")
    with Server(build, folder, data, NAP) as server:
        time.sleep(10)
        wait_for(lambda: not json.loads(server.get("/api/v1/holds?limit=1"))["items"], "all naps are over", 60)
        time.sleep(1)
        status = [json.loads(server.get("/api/v1/executions/" + one)).get("status") for one in accepted]
    return {"kills": kills, "accepted": len(accepted), "lost": sum(one is None for one in status),
            "not_succeeded": sum(one not in (None, "succeeded") for one in status)}


def measure_overload(build, folder, seconds, max_live):
    """`max_live`: of the server; None: its default, which bounds memory and not latency."""
    flow = (SOURCE / "bench/w1.yaml").read_text()
    body = {"id": 12345, "total": 99.5}
    options = ["--max-live", str(max_live)] if max_live else []
    with Server(build, folder, folder / f"overload-{max_live}.db", flow, *options) as server:
        def run(what, connections, rate):
            progress(f"overload: {what}")
            before = server.metric("sluice_starts_refused_total")
            result = load(build, "/hooks/w1", connections, int((rate or capacity_guess) * seconds), rate, body)
            answers = result["statuses"].get("200", {"count": 0, "p50_ms": None, "p99_ms": None, "due_p99_ms": None})
            refused = {status: one["count"] for status, one in result["statuses"].items() if status != "200"}
            return {"offered_per_second": rate or None, "accepted_per_second": result["accepted_per_second"],
                    "p50_ms": answers["p50_ms"], "p99_ms": answers["p99_ms"], "due_p99_ms": answers["due_p99_ms"],
                    "refused": refused,
                    "broken": result["broken"], "unsent": result["unsent"],
                    "refused_share": sum(refused.values()) / max(1, sum(refused.values()) + answers["count"]),
                    "starts_refused": server.metric("sluice_starts_refused_total") - before}

        capacity_guess = 20_000
        syncs = sync_rate(folder)
        capacity = run("capacity, 64 connections", 64, 0)
        rate = capacity["accepted_per_second"]
        calm = run("half the capacity", 256, rate / 2)
        flood = run("three times the capacity", 1024, rate * 3)
    return {"max_live": max_live, "capacity": capacity, "calm": calm, "flood": flood, "p99_ratio": flood["p99_ms"] / calm["p99_ms"],
            "accepted_share_of_capacity": flood["accepted_per_second"] / rate, "syncs_per_second": syncs}


class Small(threading.Thread):
    """Small webhooks, one after the other, until it is told to end: the milliseconds of each."""

    def __init__(self):
        super().__init__()
        self.times, self.over = [], threading.Event()
        self.start()

    def run(self):
        connection = http.client.HTTPConnection("127.0.0.1", PORT, timeout=60)
        with contextlib.closing(connection):
            while not self.over.is_set():
                began = time.perf_counter()
                connection.request("POST", "/hooks/small", "{}", {"Content-Type": "application/json"})
                connection.getresponse().read()
                self.times.append((time.perf_counter() - began) * 1000)
                time.sleep(0.01)


def measure_artifacts(build, folder, megabytes_each=100, nodes=10):
    progress(f"artifacts: {nodes} nodes pass {megabytes_each} MB")
    payload = incompressible(megabytes_each * 1_000_000)
    limit = str(2 * len(payload))
    with payload_server(payload) as url, \
            Server(build, folder, folder / "artifacts.db", passing_flow(nodes, url), "--max-response-bytes", limit,
                   "--max-output-bytes", limit, pinned=False) as server:
        connection = http.client.HTTPConnection("127.0.0.1", PORT, timeout=60)

        def send(path, body, media_type):
            connection.request("POST", path, body, {"Content-Type": media_type})
            return json.loads(connection.getresponse().read())

        send("/api/v1/flows", "name: small\ntriggers: {hook: {type: webhook, key: small}}\nnodes: [{id: a, type: core.set, "
             "with: {n: 1}}]\n", "application/yaml")
        before = server.memory()["peak"]
        small = Small()
        began = time.monotonic()
        path = "/api/v1/executions/" + send("/api/v1/flows/pass-on/executions", "{}", "application/json")["id"]
        wait_for(lambda: json.loads(server.get(path))["ended_at"], "the end of the execution")
        seconds = time.monotonic() - began
        small.over.set()
        small.join()
        status = json.loads(server.get(path))["status"]
        if status != "succeeded":
            raise SystemExit(f"artifacts: the execution ended as {status}")
        grown = server.memory()["peak"] - before
    disk = (folder / "artifacts.db").stat().st_size
    return {"nodes": nodes, "payload_bytes": len(payload), "grown_bytes": grown, "growth": grown / len(payload),
            "seconds": seconds, "disk_bytes": disk, "small_median_ms": statistics.median(small.times),
            "small_slowest_ms": max(small.times)}


def megabytes(value):
    return value / 1e6


def table(result):
    lines = []
    if result.get("W2"):
        lines += ["W2: executions that wait, after they have left memory", "",
                  f"{'on':>9} {'count':>9} {'starts/s':>8} {'own MB before':>13} {'after':>6} {'bytes each':>10} {'peak RSS MB':>11} "
                  f"{'restarted MB':>12} {'listed':>9} {'a second':>8} {'disk B each':>11} {'fdatasync/s':>11}"]
        for row in result["W2"]:
            lines.append(
                f"{row['kind']:>9} {row['count']:>9,} {row['starts_per_second']:>8,.0f} "
                f"{megabytes(row['before']['own']):>13.1f} {megabytes(row['after']['own']):>6.1f} {row['bytes_each']:>10,.0f} "
                f"{megabytes(row['after']['peak']):>11.1f} {megabytes(row['restarted']['resident']):>12.1f} "
                f"{row['listed']:>9,} {row['listed_per_second']:>8,.0f} {row['disk_bytes_each']:>11,.0f} "
                f"{row['syncs_per_second']:>11,.0f}")
        lines += [f"targets: under {TARGET['waiting_bytes']:,} bytes each at 100,000; the million within "
                  f"{TARGET['million_mb']:,} MB", ""]
    if row := result.get("recovery"):
        lines += [f"recovery of {row['count']:,} in flight: {row['going_on']:,} go on {row['seconds']:.2f} s after the start "
                  f"(target {TARGET['recovery_s']}; CPU {row['cpu_seconds']:.2f} s), on disk after {row['on_disk_seconds']:.2f} s, first answer after "
                  f"{row['first_answer_s']:.2f} s, {megabytes(row['memory']['resident']):.0f} MB; "
                  f"{row['syncs_per_second']:,.0f} fdatasync/s"]
    if row := result.get("steps"):
        lines += [f"{row['steps']} durable steps: median {row['median_ms']:.1f} ms, {row['fastest_ms']:.1f} to "
                  f"{row['slowest_ms']:.1f} (target {TARGET['steps_ms']:.0f}); {row['commits']:.0f} commits, "
                  f"whose fdatasync alone {row['disk_alone_ms']:.1f} ms; CPU {row['cpu_ms']:.1f} ms"]
    if row := result.get("W4"):
        lines += [f"W4: {row['kills']} kills, {row['accepted']:,} accepted, {row['lost']} lost, "
                  f"{row['not_succeeded']} not succeeded (target 0)"]
    for row in result.get("overload", []):
        calm, flood = row["calm"], row["flood"]
        limit = f"--max-live {row['max_live']}" if row["max_live"] else "default limits"
        lines += [f"overload, {limit}: capacity {row['capacity']['accepted_per_second']:,.0f}/s; offered "
                  f"{flood['offered_per_second']:,.0f}/s: accepted {flood['accepted_per_second']:,.0f}/s "
                  f"({row['accepted_share_of_capacity']:.2f} of the capacity), p99 {flood['p99_ms']:.1f} ms against "
                  f"{calm['p99_ms']:.1f} ms at half the capacity: {row['p99_ratio']:.1f} times (target "
                  f"{TARGET['p99_ratio']:.0f}); from when it was due, the client's queue included, {flood['due_p99_ms']:.0f} ms; refused {flood['refused_share']:.0%}, never sent {flood['unsent']:,}, "
                  f"{row['syncs_per_second']:,.0f} fdatasync/s"]
    if row := result.get("artifacts"):
        lines += [f"artifacts: {row['nodes']} nodes passed {megabytes(row['payload_bytes']):.0f} MB in {row['seconds']:.1f} s; the "
                  f"process grew by {megabytes(row['grown_bytes']):.0f} MB, {row['growth']:.2f} times the payload (target under "
                  f"{TARGET['growth']:.0f}); on disk {megabytes(row['disk_bytes']):.0f} MB; a small webhook meanwhile median "
                  f"{row['small_median_ms']:.1f} ms, slowest {row['small_slowest_ms']:.0f} ms"]
    return "\n".join(lines)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--build", default="build/release", type=pathlib.Path)
    parser.add_argument("--json", type=pathlib.Path, help="write all figures to this file")
    parser.add_argument("--count", type=int, action="append", help="of W2; may be repeated (default 10000 and 100000)")
    parser.add_argument("--unfinished", type=int, default=100_000, help="of recovery (default 100000)")
    parser.add_argument("--seconds", type=int, default=5, help="length of one measurement of overload (default 5)")
    parser.add_argument("--only", choices=NAMES, action="append", help="these workloads; may be repeated (default all)")
    arguments = parser.parse_args()
    if os.cpu_count() < 2:
        raise SystemExit("bench needs two cores: one for the server, one for the load")
    build, wanted = arguments.build.resolve(), arguments.only or NAMES
    (SOURCE / "build").mkdir(exist_ok=True)
    result = {}
    with tempfile.TemporaryDirectory(prefix="sluice-bench-", dir=SOURCE / "build") as folder:
        folder = pathlib.Path(folder)
        if "W2" in wanted:
            result["W2"] = [measure_waiting(build, folder, kind, flow, count)
                            for count in arguments.count or [10_000, 100_000]
                            for kind, flow in (("timer", TIMER), ("approval", APPROVAL))]
        if "recovery" in wanted:
            result["recovery"] = measure_recovery(build, folder, arguments.unfinished)
        if "steps" in wanted:
            result["steps"] = measure_steps(build, folder)
        if "W4" in wanted:
            result["W4"] = measure_w4(build, folder)
        if "overload" in wanted:
            result["overload"] = [measure_overload(build, folder, arguments.seconds, most) for most in (None, 128)]
        if "artifacts" in wanted:
            result["artifacts"] = measure_artifacts(build, folder)
    print(table(result))
    if arguments.json:
        arguments.json.write_text(json.dumps(result, indent=2) + "\n")


if __name__ == "__main__":
    main()
