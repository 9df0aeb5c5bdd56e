"""clang-tidy over sources of a build folder: python3 lint.py BUILD FILE...

A file that passed is not checked again until it, a header of ours that it includes, its command or the configuration
changes, so a run that was interrupted goes on where it stopped. Needs a finished build: ninja knows what each file includes.
"""
import concurrent.futures
import hashlib
import json
import os
import pathlib
import subprocess
import sys
import time

TIDY = "clang-tidy-19"
build = pathlib.Path(sys.argv[1])
root = pathlib.Path.cwd()
passed = build / "lint-passed"  # an empty file for each key
passed.mkdir(exist_ok=True)


def output_of(*command: str) -> str:
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout


def includes_of_objects() -> dict[str, list[pathlib.Path]]:
    """The files of ours that each object was compiled from."""
    includes: dict[str, list[pathlib.Path]] = {}
    current: list[pathlib.Path] = []
    for line in output_of("ninja", "-C", str(build), "-t", "deps").splitlines():
        if line.startswith("    "):
            path = (build / line.strip()).resolve()
            # What the build made (precompiled headers) is made from files that are hashed anyway.
            if path.is_relative_to(root) and not path.is_relative_to(build.resolve()) and path.exists():
                current.append(path)
        elif ": #deps" in line:
            current = includes.setdefault(line.split(":")[0], [])
    return includes


def hash_of(common: bytes, command: str, files: list[pathlib.Path]) -> str:
    key = hashlib.sha256(common + command.encode())
    for path in sorted(set(files)):
        key.update(str(path.relative_to(root)).encode() + b"\0" + hashlib.sha256(path.read_bytes()).digest())
    return key.hexdigest()


def keys() -> dict[str, str]:
    """What each source's verdict depends on, in a word."""
    common = output_of(TIDY, "--version").encode() + (root / ".clang-tidy").read_bytes()
    precompiled = sorted(root.glob("*/pch/*.hpp")) + [root / "engine/async/asio.hpp"]
    includes = includes_of_objects()
    commands = json.loads((build / "compile_commands.json").read_text())
    found = {}
    for entry in commands:
        source = pathlib.Path(entry["directory"], entry["file"]).resolve()
        files = [source, *precompiled, *includes.get(entry["output"], [])]
        if source.is_relative_to(root):
            found[str(source.relative_to(root))] = hash_of(common, entry["command"], files)
    return found


def check(source: str) -> tuple[bool, str, float]:
    began = time.monotonic()
    done = subprocess.run([TIDY, "-p", str(build), "--quiet", source], capture_output=True, text=True)
    # Standard error only counts suppressed warnings, unless clang-tidy could not run at all.
    return done.returncode == 0, done.stdout or done.stderr, time.monotonic() - began


def main() -> int:
    known = keys()
    unknown = [source for source in sys.argv[2:] if source not in known]
    if unknown:
        sys.exit(f"not part of {build}: {' '.join(unknown)}")
    open_ones = [source for source in sys.argv[2:] if not (passed / known[source]).exists()]
    print(f"{len(open_ones)} of {len(sys.argv) - 2} files to check; the others are unchanged since they passed", flush=True)
    failed = []
    workers = len(os.sched_getaffinity(0))
    with concurrent.futures.ThreadPoolExecutor(workers) as pool:
        running = {pool.submit(check, source): source for source in open_ones}
        for number, future in enumerate(concurrent.futures.as_completed(running), 1):
            source = running[future]
            good, report, seconds = future.result()
            if good:
                (passed / known[source]).touch()
            else:
                failed.append(source)
                print(report)
            print(f"[{number}/{len(open_ones)}] {source}: {'ok' if good else 'FAILED'}, {seconds:.0f} s", flush=True)
    if failed:
        print(f"clang-tidy found problems in {len(failed)} files: {' '.join(sorted(failed))}")
    return 1 if failed else 0


sys.exit(main())
