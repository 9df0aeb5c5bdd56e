"""Measures workload W5: one execution that makes 1,000 HTTP calls to a service that takes 50 ms.

    ./dev bench fan-out [--json FILE] [--calls N] [--rounds N]

Every call is a durable node run of its own (bench/fan_out.yaml, `flow.each` without a limit). The service is the bare
Beast server; the same calls made to it directly, by as many connections, are the yardstick of the same run. Sluice runs
on one core, the service on the other; figures are medians of the rounds.
"""
import argparse
import http.client
import json
import pathlib
import statistics
import subprocess
import tempfile
import time

from bench import SOURCE, Program, progress, wait_until_it_answers

PORT, SERVICE = 18_721, 18_722
TARGET = 0.2


def run_once(connection, calls):
    body = json.dumps({"url": f"http://127.0.0.1:{SERVICE}/delay/50", "items": list(range(calls))})
    begin = time.perf_counter()
    connection.request("POST", "/hooks/fan-out", body, {"Content-Type": "application/json"})
    answer = connection.getresponse()
    result = json.loads(answer.read())
    seconds = time.perf_counter() - begin
    if answer.status != 200 or result != {"count": calls, "failed": 0}:
        raise SystemExit(f"the execution ended as {answer.status} {result}")
    return seconds


def direct(calls):
    """The same calls without an engine: wrk, one request a connection and more until the time is over."""
    command = ["wrk", "-t1", f"-c{calls}", "-d1", "-s", SOURCE / "bench/webhook.lua", f"http://127.0.0.1:{SERVICE}/delay/50"]
    text = subprocess.run([str(part) for part in command], capture_output=True, text=True, check=True).stdout
    rate = next(float(line.split()[1]) for line in text.splitlines() if line.startswith("Requests/sec"))
    return calls / rate


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--build", default="build/release", type=pathlib.Path)
    parser.add_argument("--json", type=pathlib.Path, help="write all figures to this file")
    parser.add_argument("--calls", type=int, default=1_000, help="HTTP calls of the execution (default 1000)")
    parser.add_argument("--rounds", type=int, default=7)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="sluice-bench-") as folder:
        serve = [options.build / "sluice", "serve", "--listen", f"127.0.0.1:{PORT}", "--data", f"{folder}/w5.db",
                 SOURCE / "bench/fan_out.yaml"]
        service = ["taskset", "-c", "1", options.build / "bench/bench-baseline", SERVICE]
        with Program(service, pinned=False), Program(serve):
            wait_until_it_answers(PORT, "/healthz")
            connection = http.client.HTTPConnection("127.0.0.1", PORT, timeout=60)
            cold = run_once(connection, options.calls)
            times = []
            for number in range(options.rounds):
                progress(f"round {number + 1} of {options.rounds}")
                times.append(run_once(connection, options.calls))
            bare = direct(options.calls)
    result = {"calls": options.calls, "first_s": cold, "median_s": statistics.median(times), "best_s": min(times),
              "direct_s": bare, "target_s": TARGET}
    print(f"{options.calls} calls of 50 ms: first {cold:.3f} s, median {result['median_s']:.3f} s, best {result['best_s']:.3f} s "
          f"(target {TARGET}); the same calls directly {bare:.3f} s, ratio {result['median_s'] / bare:.1f}")
    if options.json:
        options.json.write_text(json.dumps(result, indent=2) + "\n")


if __name__ == "__main__":
    main()
