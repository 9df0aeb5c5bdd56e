"""The embedding example does what its page says."""
import pathlib
import subprocess
import sys
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))
from support.programs import BUILD, SOURCE
from support.tap import equal, run


def test_the_example_runs_a_flow_with_its_own_node_and_cancels_another():
    began = time.monotonic()
    done = subprocess.run([BUILD / "examples/embed"], capture_output=True, text=True, timeout=60, check=True)
    equal(done.stdout.splitlines(), ['succeeded: "Hello, Ada"', "cancelled"])
    assert time.monotonic() - began < 30, "the loop ends when there is nothing to wait for"


def test_the_example_is_short():
    lines = (SOURCE / "examples/embed/embed.cpp").read_text().splitlines()
    assert len(lines) < 40, len(lines)


run(__name__)
