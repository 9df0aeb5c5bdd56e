"""Measures Sluice against the bare Beast server in the same run, and prints a table of ratios.

    ./dev bench [--json FILE] [--seconds N] [--rounds N]

W1: a webhook with a small JSON body, three pure nodes (set, if, respond), a JSON answer, durability on. The server is
pinned to one core, wrk to another; baseline and Sluice take turns; every figure is the median of the rounds. Figures
of a shared machine wander: believe the ratios.
"""
import argparse
import contextlib
import http.client
import json
import os
import pathlib
import re
import shutil
import signal
import statistics
import subprocess
import sys
import tempfile
import time

SOURCE = pathlib.Path(__file__).resolve().parents[1]
CONNECTIONS = [1, 64, 256]
TARGET = {"ratio": 0.5, "p50_ms": 0.5, "p99_ms": 2.0, "start_ms": 60, "rss_mb": 15, "binary_mb": 15}


def progress(text):
    print(f"    {text}", file=sys.stderr, flush=True)


def milliseconds(text):
    number, unit = re.fullmatch(r"([\d.]+)(us|ms|s)", text).groups()
    return float(number) * {"us": 0.001, "ms": 1, "s": 1000}[unit]


def wrk(port, path, connections, seconds, script="webhook.lua"):
    command = ["taskset", "-c", "1", "wrk", "-t1", f"-c{connections}", f"-d{seconds}s", "--latency", "-s",
               str(SOURCE / "bench" / script), f"http://127.0.0.1:{port}{path}"]
    output = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    if "Non-2xx" in output or "Socket errors" in output:
        raise SystemExit("wrk saw errors:\n" + output)
    return {"requests_per_second": float(re.search(r"Requests/sec:\s+([\d.]+)", output).group(1)),
            "p50_ms": milliseconds(re.search(r"^\s+50%\s+(\S+)", output, re.M).group(1)),
            "p99_ms": milliseconds(re.search(r"^\s+99%\s+(\S+)", output, re.M).group(1))}


def medians(runs):
    """Of each figure, by the name of what was measured."""
    return {name: {key: statistics.median(run[key] for run in results) for key in results[0]}
            for name, results in runs.items()}


def cpu_seconds(pid):
    fields = pathlib.Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def rss_mb(pid):
    return int(re.search(r"VmRSS:\s+(\d+)", pathlib.Path(f"/proc/{pid}/status").read_text()).group(1)) / 1024


def answers(port, path, body=None):
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
    with contextlib.closing(connection):
        connection.request("POST" if body else "GET", path, body, {"Content-Type": "application/json"} if body else {})
        response = connection.getresponse()
        response.read()
        return response.status


def wait_until_it_answers(port, path, body=None):
    end = time.monotonic() + 20
    while time.monotonic() < end:
        try:
            answers(port, path, body)
            return
        except OSError:
            time.sleep(0.0005)
    raise SystemExit(f"nothing answers on port {port}")


class Program:
    def __init__(self, command, pinned=True):
        self.process = subprocess.Popen((["taskset", "-c", "0"] if pinned else []) + [str(part) for part in command],
                                        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)

    def __enter__(self):
        return self.process

    def __exit__(self, *_):
        self.process.send_signal(signal.SIGTERM)
        try:
            self.process.wait(30)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()


def sync_rate(folder):
    """fdatasync calls a second after overwriting 4 KiB: what the disk is capable of now."""
    path = pathlib.Path(folder) / "sync-rate"
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT)
    block = os.urandom(4096)
    try:
        os.pwrite(descriptor, block, 0)
        os.fsync(descriptor)
        count, end = 0, time.perf_counter() + 0.5
        while time.perf_counter() < end:
            os.pwrite(descriptor, block, 0)
            os.fdatasync(descriptor)
            count += 1
        return count / 0.5
    finally:
        os.close(descriptor)
        path.unlink()


def serve_command(build, data, port):
    return [build / "sluice", "serve", "--listen", f"127.0.0.1:{port}", "--data", data, SOURCE / "bench/w1.yaml"]


