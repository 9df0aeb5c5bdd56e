"""`sluice test`, `sluice run --dry-run` and `sluice record`, as a person uses them."""
import json
import pathlib
import re
import sys
import tempfile
import time
import xml.etree.ElementTree

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))
from support.programs import SOURCE, Server, crm, sluice, wait_for
from support.tap import contains, equal, run

PAGE = (SOURCE / "docs/testing-flows.md").read_text()
BLOCKS = re.findall(r"^```yaml (\S+)\n(.*?)^```", PAGE, re.M | re.S)
ORDERS = next(text for kind, text in BLOCKS if kind == "flow")
FAULTS = ["--faults", "kill,http,clock"]


def in_folder(**texts):
    folder = tempfile.TemporaryDirectory()
    for name, text in texts.items():
        (pathlib.Path(folder.name) / (name.replace("_test", ".test") + ".yaml")).write_text(text)
    return folder


def test_the_page_shows_tests_that_pass_and_errors_that_come():
    for kind, text in BLOCKS:
        if kind == "flow":
            continue
        with in_folder(orders=ORDERS, orders_test=text) as folder:
            told = sluice("test", folder)
            if kind == "test":
                equal(told.returncode, 0, told.stdout + told.stderr)
                contains(told.stdout, "2 tests passed")
            else:
                equal(told.returncode, 2, text)
                contains(told.stderr, f"[{kind.removeprefix('error=')}]")
                assert re.search(r"orders\.test\.yaml:\d+:\d+: error: ", told.stderr), told.stderr


def test_help_teaches():
    shown = sluice("test", "--help").stdout
    for part in ["Examples:", "mocks:", "expect:", "--faults", "--seed", "--junit", "Exit codes"]:
        contains(shown, part)


def test_the_examples_pass_also_under_faults():
    quiet = sluice("test", SOURCE / "examples/flows")
    equal(quiet.returncode, 0, quiet.stdout + quiet.stderr)
    contains(quiet.stdout, "order-intake.test.yaml")
    for seed in range(1, 6):
        told = sluice("test", SOURCE / "examples/flows", *FAULTS, "--seed", str(seed))
        equal(told.returncode, 0, told.stdout + told.stderr)


def test_thirty_days_take_milliseconds():
    begun = time.monotonic()
    page = next(text for kind, text in BLOCKS if kind == "test")
    with in_folder(orders=ORDERS, orders_test=page) as folder:
        told = sluice("test", folder, "--filter", "eve")
        contains(told.stdout, "29d simulated")
        contains(told.stdout, "1 test passed")
        took = int(re.search(r"simulated, (\d+) ms", told.stdout)[1])
        assert took < 2_000, told.stdout
    assert time.monotonic() - begun < 20


def test_failures_say_what_differs_and_how_to_repeat_them():
    tests = """
tests:
  total is wrong:
    secrets: {CRM_URL: "http://crm.invalid"}
    input: {customerId: 7}
    mocks: {customer: {output: {status: 200, body: {name: Ada, total: 20}}}, ship: {output: {status: 202}}}
    expect: {output: {shipped: 201}}
  nothing is mocked:
    secrets: {CRM_URL: "http://crm.invalid"}
    input: {customerId: 7}
"""
    with in_folder(orders=ORDERS, orders_test=tests) as folder:
        report = pathlib.Path(folder) / "junit.xml"
        told = sluice("test", pathlib.Path(folder) / "orders.yaml", "--junit", report)
        equal(told.returncode, 1, told.stderr)
        for part in ["FAILED  total is wrong", "output.shipped: expected 201, got 202", "customer  succeeded",
                     "no mock answers GET http://crm.invalid/customers/7", "2 of 2 tests failed"]:
            contains(told.stdout, part)
        suites = xml.etree.ElementTree.parse(report).getroot()
        equal((suites.attrib["tests"], suites.attrib["failures"]), ("2", "2"))
        cases = suites.findall("./testsuite/testcase")
        equal([case.attrib["name"] for case in cases], ["total is wrong", "nothing is mocked"])
        contains(cases[0].find("failure").text, "output.shipped: expected 201, got 202")
        seeded = sluice("test", folder, *FAULTS, "--seed", "9", "--filter", "total")
        contains(seeded.stdout, "--filter 'total is wrong' --seed 9 --faults kill,http,clock")


def test_a_flow_that_does_not_survive_kills_is_found_and_its_seed_repeats_it():
    flow = "name: once\nnodes: [{id: pay, type: http.request, on_interrupt: fail, with: {url: 'http://bank/', method: POST}}]\n"
    with in_folder(once=flow, once_test="tests: {paid: {http: [{answer: {status: 200}}]}}\n") as folder:
        equal(sluice("test", folder).returncode, 0)
        for seed in range(1, 60):
            told = sluice("test", folder, "--faults", "kill", "--seed", str(seed))
            if told.returncode == 1:
                break
        equal(told.returncode, 1, "no seed of 59 interrupts the call")
        contains(told.stdout, "interrupted")
        timeless = [re.sub(r"\d+ ms", "", sluice("test", folder, "--faults", "kill", "--seed", str(seed)).stdout)
                    for _ in range(2)]
        equal(timeless[0], timeless[1])


def test_a_loop_without_an_end_is_told_in_time_and_on_a_page():
    flow = "name: loop\nstart: a\nnodes:\n  a: {type: flow.delay, join: any, with: {duration: 1h}, next: b}\n" \
           "  b: {type: core.set, join: any, with: {n: 1}, next: a}\n"
    with in_folder(loop=flow, loop_test="tests: {it: {}}\n") as folder:
        told = sluice("test", folder)
        equal(told.returncode, 1)
        contains(told.stdout, "max_steps_reached")
        contains(told.stdout, "+0s      a     succeeded after 1h")
        contains(told.stdout, " more\n")
        assert len(told.stdout.splitlines()) < 100


