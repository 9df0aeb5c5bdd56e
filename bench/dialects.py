"""Measures the execute route of a dialect against the native webhook in the same run.

    ./dev bench dialects [--json FILE] [--seconds N] [--rounds N]

Both do W1's work: a small JSON body, three pure nodes, a JSON answer, durability on. The native flow is bench/w1.yaml;
the workflow of the dialect parses a text, writes it again and logs it. The server is pinned to one core, wrk to
another; the two routes of one server take turns; every figure is the median of the rounds.
"""
import argparse
import http.client
import json
import pathlib
import tempfile

from bench import SOURCE, Program, medians, progress, serve_command, wait_until_it_answers, wrk

PORT = 18_711
CONNECTIONS = [64, 256]
TARGET = 0.8
WORKFLOW = {
    "name": "w1",
    "nodes": [{"id": "parse", "node_type": "transform.json_parse"}, {"id": "write", "node_type": "transform.json_stringify"},
              {"id": "log", "node_type": "debug.log"}],
    "connections": [{"from_node": "parse", "from_port": "output", "to_node": "write", "to_port": "input"},
                    {"from_node": "write", "from_port": "output", "to_node": "log", "to_port": "message"}]}


def create_workflow():
    connection = http.client.HTTPConnection("127.0.0.1", PORT, timeout=5)
    connection.request("POST", "/flowengine/api/workflows", json.dumps(WORKFLOW), {"Content-Type": "application/json"})
    made = json.loads(connection.getresponse().read())["id"]
    connection.close()
    return made


def measure(build, folder, seconds, rounds):
    rows = []
    with Program(serve_command(build, folder / "dialects.db", PORT)):
        wait_until_it_answers(PORT, "/healthz")
        routes = {"native": ("/hooks/w1", "webhook.lua"),
                  "flowengine": (f"/flowengine/api/workflows/{create_workflow()}/execute", "execute.lua")}
        for path, script in routes.values():
            wrk(PORT, path, 64, 1, script)  # warm
        for connections in CONNECTIONS:
            runs = {name: [] for name in routes}
            for number in range(rounds):
                progress(f"{connections} connections, round {number + 1} of {rounds}")
                for name, (path, script) in routes.items():
                    runs[name].append(wrk(PORT, path, connections, seconds, script))
            median = medians(runs)
            rows.append({"connections": connections, **median,
                         "ratio": median["flowengine"]["requests_per_second"] / median["native"]["requests_per_second"]})
    return rows


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--build", default="build/release", type=pathlib.Path)
    parser.add_argument("--json", type=pathlib.Path, help="write all figures to this file")
    parser.add_argument("--seconds", type=int, default=4, help="length of one measurement (default 4)")
    parser.add_argument("--rounds", type=int, default=3, help="measurements of each (default 3)")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="sluice-bench-", dir=SOURCE / "build") as folder:
        rows = measure(arguments.build.resolve(), pathlib.Path(folder), arguments.seconds, arguments.rounds)
    print(f"{'connections':>11} {'native/s':>10} {'flowengine/s':>13} {'ratio':>6} {'p50 ms':>7} {'p99 ms':>7}")
    for row in rows:
        print(f"{row['connections']:>11} {row['native']['requests_per_second']:>10,.0f} "
              f"{row['flowengine']['requests_per_second']:>13,.0f} {row['ratio']:>6.2f} {row['flowengine']['p50_ms']:>7.2f} "
              f"{row['flowengine']['p99_ms']:>7.2f}")
    print(f"target: a ratio of {TARGET}")
    if arguments.json:
        arguments.json.write_text(json.dumps(rows, indent=2) + "\n")


if __name__ == "__main__":
    main()