def measure_w1(build, folder, seconds, rounds):
    rows = []
    ports = {"baseline": 18701, "sluice": 18702}
    with Program([build / "bench/bench-baseline", ports["baseline"]]), \
            Program(serve_command(build, folder / "w1.db", ports["sluice"])) as server:
        wait_until_it_answers(ports["baseline"], "/", "{}")
        wait_until_it_answers(ports["sluice"], "/healthz")
        paths = {"baseline": "/", "sluice": "/hooks/w1"}
        for name in ports:
            wrk(ports[name], paths[name], 64, 1)  # warm
        for connections in CONNECTIONS:
            runs = {"baseline": [], "sluice": []}
            syncs = []
            for number in range(rounds):
                progress(f"W1, {connections} connections, round {number + 1} of {rounds}")
                for name in ports:
                    if name == "sluice":
                        syncs.append(sync_rate(folder))
                        before, began = cpu_seconds(server.pid), time.monotonic()
                    runs[name].append(wrk(ports[name], paths[name], connections, seconds))
                    if name == "sluice":
                        runs[name][-1]["cpu_share"] = (cpu_seconds(server.pid) - before) / (time.monotonic() - began)
            median = medians(runs)
            rows.append({"connections": connections, **median, "syncs_per_second": statistics.median(syncs),
                         "ratio": median["sluice"]["requests_per_second"] / median["baseline"]["requests_per_second"]})
    return rows


def measure_start_and_idle(build, folder, rounds):
    starts = []
    for number in range(max(rounds, 5)):
        data = folder / f"start-{number}.db"
        began = time.perf_counter()
        with Program(serve_command(build, data, 18703), pinned=False):
            wait_until_it_answers(18703, "/hooks/w1", '{"total": 5}')
            starts.append((time.perf_counter() - began) * 1000)
    progress("idle for 10 s")
    with Program(serve_command(build, folder / "idle.db", 18703), pinned=False) as server:
        wait_until_it_answers(18703, "/healthz")
        time.sleep(2)
        before = cpu_seconds(server.pid)
        time.sleep(10)
        idle_cpu = (cpu_seconds(server.pid) - before) / 10 * 100
        memory = rss_mb(server.pid)
    stripped = folder / "sluice-stripped"
    subprocess.run(["strip", "-o", stripped, build / "sluice"], check=True)
    return {"start_ms": statistics.median(starts), "idle_rss_mb": memory, "idle_cpu_percent": idle_cpu,
            "binary_stripped_mb": stripped.stat().st_size / 1e6}


def table(result):
    lines = ["W1: webhook, 3 pure nodes, durable; server on one core, wrk on the other", "",
             f"{'connections':>11} {'baseline/s':>11} {'sluice/s':>10} {'ratio':>6} {'p50 ms':>7} {'p99 ms':>7} "
             f"{'base p99':>8} {'cpu':>5} {'fdatasync/s':>11}"]
    for row in result["w1"]:
        lines.append(f"{row['connections']:>11} {row['baseline']['requests_per_second']:>11,.0f} "
                     f"{row['sluice']['requests_per_second']:>10,.0f} {row['ratio']:>6.2f} {row['sluice']['p50_ms']:>7.2f} "
                     f"{row['sluice']['p99_ms']:>7.2f} {row['baseline']['p99_ms']:>8.2f} {row['sluice']['cpu_share']:>5.2f} "
                     f"{row['syncs_per_second']:>11,.0f}")
    other = result["process"]
    lines += ["", f"start to first durable answer  {other['start_ms']:8.1f} ms   (target {TARGET['start_ms']})",
              f"idle memory (RSS)              {other['idle_rss_mb']:8.1f} MB   (target {TARGET['rss_mb']})",
              f"idle CPU                       {other['idle_cpu_percent']:8.2f} %",
              f"binary, stripped               {other['binary_stripped_mb']:8.1f} MB   (target {TARGET['binary_mb']})",
              f"targets of W1: ratio {TARGET['ratio']} at 64 and 256 connections; p50 {TARGET['p50_ms']} ms and p99 "
              f"{TARGET['p99_ms']} ms on one"]
    return "\n".join(lines)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--build", default="build/release", type=pathlib.Path)
    parser.add_argument("--json", type=pathlib.Path, help="write all figures to this file")
    parser.add_argument("--seconds", type=int, default=5, help="length of one measurement (default 5)")
    parser.add_argument("--rounds", type=int, default=3, help="measurements of each (default 3)")
    arguments = parser.parse_args()
    if not shutil.which("wrk") or not shutil.which("taskset"):
        raise SystemExit("bench needs wrk and taskset; ./dev bench installs them")
    if os.cpu_count() < 2:
        raise SystemExit("bench needs two cores: one for the server, one for wrk")
    with tempfile.TemporaryDirectory(prefix="sluice-bench-", dir=SOURCE / "build") as folder:
        folder = pathlib.Path(folder)
        result = {"w1": measure_w1(arguments.build.resolve(), folder, arguments.seconds, arguments.rounds),
                  "process": measure_start_and_idle(arguments.build.resolve(), folder, arguments.rounds)}
    print(table(result))
    if arguments.json:
        arguments.json.write_text(json.dumps(result, indent=2) + "\n")


if __name__ == "__main__":
    main()
