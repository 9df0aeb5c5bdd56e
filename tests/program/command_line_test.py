"""The command line, as a person uses it."""
import json
import os
import pathlib
import signal
import subprocess
import sys
import tempfile
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))
from support.programs import SLUICE, SOURCE, Server, crm, sluice
from support.tap import contains, equal, run

FLOWS = SOURCE / "examples/flows"


def flow_file(folder, text, name="flow.yaml"):
    path = pathlib.Path(folder) / name
    path.write_text(text)
    return path


def test_a_misspelt_command_or_flag_is_told_the_nearest():
    for given, meant in ((["serv"], "sluice serve"), (["serve", "--lisen", ":1"], "--listen"),
                         (["run", "f.yaml", "--input-fil=x"], "--input-file")):
        told = sluice(*given)
        equal(told.returncode, 2)
        contains(told.stderr, f"Did you mean `{meant}`?")
    assert "Did you mean" not in sluice("xyzzy").stderr


def test_version_and_help_teach():
    contains(sluice("--version").stdout, "sluice 0.")
    for command in ["serve", "run", "validate"]:
        shown = sluice(command, "--help")
        equal(shown.returncode, 0)
        contains(shown.stdout, "Examples:")
    for command in ["serve", "run", "validate"]:
        contains(sluice("--help").stdout, command)
    equal(sluice().returncode, 2)
    wrong = sluice("run", "--nonsense", "x")
    equal(wrong.returncode, 2)
    contains(wrong.stderr, "nonsense")


def test_run_shows_nodes_live_and_prints_the_result():
    done = sluice("run", FLOWS / "host-report.yaml", "--input-file", SOURCE / "examples/data/mounts.json")
    equal(done.returncode, 0, done.stderr)
    result = json.loads(done.stdout)
    assert result["level"] in ["alarm", "warning", "fine"] and result["disks"], result
    contains(done.stderr, "succeeded")
    contains(done.stderr, "disks")


def test_run_reports_on_this_machine():
    listed = subprocess.run(["findmnt", "--df", "--json", "--bytes"], capture_output=True, text=True, check=False)
    if listed.returncode != 0:
        listed.stdout = (SOURCE / "examples/data/mounts.json").read_text()
    done = sluice("run", FLOWS / "host-report.yaml", "--input-file", "-", input_text=listed.stdout)
    equal(done.returncode, 0, done.stderr)


def test_run_drives_a_state_machine_to_its_end():
    done = sluice("run", FLOWS / "ticket-machine.yaml", "--input", "ticket=A7", "--input", "comes_at=3")
    equal(json.loads(done.stdout), {"state": "served", "calls": 3}, done.stderr)
    never = sluice("run", "-q", FLOWS / "ticket-machine.yaml", "--input", "ticket=A7")
    equal(json.loads(never.stdout), {"state": "expired", "calls": 5})
    equal(never.stderr, "")


def test_run_calls_a_real_service():
    with crm() as address:
        done = sluice("run", FLOWS / "order-intake.yaml", "--env", "CRM_URL", "--input-file",
                      SOURCE / "examples/data/order-big.json", environment={"CRM_URL": address})
        equal(done.returncode, 0, done.stderr)
        contains(done.stderr, "review")


def test_exit_codes_tell_how_it_ended():
    with tempfile.TemporaryDirectory() as folder:
        failing = flow_file(folder, "name: f\nnodes: [{id: a, type: core.fail, with: {message: no luck}}]\n")
        failed = sluice("run", failing)
        equal(failed.returncode, 1)
        contains(failed.stderr, "no luck")
        slow = flow_file(folder, "name: s\nsettings: {timeout: 200ms}\nnodes: [{id: a, type: flow.delay, with: {duration: 1h}}]\n")
        equal(sluice("run", slow).returncode, 4)
        equal(sluice("run", flow_file(folder, "name: [")).returncode, 2)
        equal(sluice("run", folder + "/missing.yaml").returncode, 2)
        picky = flow_file(folder, "name: p\ninputs: {type: object, required: [x]}\nnodes: [{id: a, type: core.set}]\n")
        refused = sluice("run", picky)
        equal(refused.returncode, 2)
        contains(refused.stderr, "x")


