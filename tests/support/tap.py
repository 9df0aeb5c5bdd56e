"""Runs the `test_*` functions of a module and prints TAP (testanything.org), one line a test."""
import inspect
import sys
import traceback


def run(module_name: str) -> None:
    module = sys.modules[module_name]
    tests = [(name, function) for name, function in vars(module).items()
             if name.startswith("test_") and inspect.isfunction(function)]
    wanted = sys.argv[2:]
    tests = [test for test in tests if not wanted or test[0] in wanted]
    print(f"1..{len(tests)}", flush=True)
    failed = 0
    for number, (name, function) in enumerate(tests, 1):
        try:
            function()
            print(f"ok {number} - {name}", flush=True)
        except Exception:  # the report is the point: whatever went wrong, say so and go on
            failed += 1
            print(f"not ok {number} - {name}", flush=True)
            for line in traceback.format_exc().splitlines():
                print("# " + line, flush=True)
    sys.exit(1 if failed else 0)


def equal(actual, expected, what: str = "") -> None:
    assert actual == expected, f"{what}: {actual!r} is not {expected!r}"


def contains(text, part) -> None:
    assert part in text, f"{part!r} is not in {text!r}"
