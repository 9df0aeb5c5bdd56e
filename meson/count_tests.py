"""Counts the test cases of a JUnit file as Meson writes it, and prints `N passed, N failed` as the last line."""
import sys
import xml.etree.ElementTree as tree


def main() -> int:
    try:
        root = tree.parse(sys.argv[1]).getroot()
    except (OSError, tree.ParseError) as problem:
        print(f"no test results: {problem}")
        print("0 passed, 1 failed")
        return 1
    passed = failed = skipped = 0
    for case in root.iter("testcase"):
        if case.find("failure") is not None or case.find("error") is not None:
            failed += 1
            print(f"failed: {case.get('classname')}.{case.get('name')}")
        elif case.find("skipped") is not None or case.get("status") == "notrun":
            skipped += 1
        else:
            passed += 1
    print(f"{passed} passed, {failed} failed" + (f", {skipped} skipped" if skipped else ""))
    return 1 if failed or not passed else 0


if __name__ == "__main__":
    sys.exit(main())