def test_ctrl_c_cancels_a_run():
    with tempfile.TemporaryDirectory() as folder:
        slow = flow_file(folder, "name: s\nnodes: [{id: nap, type: flow.delay, with: {duration: 1h}}]\n")
        process = subprocess.Popen([SLUICE, "run", slow], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        contains(process.stderr.readline(), "waiting")
        process.send_signal(signal.SIGINT)
        _, errors = process.communicate(timeout=20)
        equal(process.returncode, 130)
        contains(errors, "cancelled")


def test_validate_names_file_line_and_column():
    with tempfile.TemporaryDirectory() as folder:
        path = flow_file(folder, "name: f\nnodes:\n  - {id: a, type: core.sett}\n")
        judged = sluice("validate", path)
        equal(judged.returncode, 1)
        contains(judged.stdout, f"{path}:3:")
        contains(judged.stdout, "core.set")
        as_json = json.loads(sluice("validate", "--json", path).stdout)
        equal((as_json[0]["valid"], as_json[0]["diagnostics"][0]["line"]), (False, 3))
    good = sluice("validate", FLOWS)
    equal(good.returncode, 0, good.stdout)
    contains(good.stdout, "order-intake")


def test_flags_win_over_environment_and_environment_over_the_file():
    with tempfile.TemporaryDirectory() as folder:
        config = flow_file(folder, '[serve]\nmax-live = 1\nmax-body-bytes = 100\n', "sluice.toml")
        flow = flow_file(folder, "name: s\nnodes: [{id: n, type: flow.delay, with: {duration: 1h}}]\n")
        def accepted(*flags, **environment):
            process = Server(*flags, flow, environment={"SLUICE_CONFIG": str(config), **environment})
            with process as server:
                statuses = [server.post("/api/v1/flows/s/executions?wait=1ms").status for _ in range(4)]
                return statuses.count(202)
        equal(accepted(), 1, "the file")
        equal(accepted(SLUICE_MAX_LIVE="2"), 2, "the environment")
        equal(accepted("--max-live", "3", SLUICE_MAX_LIVE="2"), 3, "the flag")


def test_serve_refuses_what_is_not_safe_or_not_possible():
    open_to_all = sluice("serve", "--listen", "0.0.0.0:0")
    equal(open_to_all.returncode, 2)
    contains(open_to_all.stderr, "--insecure")
    equal(sluice("serve", "--listen", "nonsense").returncode, 2)
    with Server() as server:
        second = sluice("serve", "--listen", "127.0.0.1:0", "--data", server.data)
        equal(second.returncode, 1)
        contains(second.stderr, str(server.data))
        port = sluice("serve", "--listen", f"127.0.0.1:{server.port}", "--data", str(server.data) + ".other")
        equal(port.returncode, 1)
        contains(port.stderr, str(server.port))


def test_serve_goes_on_when_one_flow_file_is_broken():
    with tempfile.TemporaryDirectory() as folder:
        flow_file(folder, "name: good\nnodes: [{id: a, type: core.set}]\n", "good.yaml")
        flow_file(folder, "name: bad\nnodes: [{id: a, type: nothing}]\n", "bad.yaml")
        with Server(folder) as server:
            equal([flow["name"] for flow in server.get("/api/v1/flows").json["items"]], ["good"])
            contains(server.errors(), "bad.yaml:2:")


def test_sigterm_lets_a_running_node_reach_its_commit():
    with crm() as address, Server("--env", "CRM_URL", FLOWS, environment={"CRM_URL": address}) as server:
        started = server.post("/api/v1/flows/shop:order-intake/executions",
                              {"input": {"customerId": 27, "items": [{"sku": "AB-1001", "quantity": 1}]}}).json
        time.sleep(0.3)  # the look-up of customer 27 takes 1.5 s
        began = time.monotonic()
        equal(server.stop(), 0)
        assert time.monotonic() - began < 15
        with Server("--env", "CRM_URL", data=server.data, environment={"CRM_URL": address}) as again:
            path = "/api/v1/executions/" + started["id"]
            while not again.get(path).json["ended_at"]:
                time.sleep(0.02)
            equal(again.get(path).json["status"], "succeeded")
            attempts = [node for node in again.get(path + "/nodes").json["items"] if node["node"] == "customer"]
            equal(len(attempts), 1, "the look-up was not repeated")


run(__name__)
