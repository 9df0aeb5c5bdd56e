"""shell.exec in the real programs: what a flow gets, what is logged, and what becomes of the processes."""
import itertools
import json
import os
import pathlib
import signal
import sys
import tempfile
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))
from support.programs import Server, sluice, wait_for
from support.tap import contains, equal, run

ON = "--enable-shell"
numbers = itertools.count()


def flow(name="shell", **parameters):
    return json.dumps({"name": name, "nodes": [{"id": "work", "type": "shell.exec", "with": parameters}],
                       "output": "${nodes.work}"})


def result(server, **parameters):
    """A run of a flow with one node, to its end."""
    stored = server.add_flow(flow(f"shell-{next(numbers)}", **parameters))
    return server.post(f"/api/v1/flows/{stored['id']}/executions?wait=20s", {}).json


def begin(server, source):
    server.add_flow(source)
    return server.post("/api/v1/flows/shell/executions", {}).json["id"]


def logs(server, execution):
    return server.get(f"/api/v1/executions/{execution}/logs?limit=500").json["items"]


def ended(server, execution, seconds=30):
    def look():
        seen = server.get(f"/api/v1/executions/{execution}").json
        return seen if seen["status"] not in ("queued", "running", "waiting") else None
    return wait_for(look, "the execution's end", seconds)


def alive(pid):
    try:
        return pathlib.Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0] not in "ZX"
    except (FileNotFoundError, ProcessLookupError):
        return False


def number_in(path):
    return int(wait_for(lambda: path.exists() and path.read_text().strip(), f"{path.name} to be written"))


class Folder(tempfile.TemporaryDirectory):
    def __enter__(self):
        return pathlib.Path(super().__enter__())


STUBBORN = ("trap '' TERM; sh -c 'echo $$ > child; exec sleep 60' & echo $$ > leader; "
            "while :; do sleep 0.05; done")


def test_it_is_off_by_default():
    with Server() as server:
        seen = result(server, command=["echo", "x"])
        equal((seen["status"], seen["error"]["code"]), ("failed", "process_disabled"))
        contains(seen["error"]["message"], "--enable-shell")
    with Folder() as folder:
        (folder / "flow.json").write_text(flow(command=["echo", "x"]))
        refused = sluice("run", folder / "flow.json")
        equal(refused.returncode, 1)
        contains(refused.stderr, "--enable-shell")
        allowed = sluice("run", ON, folder / "flow.json")
        equal((allowed.returncode, json.loads(allowed.stdout)["stdout"]), (0, "x\n"))
        by_environment = sluice("run", folder / "flow.json", environment={"SLUICE_ENABLE_SHELL": "true"})
        equal(by_environment.returncode, 0)


def test_output_exit_code_and_errors():
    with Server(ON) as server:
        output = result(server, script="echo out; sleep 0.1; echo err >&2; exit 3", fail_on_exit=False)["output"]
        equal({name: output[name] for name in ("exit_code", "signal", "success", "stdout", "stderr", "output", "truncated")},
              {"exit_code": 3, "signal": None, "success": False, "stdout": "out\n", "stderr": "err\n",
               "output": "out\nerr\n", "truncated": False})
        assert 100 <= output["duration_ms"] < 10_000, output
        failed = result(server, script="echo why >&2; exit 4")["error"]
        equal(failed["code"], "process_failed")
        failure = failed["details"] if "exit_code" in failed["details"] else failed["details"]["details"]
        equal((failure["exit_code"], failure["stderr"]), (4, "why\n"))
        equal(result(server, script="kill -9 $$", fail_on_exit=False)["output"]["exit_code"], 137)
        equal(result(server, command=["no-such-program"])["error"]["code"], "program_not_found")
        equal(result(server, command=["/etc/passwd"])["error"]["code"], "program_not_executable")
        equal(result(server, command=["ls"], directory="/nowhere")["error"]["code"], "directory_not_found")
        equal(result(server, command=["sleep", "60"], timeout="200ms")["error"]["code"], "process_timeout")
        equal(result(server, command=["cat"], stdin="given")["output"]["stdout"], "given")
        equal(result(server, command=["printf", "\\377"])["output"]["stdout"], "\ufffd")
        equal(result(server, command=["echo", "$HOME; ls"])["output"]["stdout"], "$HOME; ls\n", "no shell reads a command")


def test_wrong_parameters_are_refused_when_a_flow_is_stored():
    with Server(ON) as server:
        for parameters in ({}, {"command": ["ls"], "script": "ls"}, {"command": "ls"}, {"command": ["ls"], "cwd": "/"}):
            answer = server.post("/api/v1/flows", flow(**parameters), headers={"Content-Type": "application/json"})
            equal(answer.status, 422, str(parameters))


