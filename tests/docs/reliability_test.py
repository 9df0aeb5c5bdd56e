"""Every test that docs/reliability.md names is there, and every row names one."""
import pathlib
import re
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))
from support.tap import equal, run

SOURCE = pathlib.Path(__file__).resolve().parents[2]
PAGE = (SOURCE / "docs/reliability.md").read_text()


def rows():
    for line in PAGE.splitlines():
        cells = [cell.strip() for cell in line.strip("|").split("|")]
        if line.startswith("|") and cells[0] not in ("fault", "---"):
            yield cells


def tests_there():
    names = set()
    for path in SOURCE.glob("tests/**/*"):
        if path.suffix == ".cpp":
            names |= {f"{suite}.{name}" for suite, name in
                      re.findall(r"TEST(?:_F|_P)?\(\s*(\w+),\s*(\w+)\s*\)", path.read_text())}
        elif path.suffix == ".py":
            names |= set(re.findall(r"^def (test_\w+)", path.read_text(), re.M))
        elif path.name == "meson.build":
            names |= set(re.findall(r"test\('([\w-]+)'", path.read_text()))
    return names


def test_every_named_test_exists():
    there = tests_there()
    named = [name for cells in rows() for name in re.findall(r"`([^`]+)`", cells[-1])]
    assert len(named) > 40, "the page names hardly any tests"
    equal([name for name in named if name not in there], [], "named, and not there")


def test_every_row_is_whole():
    found = list(rows())
    equal([cells[0] for cells in found if len(cells) != 4 or not all(cells) or "`" not in cells[3]], [],
          "rows without what is seen, promised or tested")


run(__name__)
