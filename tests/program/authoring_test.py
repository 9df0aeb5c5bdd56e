"""Commands for people who write flows: graph, init, fmt."""
import pathlib
import re
import stat
import sys
import tempfile
import xml.etree.ElementTree

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))
from support.programs import SOURCE, sluice
from support.tap import contains, equal, run

FLOWS = SOURCE / "examples/flows"
UGLY = "nodes:\n    - type: core.set   # why\n      id: only\nname: ugly\n"
PRETTY = "name: ugly\nnodes:\n  - id: only\n    type: core.set  # why\n"


def test_help_teaches():
    for command in ["graph", "init", "fmt"]:
        contains(sluice(command, "--help").stdout, "Examples:")
        contains(sluice("--help").stdout, command)


def test_graph_prints_mermaid():
    shown = sluice("graph", FLOWS / "order-intake.yaml")
    equal(shown.returncode, 0, shown.stderr)
    contains(shown.stdout, "flowchart TD\n")
    contains(shown.stdout, 'customer -.->|"error"| sorry')
    contains(shown.stdout, 'big -->|"true"| review')
    contains(shown.stdout, "start --> customer")


def test_graph_draws_svg():
    for flow in sorted(path for path in FLOWS.glob("*.yaml") if not path.name.endswith(".test.yaml")):
        with tempfile.TemporaryDirectory() as folder:
            picture = pathlib.Path(folder) / "flow.svg"
            done = sluice("graph", flow, "--output", picture)
            equal((done.returncode, done.stdout), (0, ""), done.stderr)
            root = xml.etree.ElementTree.parse(picture).getroot()
            equal(root.tag, "{http://www.w3.org/2000/svg}svg")
            width, height = float(root.get("width")), float(root.get("height"))
            texts = [e for e in root.iter("{http://www.w3.org/2000/svg}text")]
            for node in re.findall(r"^  (?:- id: |)([a-z]+):?$|^  - id: ([a-z]+)$", flow.read_text(), re.M):
                name = node[0] or node[1]
                if name not in ["type", "required", "properties", "level", "full", "disks"]:
                    assert any(t.text == name or t.text.startswith(f"{name} ") for t in texts), (flow, name)
            for text in texts:
                # Fonts of fixed width: a column is 0.6 of the size. No text is cut off by the picture.
                size = float(text.get("font-size"))
                room = len(text.text) * size * 0.6
                left = float(text.get("x")) - (room / 2 if text.get("text-anchor") == "middle" else 0)
                assert left >= 0 and left + room <= width and float(text.get("y")) <= height, (flow, text.text)
            equal(picture.read_text(), sluice("graph", flow, "--format", "svg").stdout)


def test_graph_refuses_a_flow_with_problems():
    with tempfile.TemporaryDirectory() as folder:
        broken = pathlib.Path(folder) / "flow.yaml"
        broken.write_text("name: x\nnodes: [{id: a, type: core.sett}]\n")
        shown = sluice("graph", broken)
        equal((shown.returncode, shown.stdout), (2, ""))
        contains(shown.stderr, "unknown_node_type")
        equal(sluice("graph", broken, "--format", "png").returncode, 2)
        equal(sluice("graph", FLOWS / "hello.yaml", "-o", f"{folder}/missing/x.svg").returncode, 1)


def test_init_makes_a_flow_and_its_test():
    with tempfile.TemporaryDirectory() as folder:
        listed = sluice("init", "--list").stdout
        names = [line.split()[0] for line in listed.splitlines()]
        assert "webhook" in names and "approval" in names, names
        for name in names:
            done = sluice("init", f"{folder}/flows", "--template", name, "--name", f"my-{name}")
            equal(done.returncode, 0, done.stderr)
            contains(done.stdout, f"sluice validate {folder}/flows/my-{name}.yaml")
            contains(done.stdout, f"sluice test {folder}/flows/my-{name}.test.yaml")
            contains((pathlib.Path(folder) / f"flows/my-{name}.yaml").read_text(), f"name: my-{name}\n")
            contains((pathlib.Path(folder) / f"flows/my-{name}.test.yaml").read_text(), "tests:\n")
        valid = sluice("validate", f"{folder}/flows")
        equal(valid.returncode, 0, valid.stdout)
        equal(valid.stdout.count(": ok: "), len(names))
        equal(sluice("fmt", "--check", f"{folder}/flows").stdout, "", "templates have the canonical form")


def test_init_never_overwrites():
    with tempfile.TemporaryDirectory() as folder:
        flow = pathlib.Path(folder) / "webhook.yaml"
        flow.write_text("mine")
        done = sluice("init", folder)
        equal(done.returncode, 1)
        contains(done.stderr, "exists already")
        equal([entry.name for entry in pathlib.Path(folder).iterdir()], ["webhook.yaml"])
        equal(flow.read_text(), "mine")
        equal(sluice("init", folder, "--name", "../x").returncode, 2)
        contains(sluice("init", folder, "--template", "webhok").stderr, "did you mean 'webhook'?")


def test_fmt_writes_the_canonical_form():
    with tempfile.TemporaryDirectory() as folder:
        flow = pathlib.Path(folder) / "flow.yaml"
        flow.write_text(UGLY)
        flow.chmod(0o640)
        link = pathlib.Path(folder) / "link.yaml"
        checked = sluice("fmt", "--check", folder)
        equal((checked.returncode, checked.stdout), (1, f"{flow}\n"))
        equal(flow.read_text(), UGLY, "--check changes nothing")
        link.symlink_to(flow)
        done = sluice("fmt", link)
        equal((done.returncode, done.stdout), (0, f"{link}\n"), done.stderr)
        equal(flow.read_text(), PRETTY)
        assert link.is_symlink(), "the link stays"
        equal(stat.S_IMODE(flow.stat().st_mode), 0o640)
        equal(sluice("fmt", "--check", folder).stdout, "")
        equal(sluice("fmt", folder).returncode, 0)
        equal(sorted(entry.name for entry in pathlib.Path(folder).iterdir()), ["flow.yaml", "link.yaml"])


def test_fmt_reads_standard_input():
    done = sluice("fmt", "-", input_text=UGLY)
    equal((done.returncode, done.stdout), (0, PRETTY))
    checked = sluice("fmt", "--check", "-", input_text=UGLY)
    equal((checked.returncode, checked.stdout), (1, ""))


def test_fmt_leaves_what_it_cannot_format():
    with tempfile.TemporaryDirectory() as folder:
        broken = pathlib.Path(folder) / "broken.yaml"
        broken.write_text("name: x\nnodes: [\n")
        good = pathlib.Path(folder) / "good.yaml"
        good.write_text(UGLY)
        done = sluice("fmt", broken, good, f"{folder}/missing.yaml")
        equal(done.returncode, 2)
        contains(done.stderr, "broken.yaml:3")
        contains(done.stderr, "missing.yaml")
        equal(broken.read_text(), "name: x\nnodes: [\n")
        equal(good.read_text(), PRETTY, "the others are formatted all the same")
        data = pathlib.Path(folder) / "flow.json"
        data.write_text('{"name":"x"}')
        equal(sluice("fmt", data).returncode, 2)
        equal(data.read_text(), '{"name":"x"}')


run(__name__)