def test_only_allowed_variables_reach_it():
    environment = {"HIDDEN": "x", "SHOWN": "yes", "SLUICE_SECRET_TOKEN": "sesame-open-17", "TZ": "UTC"}
    with Server(ON, "--shell-env", "PATH,SHOWN,UNSET", environment=environment) as server:
        seen = result(server, command=["env"], env={"MORE": 5})["output"]["stdout"].splitlines()
        equal(sorted(seen), sorted([f"PATH={os.environ['PATH']}", "SHOWN=yes", "MORE=5"]))
        stolen = result(server, script="tr '\\0' '\\n' < /proc/$PPID/environ")["output"]["stdout"]
        contains(stolen, "HIDDEN=x")
        assert "sesame" not in stolen, "the server's own variables show a secret"
    refused = sluice("serve", ON, "--shell-env", "SLUICE_SECRET_TOKEN")
    equal(refused.returncode, 2)
    contains(refused.stderr, "--shell-env SLUICE_SECRET_TOKEN")


def test_lines_are_logged_while_it_runs():
    with Folder() as folder, Server(ON) as server:
        source = flow(script="echo one; echo two >&2; while [ ! -e go ]; do sleep 0.02; done; echo three", directory=str(folder))
        execution = begin(server, source)
        wait_for(lambda: len(logs(server, execution)) == 2, "two lines")
        equal(server.get(f"/api/v1/executions/{execution}").json["status"], "running")
        (folder / "go").touch()
        equal(ended(server, execution)["status"], "succeeded")
        lines = logs(server, execution)
        equal(sorted((line["level"], line["message"], line["fields"]["stream"]) for line in lines),
              [("info", "one", "stdout"), ("info", "three", "stdout"), ("warn", "two", "stderr")])


def test_secrets_are_redacted_in_lines_output_and_errors():
    secret = "sesame-open-17"
    with Server(ON, environment={"SLUICE_SECRET_TOKEN": secret}) as server:
        for script in ("printf \"%s\\n\" \"$T\" \"x$T\" >&2; echo $T; exit 1", "echo $T | base64; echo $T >&2"):
            execution = begin(server, flow(script=script, env={"T": "${secrets.TOKEN}"}))
            ended(server, execution)
            text = server.get(f"/api/v1/executions/{execution}").text + json.dumps(logs(server, execution)) + \
                server.get(f"/api/v1/executions/{execution}/events").text
            contains(text, "[redacted:TOKEN]")
            assert secret not in text and "c2VzYW1l" not in text, text
            server.request("DELETE", "/api/v1/flows/shell")


def test_cancelling_ends_it_with_its_children():
    with Folder() as folder, Server(ON) as server:
        execution = begin(server, flow(script=STUBBORN, directory=str(folder)))
        leader, child = number_in(folder / "leader"), number_in(folder / "child")
        equal(server.post(f"/api/v1/executions/{execution}/cancel").status, 202)
        equal(server.get("/healthz").status, 200, "nothing is held up meanwhile")
        equal(ended(server, execution)["status"], "cancelled")
        wait_for(lambda: not alive(leader) and not alive(child), "both to be gone", 5)


def test_stopping_the_server_ends_all_of_them():
    with Folder() as folder:
        with Server(ON, "--shutdown-seconds", "1") as server:
            begin(server, flow(script=STUBBORN, directory=str(folder)))
            leader, child = number_in(folder / "leader"), number_in(folder / "child")
            equal(server.stop(), 0)
            assert not alive(leader) and not alive(child), "a program outlives the server"


def test_what_was_under_way_at_a_crash_is_not_repeated():
    with Folder() as folder, Server(ON) as server:
        execution = begin(server, flow(script="echo x >> runs; echo $$ > leader; sleep 60", directory=str(folder)))
        leader = number_in(folder / "leader")
        server.kill()
        os.kill(leader, signal.SIGKILL)
        with Server(ON, data=server.data) as again:
            time.sleep(0.5)
            equal((folder / "runs").read_text(), "x\n")
            assert again.get(f"/api/v1/executions/{execution}").json["status"] in ("failed", "waiting")


def test_a_hundred_at_once_and_the_loop_stays_free():
    with Server(ON, "--shell-processes", "4") as server:
        nodes = {f"n{number}": {"type": "shell.exec", "with": {"command": ["echo", number]}} for number in range(100)}
        server.add_flow(json.dumps({"name": "shell", "nodes": nodes, "output": "${nodes.n99.stdout}"}))
        execution = server.post("/api/v1/flows/shell/executions", {}).json["id"]
        slowest = 0.0
        while server.get(f"/api/v1/executions/{execution}").json["status"] == "running":
            before = time.monotonic()
            server.get("/healthz")
            slowest = max(slowest, time.monotonic() - before)
        equal(ended(server, execution)["output"], "99\n")
        assert slowest < 0.5, f"/healthz took {slowest} s"


run(__name__)
