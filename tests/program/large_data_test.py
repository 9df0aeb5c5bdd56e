"""100 MB through an execution of ten nodes: how the process grows, and kill -9 in the middle."""
import hashlib
import json
import os
import pathlib
import re
import sys
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))
from support.payload import incompressible, passing_flow, payload_server
from support.programs import Server, sluice, wait_for
from support.tap import equal, run

MEGABYTE = 1_000_000
NODES = 10
LIMITS = ("--max-response-bytes", "200000000", "--max-output-bytes", "200000000")


def peak(server) -> int:
    status = pathlib.Path(f"/proc/{server.process.pid}/status").read_text()
    return int(re.search(r"^VmHWM:\s+(\d+) kB$", status, re.M).group(1)) * 1024


def ended(server, path, seconds=200):
    return wait_for(lambda: (lambda e: e if e["ended_at"] else None)(server.get(path).json), "the end", seconds)


def outputs(server, path):
    return {node["node"]: node["output"]["artifact"] for node in server.get(path + "/nodes").json["items"] if node["output"]}


def content_hash(payload):
    return hashlib.sha256(json.dumps({"body": payload.decode()}, separators=(",", ":")).encode()).hexdigest()


def test_ten_nodes_pass_100_mb_within_three_times_the_payload():
    payload = incompressible(100 * MEGABYTE)
    with payload_server(payload) as url, Server(*LIMITS) as server:
        server.add_flow(passing_flow(NODES, url))
        before = peak(server)
        path = "/api/v1/executions/" + server.post("/api/v1/flows/pass-on/executions").json["id"]
        execution = ended(server, path)
        equal((execution["status"], execution["error"]), ("succeeded", None))
        grown = (peak(server) - before) / len(payload)
        print(f"# the process grew by {grown:.2f} times the payload", flush=True)
        assert grown < 3 or "SLUICE_SANITIZED" in os.environ, f"it grew by {grown:.2f} times the payload"
        found = outputs(server, path)
        equal({found[f"n{n}"]["sha256"] for n in range(1, NODES)}, {content_hash(payload)})
        artifact = "/api/v1/artifacts/" + content_hash(payload)
        part = server.get(artifact, headers={"Range": "bytes=50000009-50000108"})
        equal((part.status, part.text), (206, payload[50_000_000:50_000_100].decode()))


def test_one_large_payload_survives_kills():
    payload = incompressible(30 * MEGABYTE)
    with payload_server(payload) as url, Server(*LIMITS) as server:
        server.add_flow(passing_flow(NODES, url, "settings: {max_steps: 100}\n"))
        path = "/api/v1/executions/" + server.post("/api/v1/flows/pass-on/executions").json["id"]
        for pause in (0.05, 0.3, 0.6, 0.2, 0.4):
            time.sleep(pause)
            server.kill()
            again = Server(*LIMITS, data=server.data)
            server.process, server.port = again.process, again.port
        execution = ended(server, path)
        if execution["status"] != "succeeded":
            equal((execution["status"], execution["error"]["code"]), ("succeeded", ""))
        equal({value["sha256"] for node, value in outputs(server, path).items() if node != "n0"}, {content_hash(payload)})
        server.stop()
        report = json.loads(sluice("verify", "--json", "--data", server.data, timeout=200).stdout)
        equal((report["ok"], report["findings"]), (True, []))


if __name__ == "__main__":
    run(__name__)
