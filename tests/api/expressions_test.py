"""POST /api/v1/expressions/evaluate and `sluice eval`."""
import json
import pathlib
import sys
import tempfile

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))
from support.programs import Server, sluice
from support.tap import contains, equal, run

ROUTE = "/api/v1/expressions/evaluate"


def ask(server, expression, scope=None):
    answer = server.post(ROUTE, {"expression": expression, "scope": scope or {}})
    equal(answer.status, 200, expression)
    return answer.json


def test_the_route_gives_value_type_and_budget():
    with Server() as server:
        answer = ask(server, "input.a.map(x => x * 2)", {"input": {"a": [1, 2]}})
        equal((answer["ok"], answer["value"], answer["type"]), (True, [2, 4], "array"))
        steps, size = answer["budget"]["steps"], answer["budget"]["bytes"]
        assert 0 < steps["used"] < 20 and steps["limit"] == 100_000, answer
        assert 0 < size["used"] < size["limit"], answer
        equal(ask(server, "nodes.fetch.body", {"nodes": {"fetch": {"body": 7}}})["value"], 7)
        equal(ask(server, "input?.x")["type"], "undefined")
        equal(server.post(ROUTE, {"expression": "1 + 1"}).json["value"], 2)
        equal(ask(server, "new Date(0)")["type"], "date")
        equal(ask(server, "Date.now() > 1.6e12")["value"], True)


def test_the_route_gives_errors_with_their_place():
    with Server() as server:
        wrong = ask(server, "input.é +\n  inptu.b")
        equal(wrong["ok"], False)
        equal((wrong["error"]["code"], wrong["error"]["line"], wrong["error"]["column"]), ("unknown_name", 2, 3))
        equal(wrong["error"]["hint"], "did you mean `input`?")
        failed = ask(server, "1 + input.a.b", {"input": {}})
        equal((failed["error"]["code"], failed["error"]["column"]), ("expression_failed", 5))
        endless = ask(server, "'x'.repeat(1e9)")
        equal(endless["error"]["code"], "expression_budget")
        equal(ask(server, "1 + 1")["value"], 2)


def test_the_route_refuses_wrong_bodies():
    with Server() as server:
        for body in [{}, [], {"expression": 1}, {"expression": "1", "more": 1}, {"expression": "1", "scope": []},
                     {"expression": "1", "scope": {"secrets": {}}}, {"expression": "1", "scope": {"nodes": 1}}]:
            answer = server.post(ROUTE, body)
            equal(answer.status, 400, body)
            equal(answer.json["code"], "invalid_body", body)


def test_the_command_prints_the_value():
    equal(sluice("eval", "2 ** 10").stdout, "1024\n")
    with tempfile.TemporaryDirectory() as folder:
        file = pathlib.Path(folder) / "order.json"
        file.write_text('{"items": [{"price": 2.5}, {"price": 4}]}')
        done = sluice("eval", "input.items.map(i => i.price)", "--input", file)
        equal(json.loads(done.stdout), [2.5, 4], done.stderr)
        scope = pathlib.Path(folder) / "scope.json"
        scope.write_text('{"nodes": {"a-b": {"n": 1}}, "vars": {"x": 2}}')
        equal(sluice("eval", 'nodes["a-b"].n + vars.x', "--scope", scope).stdout, "3\n")
    equal(sluice("eval", "input.length", "--input", "-", input_text="[1, 2, 3]").stdout, "3\n")
    equal(sluice("eval", "new Date(0).getHours()", "--timezone", "Asia/Tokyo").stdout, "9\n")
    equal(json.loads(sluice("eval", "--json", "'a' + 1").stdout)["type"], "string")


def test_the_command_knows_daylight_saving():
    def in_berlin(expression):
        return json.loads(sluice("eval", expression, "--timezone", "Europe/Berlin").stdout)
    equal(in_berlin('new Date("2024-07-01T12:00").toISOString()'), "2024-07-01T10:00:00.000Z")
    equal(in_berlin('new Date("2024-01-01T12:00").toISOString()'), "2024-01-01T11:00:00.000Z")
    # The hour that is there twice is the first of both; the one that is missing is an hour later.
    equal(in_berlin("new Date(2024, 9, 27, 2, 30).toISOString()"), "2024-10-27T00:30:00.000Z")
    equal(in_berlin("new Date(2024, 2, 31, 2, 30).toISOString()"), "2024-03-31T01:30:00.000Z")
    equal(in_berlin("new Date(2024, 6, 1).getTimezoneOffset()"), -120)


def test_the_command_marks_the_place_of_an_error():
    wrong = sluice("eval", "1 + inptu")
    equal(wrong.returncode, 1)
    contains(wrong.stderr, "  1 + inptu\n      ^\n")
    contains(wrong.stderr, "did you mean `input`?")
    equal(sluice("eval", "1", "--input", "/nowhere").returncode, 2)
    equal(sluice("eval", "1", "--timezone", "Nowhere/Land").returncode, 2)


run(__name__)
