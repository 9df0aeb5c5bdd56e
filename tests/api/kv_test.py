"""Entries through the native API, against the real program: reading, writing, conditions, pages, restarts."""
import concurrent.futures
import pathlib
import sys
import tempfile
import urllib.parse

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))
from support.programs import Server, wait_for
from support.tap import contains, equal, run

COUNT = """\
name: count
namespace: shop
triggers: {hook: {type: webhook, key: count, respond: result}}
nodes:
  - {id: count, type: kv.increment, with: {key: hits}}
output: "${nodes.count.value}"
"""
SHOP = "/api/v1/namespaces/shop/kv"


def put(server, key, value, headers=None, **more):
    return server.request("PUT", f"{SHOP}/{urllib.parse.quote(key, safe='')}", {"value": value, **more}, headers=headers)


def test_an_entry_is_set_read_and_deleted():
    with Server() as server:
        created = put(server, "greeting", {"text": "hello"})
        equal((created.status, created.json["version"], created.json["value"]), (201, 1, {"text": "hello"}))
        again = put(server, "greeting", [1.5, None])
        equal((again.status, again.json["version"]), (200, 2))
        read = server.get(f"{SHOP}/greeting")
        equal((read.status, read.json), (200, again.json))
        equal(read.headers["etag"], again.headers["etag"])
        equal(read.json["expires_at"], None)
        equal(server.get("/api/v1/namespaces/other/kv/greeting").json["code"], "kv_not_found")
        equal(server.request("DELETE", f"{SHOP}/greeting").status, 204)
        missing = server.get(f"{SHOP}/greeting")
        equal((missing.status, missing.json["code"]), (404, "kv_not_found"))
        equal(server.request("DELETE", f"{SHOP}/greeting").status, 404)


def test_keys_are_any_text():
    with Server() as server:
        for key in ("a/b", "ü ñ", "50%", "..", "?x=1#y"):
            equal(put(server, key, key).status, 201, key)
        found = server.get(SHOP).json["items"]
        equal({entry["key"]: entry["value"] for entry in found},
              {key: key for key in ("a/b", "ü ñ", "50%", "..", "?x=1#y")})
        equal(server.get(f"{SHOP}/a%2Fb").json["value"], "a/b")
        equal(put(server, "k" * 256, 1).json["code"], "invalid_parameter")
        equal(put(server, "a\nb", 1).json["code"], "invalid_parameter")


def test_conditions_let_one_of_two_writers_win():
    with Server() as server:
        first = put(server, "x", 1, {"If-None-Match": "*"})
        equal(first.status, 201)
        taken = put(server, "x", 2, {"If-None-Match": "*"})
        equal((taken.status, taken.json["code"], taken.json["details"]["actual_version"]), (412, "kv_conflict", 1))
        second = put(server, "x", 2, {"If-Match": first.headers["etag"]})
        equal(second.status, 200)
        equal(put(server, "x", 3, {"If-Match": first.headers["etag"]}).status, 412)
        equal(put(server, "x", 3, {"If-Match": '"2"'}).status, 200, "the version alone")
        equal(put(server, "y", 1, {"If-Match": "*"}).status, 412)
        equal(put(server, "x", 4, {"If-Match": "two"}).json["code"], "invalid_parameter")
        equal(server.request("DELETE", f"{SHOP}/x", headers={"If-Match": second.headers["etag"]}).status, 412)
        equal(server.request("DELETE", f"{SHOP}/x", headers={"If-Match": "*"}).status, 204)
        anew = put(server, "x", 1)
        equal(anew.json["version"], 1)
        assert anew.headers["etag"] != first.headers["etag"], "an entry that was created anew is another one"
        equal(put(server, "x", 5, {"If-Match": first.headers["etag"]}).status, 412)


def test_pages_and_prefixes():
    with Server() as server:
        for number in range(7):
            equal(put(server, f"order/{number}", number).status, 201)
        put(server, "other", 1)
        keys, cursor = [], ""
        while cursor is not None:
            page = server.get(f"{SHOP}?prefix=order/&limit=3{cursor}").json
            keys += [entry["key"] for entry in page["items"]]
            cursor = page["next_cursor"] and "&cursor=" + urllib.parse.quote(page["next_cursor"])
        equal(keys, [f"order/{number}" for number in range(7)])
        equal(server.get(f"{SHOP}?limit=0").json["code"], "invalid_parameter")
        equal(server.get("/api/v1/namespaces/none/kv").json, {"items": [], "next_cursor": None})


def test_what_is_wrong_is_refused():
    with Server() as server:
        for body in ("5", "{}", '{"value": 1, "other": 2}', '{"value": 1, "ttl": "soon"}', '{"value": 1, "ttl": 5}',
                     '{"value": 1, "ttl": "0s"}', "not json", ""):
            answer = server.request("PUT", f"{SHOP}/x", body.encode(), headers={"Content-Type": "application/json"})
            equal(answer.status, 400, body)
        large = put(server, "x", "v" * 70_000)
        equal((large.status, large.json["code"]), (413, "kv_value_too_large"))
        equal(server.get(f"{SHOP}/x").status, 404)


def test_an_entry_is_over_after_its_time():
    with Server() as server:
        entry = put(server, "soon", 1, ttl="300ms").json
        assert entry["expires_at"] > entry["updated_at"], entry
        wait_for(lambda: server.get(f"{SHOP}/soon").status == 404, "its end")
        equal(server.get(SHOP).json["items"], [])
        equal(put(server, "soon", 2).status, 201)


def test_nodes_and_people_share_entries_across_restarts():
    with tempfile.TemporaryDirectory(prefix="sluice-test-") as folder:
        data = pathlib.Path(folder) / "sluice.db"
        with Server(data=data) as server:
            server.add_flow(COUNT)
            put(server, "hits", 100)
            with concurrent.futures.ThreadPoolExecutor(8) as pool:
                sums = sorted(pool.map(lambda _: server.post("/hooks/count", {}).json, range(40)))
            equal(sums, list(range(101, 141)))
            equal(server.get(f"{SHOP}/hits").json["version"], 41)
            server.kill()
        with Server(data=data) as server:
            equal(server.get(f"{SHOP}/hits").json["value"], 140)
            equal(server.post("/hooks/count", {}).json, 141)
            put(server, "hits", "many")
            failed = server.post("/hooks/count", {})
            contains(failed.text, "kv_not_a_number")


def test_secrets_do_not_get_into_entries():
    with Server(environment={"SLUICE_SECRET_TOKEN": "a-secret-of-ours"}) as server:
        answer = put(server, "x", {"token": "Bearer a-secret-of-ours"})
        assert "a-secret-of-ours" not in answer.text, answer.text
        assert "a-secret-of-ours" not in server.get(f"{SHOP}/x").text


run(__name__)