def test_bad_files_are_told_with_every_problem():
    tests = "tests:\n  one:\n    mocks: {custmer: {output: 1}}\n    expct: {}\n    expect: {status: fine, duration: soon}\n"
    with in_folder(orders=ORDERS, orders_test=tests) as folder:
        told = sluice("test", folder)
        equal(told.returncode, 2)
        for part in [":3:13: error:", "write `customer`", ":4:5: error:", "write `expect`", "[unknown_value]", "[invalid_duration]"]:
            contains(told.stderr, part)
    with in_folder(orders_test="tests: {a: {}}\n") as folder:
        contains(sluice("test", folder).stderr, "its flow: cannot read")
    with in_folder(orders="name: [\n", orders_test="tests: {a: {x: 1}}\n") as folder:
        told = sluice("test", folder)
        equal(told.returncode, 2)
        contains(told.stderr, "orders.yaml:")
        contains(told.stderr, "[unknown_key]")
    for arguments in (["/nowhere"], [SOURCE / "docs"], [SOURCE / "examples/flows", "--filter", "xyzzy"],
                      [SOURCE / "examples/flows", "--faults", "fire"]):
        equal(sluice("test", *arguments).returncode, 2)


def test_code_runs_for_real_in_simulated_time():
    flow = """
name: code
nodes:
  - {id: js, type: code.javascript, with: {code: "await sleep(3600000); const r = await http('http://x/'); return {n: r.body.n + 1};"},
     timeout: 2h}
"""
    tests = "tests: {it: {http: [{answer: {body: {n: 1}, after: 20s}}], expect: {output: {n: 2}, nodes: {js: success}}}}\n"
    with in_folder(code=flow, code_test=tests) as folder:
        told = sluice("test", folder)
        equal(told.returncode, 0, told.stdout + told.stderr)
        killed = sluice("test", folder, "--faults", "kill", "--seed", "3")
        equal(killed.returncode, 0, killed.stdout + killed.stderr)


def test_a_dry_run_lists_what_would_act_and_performs_nothing():
    with in_folder(orders=ORDERS) as folder:
        shown = sluice("run", pathlib.Path(folder) / "orders.yaml", "--dry-run", "--input", "customerId=7",
                       environment={"SLUICE_SECRET_CRM_URL": "http://127.0.0.1:9/hidden"})
        equal(shown.returncode, 0, shown.stderr)
        contains(shown.stdout, 'acts     customer (http.request): {"url":"[redacted:CRM_URL]/customers/7"}')
        contains(shown.stdout, "unknown  big (flow.if): after customer")
        assert "hidden" not in shown.stdout
    flow = "name: pure\nnodes: [{id: a, type: core.set, with: {n: 1}}, {id: wait, type: flow.delay, with: {duration: 1h}}, " \
           "{id: big, type: flow.if, with: {condition: '${nodes.a.n > 1}'}, next: {true: x, false: y}}, " \
           "{id: x, type: core.set}, {id: y, type: core.set}]\n"
    with in_folder(pure=flow) as folder:
        shown = sluice("run", pathlib.Path(folder) / "pure.yaml", "--dry-run")
        contains(shown.stdout, 'runs     a (core.set): {"n":1}')
        contains(shown.stdout, "runs     big (flow.if): false")
        contains(shown.stdout, "skipped  x (core.set)")
        contains(shown.stderr, "it would end as succeeded")
        refused = sluice("run", SOURCE / "examples/flows/order-intake.yaml", "--dry-run")
        equal(refused.returncode, 2)


def test_a_recorded_execution_is_a_test_that_passes():
    flow = """
name: recorded
triggers: {hook: {type: webhook, key: recorded}}
nodes:
  customer: {type: http.request, with: {url: "${secrets.CRM_URL}/customers/7", headers: {X-Token: "${secrets.TOKEN}"}}, retry: {attempts: 5, delay: 10ms, on: ["*"]}}
  total: {type: core.set, needs: customer, with: {name: "${nodes.customer.body.name}", big: "${nodes.customer.body.total > 100}"}}
  respond: {type: http.respond, needs: total, with: {body: "${nodes.total}"}}
output: "${nodes.total}"
"""
    with crm() as address, in_folder(recorded=flow) as folder:
        data = pathlib.Path(folder) / "data.db"
        secrets = {"SLUICE_SECRET_CRM_URL": address, "SLUICE_SECRET_TOKEN": "s3cr3t-t0ken-xyz"}
        with Server(pathlib.Path(folder) / "recorded.yaml", data=data, environment=secrets) as server:
            equal(server.post("/hooks/recorded", {"order": 7}).status, 200)
            found = server.get("/api/v1/executions").json["items"][0]
            wait_for(lambda: sluice("record", found["id"], "--data", data).returncode == 0, "the recording")
        recorded = sluice("record", found["id"], "--data", data)
        equal(recorded.returncode, 0, recorded.stderr)
        assert "s3cr3t" not in recorded.stdout and address not in recorded.stdout, recorded.stdout
        contains(recorded.stdout, "mocks:")
        (pathlib.Path(folder) / "recorded.test.yaml").write_text(recorded.stdout)
        told = sluice("test", folder)
        equal(told.returncode, 0, told.stdout + told.stderr + recorded.stdout)
        equal(sluice("record", "00000000-0000-7000-8000-000000000000", "--data", data).returncode, 2)


run(__name__)
