"""Measures code nodes: a call on a warm host, calls a second, a host's start, against a bare echo of the same frames.

    ./dev bench scripts [--json FILE]

Everything runs unpinned: a host works beside the loop. Medians; figures of a shared machine wander.
"""
import argparse
import json
import pathlib
import subprocess

TARGET = {"call_p50_us": 150.0, "calls_a_second": 5000.0}


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--build", default="build/release", type=pathlib.Path)
    parser.add_argument("--json", type=pathlib.Path)
    parser.add_argument("--calls", default=5000, type=int)
    options = parser.parse_args()
    subprocess.run(["ninja", "-C", options.build, "bench/bench-scripts", "script/sluice-script"], check=True,
                   stdout=subprocess.DEVNULL)
    figures = json.loads(subprocess.run([options.build / "bench/bench-scripts", options.build / "script/sluice-script",
                                         str(options.calls)], check=True, capture_output=True, text=True).stdout)
    ratio = figures["call_p50_us"] / figures["echo_p50_us"]
    rows = [
        ("bare echo, p50", f"{figures['echo_p50_us']:.1f} us", "", ""),
        ("call on a warm host, p50", f"{figures['call_p50_us']:.1f} us", f"{TARGET['call_p50_us']:.0f} us",
         f"{ratio:.1f} echoes"),
        ("call on a warm host, p99", f"{figures['call_p99_us']:.1f} us", "", ""),
        ("calls a second, one at a time", f"{figures['calls_a_second_one_at_a_time']:.0f}", "", ""),
        ("calls a second, 64 at once", f"{figures['calls_a_second']:.0f}", f"{TARGET['calls_a_second']:.0f}",
         f"{figures['calls_a_second'] / figures['echo_a_second']:.2f} of the echo, one at a time"),
        ("first call, with the start of a host, p50", f"{figures['start_p50_us'] / 1000:.1f} ms", "", ""),
    ]
    width = max(len(row[0]) for row in rows)
    print(f"{'':{width}}  {'measured':>12}  {'target':>8}  ratio")
    for name, measured, target, against in rows:
        print(f"{name:{width}}  {measured:>12}  {target:>8}  {against}")
    if options.json:
        options.json.write_text(json.dumps(figures, indent=2) + "\n")


if __name__ == "__main__":
    main()
