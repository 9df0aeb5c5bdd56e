"""Fails when a file includes what its layer may not (docs/architecture.md, "Layers"). Prints TAP."""
import pathlib
import re
import sys

root = pathlib.Path(sys.argv[1])

# A layer, and the layers that it may include; the engine's folders are layers among themselves.
ALLOWED = {
    "engine/async": [],
    "engine/model": ["engine/async/clock.hpp"],
    "engine/expression": ["engine/model", "engine/async/clock.hpp"],
    "engine/secrets": ["engine/model", "engine/expression", "engine/async/clock.hpp"],
    "engine/definition": ["engine/model"],
    "engine/drawing": ["engine/model"],
    "engine/nodes": ["engine/async", "engine/model"],
    "engine/nodes/data": ["engine/async/clock.hpp", "engine/model", "engine/expression", "engine/definition", "engine/nodes"],
    "engine/run": ["engine/async", "engine/model", "engine/expression", "engine/secrets", "engine/definition", "engine/nodes"],
    "engine/triggers": ["engine/model", "engine/run"],
    "engine/testing": ["engine/async", "engine/model", "engine/expression", "engine/secrets", "engine/definition", "engine/nodes", "engine/run",
                       "engine/engine.hpp"],
    "engine": ["engine"],
    "store": ["engine/async", "engine/model", "engine/run"],
    "http": ["engine"],
    "script": [],
    "script/pool": ["engine/async", "engine/model", "engine/nodes", "script"],
    "process": ["engine/async", "engine/model", "engine/nodes"],
    "app": ["engine", "store", "http", "script/pool", "process"],
}
# System headers that only some layers may name.
RESTRICTED = [
    (re.compile(r"^(boost/asio|asio)[/.]"), ["engine/async", "store", "http", "script/pool", "process", "app"]),
    (re.compile(r"^boost/beast"), ["http"]),
    (re.compile(r"^(sqlite3|SQLiteCpp)"), ["store"]),
    (re.compile(r"^openssl"), ["engine/model", "http"]),
    (re.compile(r"^(js/|jsapi|jsfriendapi|mozilla/|seccomp)"), ["script/host"]),
    (re.compile(r"^(sys/socket|netinet|arpa)"), ["http", "script/pool", "app"]),
    (re.compile(r"^valijson"), ["engine/definition"]),
    (re.compile(r"^libfyaml"), ["engine/definition"]),
    (re.compile(r"^(expat|csv)\.h"), ["engine/nodes/data"]),
]
INCLUDE = re.compile(r'^\s*#\s*include\s*([<"])([^">]+)[">]', re.M)


def layer_of(path: str) -> str | None:
    fitting = [layer for layer in ALLOWED if path.startswith(layer + "/")]
    return max(fitting, key=len, default=None)


def within(path: str, place: str) -> bool:
    return path == place or path.startswith(place + "/")


def violations() -> list[str]:
    found = []
    for file in sorted(root.rglob("*.[ch]pp")):
        path = file.relative_to(root).as_posix()
        layer = layer_of(path)
        if layer is None or "/pch/" in path:
            continue
        for kind, name in INCLUDE.findall(file.read_text()):
            if kind == '"':
                if within(name, "engine/testing") and not within(path, "engine/testing") and layer != "app":
                    found.append(f"{path} ({layer}) may not include {name}: what tests flows is no part of production")
                if layer_of(name) is None and not name.startswith("tests/"):
                    found.append(f"{path} includes {name}, which is in no layer: include from the source root")
                elif not within(name, layer) and not any(within(name, place) for place in ALLOWED[layer]):
                    found.append(f"{path} ({layer}) may not include {name}")
            else:
                for pattern, layers in RESTRICTED:
                    if pattern.match(name) and not any(within(path, place) for place in layers):
                        found.append(f"{path} ({layer}) may not include <{name}>")
    return found


def self_check() -> bool:
    """The rules must be able to fail."""
    return layer_of("engine/run/plan.cpp") == "engine/run" and layer_of("engine/engine.cpp") == "engine" and not within(
        "engine/runner/x.hpp", "engine/run")


problems = violations()
print("1..2")
print(("ok" if self_check() else "not ok") + " 1 - rules tell layers apart")
print(("not ok" if problems else "ok") + " 2 - no layer includes what it may not")
for problem in problems:
    print("# " + problem)
sys.exit(1 if problems else 0)
