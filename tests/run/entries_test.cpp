#include <set>

#include <gtest/gtest.h>

#include "tests/run/after_crash.hpp"

namespace sluice::testing {
namespace {

const Error full{"store_full", "there is no space left on the disk", {}};

std::string one_node(const std::string& type, const std::string& with,
                     const std::string& rest = "") {
    return "name: one\nnodes: [{id: a, type: " + type + ", with: " + with + "}]\n" + rest;
}

const std::string count = one_node("kv.increment", "{key: hits}");

/// What the store has, as JSON; "" when there is nothing.
std::string stored(Simulation& simulation, const std::string& key,
                   const std::string& entry_namespace = "default") {
    const auto entry = simulation.run(simulation.store.entry({entry_namespace, key}));
    return entry ? entry->json : "";
}

std::string number_of(const Simulation& simulation, std::size_t commits, const std::string& key) {
    std::string json;
    for (std::size_t at = 0; at < commits; ++at)
        for (const auto& append : simulation.journal.groups[at])
            for (const auto& [which, entry] : append.entries)
                if (which.key == key) json = entry ? entry->json : "";
    return json;
}

TEST(Entries, AreSetReadAndDeleted) {
    Simulation simulation;
    const auto run = simulation.finish(R"(
name: all
nodes:
  - {id: set, type: kv.set, with: {key: "order/${1 + 1}", value: {n: 1.50, list: [1, "x"]}}}
  - {id: get, type: kv.get, with: {key: order/2}}
  - {id: gone, type: kv.delete, with: {key: order/2}}
  - {id: again, type: kv.delete, with: {key: order/2}}
  - {id: none, type: kv.get, with: {key: order/2, default: null}}
output: ["${nodes.set}", "${nodes.get.value.n}", "${nodes.get.version}", "${nodes.gone}", "${nodes.again}", "${nodes.none.found}", "${nodes.none.value}"]
)");
    EXPECT_EQ(run->result(),
              R"([{"value":{"n":1.5,"list":[1,"x"]},"version":1,"created":true},1.5,1,)"
              R"({"deleted":true},{"deleted":false},false,null])");
    EXPECT_EQ(stored(simulation, "order/2"), "");
}

TEST(Entries, BelongToTheNamespaceOfTheFlow) {
    Simulation simulation;
    simulation.finish(
        "name: a\nnamespace: shop\nnodes: [{id: a, type: kv.set, with: {key: x, value: 1}}]");
    simulation.finish(one_node("kv.set", "{key: x, value: 2}"));
    simulation.finish(one_node("kv.set", "{key: x, value: 3, namespace: other}"));
    EXPECT_EQ(stored(simulation, "x", "shop"), "1");
    EXPECT_EQ(stored(simulation, "x"), "2");
    EXPECT_EQ(stored(simulation, "x", "other"), "3");
}

TEST(Entries, AreThereIfAndOnlyIfTheResultIs) {
    Simulation before;
    for (int time = 0; time < 3; ++time) before.finish(count);
    for (std::size_t commits = 0; commits <= before.commits(); ++commits) {
        int succeeded = 0;
        int started = 0;
        for (std::size_t at = 0; at < commits; ++at)
            for (const auto& append : before.journal.groups[at]) {
                if (!append.has_execution()) continue;
                started += append.begins;
                for (const auto& event : decode_chunk(append.chunk, append.first_sequence))
                    succeeded += event.kind == EventKind::node_succeeded;
            }
        const auto number = number_of(before, commits, "hits");
        EXPECT_EQ(number.empty() ? "0" : number, std::to_string(succeeded)) << commits;
        Simulation simulation(after(before, commits, count, 1min));
        simulation.run(load_and_recover(simulation.engine));
        simulation.advance(1min);
        EXPECT_EQ(stored(simulation, "hits"), started == 0 ? "" : std::to_string(started))
            << "after " << commits << " commits";
    }
}

TEST(Entries, AnInterruptedNodeRunsAgainWhateverOnInterruptSays) {
    const std::string source =
        "name: one\nnodes: [{id: a, type: kv.increment, with: {key: hits}, on_interrupt: fail}]";
    Simulation before;
    const auto run = before.finish(source);
    ASSERT_EQ(before.words(*run),
              (std::vector<std::string>{"execution.started", "node.started a", "node.succeeded a",
                                        "execution.ended"}));
    Simulation simulation(after(before, 1, source, 1min));
    simulation.run(load_and_recover(simulation.engine));
    simulation.settle();
    EXPECT_EQ(stored(simulation, "hits"), "1");
    const auto executions = simulation.run(simulation.store.executions({}));
    ASSERT_EQ(executions.size(), 1u);
    EXPECT_EQ(executions[0].status, ExecutionStatus::succeeded);
}

TEST(Entries, EveryOneOfManyAtTheSameTimeCounts) {
    Simulation simulation;
    const auto program = simulation.flow(count);
    std::vector<std::shared_ptr<Watched>> runs;
    for (int number = 0; number < 100; ++number) runs.push_back(simulation.start(program));
    simulation.settle();
    std::set<std::string> results;
    for (const auto& run : runs) results.insert(run->result());
    EXPECT_EQ(results.size(), 100u) << "each has a sum of its own";
    EXPECT_EQ(stored(simulation, "hits"), "100");
    EXPECT_EQ(simulation.run(simulation.store.entry({"default", "hits"}))->version, 100);
    EXPECT_EQ(simulation.commits(), 2u)
        << "the starts, and all results with one write of the entry";
}

TEST(Entries, AChainOfThemIsOneCommitAfterTheStart) {
    Simulation simulation;
    const auto run = simulation.finish(R"(
name: chain
nodes:
  - {id: a, type: kv.increment, with: {key: x}}
  - {id: b, type: kv.increment, with: {key: x, by: 10}}
  - {id: c, type: kv.increment, with: {key: x, by: -1}}
)");
    EXPECT_EQ(run->result(), R"({"value":10,"version":3})");
    EXPECT_EQ(simulation.commits(), 2u);
}

TEST(Entries, ARefusedStartHasChangedNothing) {
    Simulation simulation;
    simulation.finish(count);
    const auto program = simulation.flow(count);
    simulation.store.hold_commits(true);
    const auto refused = simulation.start(program);
    simulation.settle();
    simulation.store.fail_commits(full);
    simulation.store.hold_commits(false);
    simulation.settle();
    ASSERT_TRUE(refused->refusal);
    simulation.store.fail_commits(std::nullopt);
    simulation.advance(1s);
    const auto next = simulation.finish(count);
    EXPECT_EQ(next->result(), R"({"value":2,"version":2})");
    EXPECT_EQ(stored(simulation, "hits"), "2");
}

TEST(Entries, AGroupThatFailedIsWrittenWithTheNewestState) {
    Simulation simulation;
    const std::string source = R"(
name: nap
nodes:
  - {id: nap, type: flow.delay, with: {duration: "${input.ms}ms"}}
  - {id: a, type: kv.increment, with: {key: hits}}
  - {id: drop, type: kv.delete, with: {key: other}}
)";
    const auto program = simulation.flow(source);
    simulation.finish(one_node("kv.set", "{key: other, value: 1}"));
    std::vector<std::shared_ptr<Watched>> runs;
    for (int number = 1; number <= 5; ++number)
        runs.push_back(simulation.start(program, Object{{"ms", 1'000 * number}}));
    simulation.settle();
    simulation.advance(500ms);
    simulation.store.fail_commits(full);
    simulation.advance(3s);
    EXPECT_EQ(stored(simulation, "hits"), "");
    for (const auto& run : runs) EXPECT_EQ(run->ended, 0);
    simulation.store.fail_commits(std::nullopt);
    simulation.advance(5s);
    for (const auto& run : runs) EXPECT_EQ(run->ended, 1);
    EXPECT_EQ(stored(simulation, "hits"), "5");
    EXPECT_EQ(stored(simulation, "other"), "");
}

/// Whoever acts upon a change waits until it is on disk, however little is written of him.
class ActsUponChanges : public ::testing::TestWithParam<const char*> {};

TEST_P(ActsUponChanges, OnDiskOnly) {
    Simulation simulation;
    simulation.finish(one_node("kv.set", "{key: hits, value: 0}"));
    const auto writer = simulation.flow(R"(
name: writer
nodes:
  - {id: nap, type: flow.delay, with: {duration: 1s}}
  - {id: a, type: kv.increment, with: {key: hits}}
  - {id: rest, type: flow.delay, with: {duration: 1h}}
)");
    const auto reader = simulation.flow(std::string(R"(
name: reader
nodes:
  - {id: nap, type: flow.delay, with: {duration: 2s}}
  - {id: read, type: kv.get, with: {key: hits}}
  - {id: act, type: http.request, with: {url: "http://svc/${nodes.read.value}"}}
settings: {durability: )") + GetParam() +
                                        "}\n");
    const auto first = simulation.start(writer);
    const auto second = simulation.start(reader);
    simulation.advance(900ms);
    simulation.store.hold_commits(true);
    simulation.advance(3s);
    EXPECT_TRUE(simulation.http.requests.empty()) << "the change is not on disk";
    simulation.store.hold_commits(false);
    simulation.settle();
    EXPECT_EQ(simulation.http.calls("http://svc/1"), 1u);
    simulation.settle();
    EXPECT_EQ(second->ended, 1);
    EXPECT_EQ(first->ended, 0);
}

TEST_P(ActsUponChanges, AndTellsItsEndThenOnly) {
    Simulation simulation;
    const std::string source = std::string(R"(
name: twice
nodes:
  - {id: a, type: kv.increment, with: {key: hits}}
  - {id: b, type: kv.increment, with: {key: hits}}
settings: {durability: )") + GetParam() +
                               "}\n";
    simulation.finish(source);
    const auto program = simulation.flow(source);
    const auto run = simulation.start(program);
    for (int turns = 0; run->accepted == 0 && turns < 1'000; ++turns) simulation.turn();
    simulation.store.hold_commits(true);
    simulation.settle();
    EXPECT_EQ(run->ended, 0);
    EXPECT_EQ(stored(simulation, "hits"), "2");
    simulation.store.hold_commits(false);
    simulation.settle();
    EXPECT_EQ(run->ended, 1);
    EXPECT_EQ(run->result(), R"({"value":4,"version":4})");
    EXPECT_EQ(stored(simulation, "hits"), "4");
    EXPECT_EQ(simulation.engine.scheduler().live(), 0u);
}

TEST_P(ActsUponChanges, AndSurvivesAFailingDisk) {
    Simulation simulation;
    const auto program = simulation.flow(std::string(R"(
name: nap
nodes:
  - {id: nap, type: flow.delay, with: {duration: 1s}}
  - {id: a, type: kv.increment, with: {key: hits}}
  - {id: act, type: http.request, with: {url: "http://svc/act"}}
settings: {durability: )") + GetParam() + "}\n");
    const auto run = simulation.start(program);
    simulation.advance(500ms);
    simulation.store.fail_commits(full);
    simulation.advance(3s);
    EXPECT_TRUE(simulation.http.requests.empty());
    EXPECT_FALSE(run->refusal);
    simulation.store.fail_commits(std::nullopt);
    simulation.advance(3s);
    EXPECT_EQ(run->ended, 1);
    EXPECT_EQ(simulation.http.requests.size(), 1u);
    EXPECT_EQ(stored(simulation, "hits"), "1");
}

INSTANTIATE_TEST_SUITE_P(Durabilities, ActsUponChanges,
                         ::testing::Values("step", "execution", "none"),
                         [](const auto& tested) { return std::string(tested.param); });

TEST(Entries, AnExecutionThatIsNeverWrittenLeavesItsChangesOnly) {
    Simulation simulation;
    const auto run =
        simulation.finish(one_node("kv.increment", "{key: hits}", "settings: {durability: none}"));
    EXPECT_EQ(run->status(), "succeeded");
    EXPECT_EQ(stored(simulation, "hits"), "1");
    EXPECT_TRUE(simulation.run(simulation.store.executions({})).empty());
}

TEST(Entries, CompareAndSetTakesTheEdgeOfAConflict) {
    Simulation simulation;
    const auto program = simulation.flow(R"(
name: claim
nodes:
  claim: {type: kv.compare_and_set, with: {key: lock, version: 0, value: "${input.who}"}, next: {conflict: late, success: mine}}
  mine: {type: core.set, with: {mine: "${nodes.claim.value}"}}
  late: {type: core.set, with: {taken_by: "${nodes.claim.value}", version: "${nodes.claim.version}"}}
)");
    const auto ada = simulation.start(program, Object{{"who", "ada"}});
    const auto bob = simulation.start(program, Object{{"who", "bob"}});
    simulation.settle();
    const std::string winner = stored(simulation, "lock");
    ASSERT_TRUE(winner == R"("ada")" || winner == R"("bob")") << winner;
    const bool first = winner == R"("ada")";
    EXPECT_EQ((first ? ada : bob)->result(), "{\"mine\":" + winner + "}");
    EXPECT_EQ((first ? bob : ada)->result(), "{\"taken_by\":" + winner + R"(,"version":1})");
}

TEST(Entries, CompareAndSetComparesValuesAsTheyAreWritten) {
    Simulation simulation;
    simulation.finish(one_node("kv.set", "{key: x, value: {b: 1.0, a: [null]}}"));
    const auto swapped = simulation.finish(
        one_node("kv.compare_and_set", "{key: x, expected: {a: [null], b: 1}, value: 2}"));
    EXPECT_EQ(swapped->result(), R"({"value":2,"version":2})");
    const auto conflict = simulation.finish(
        one_node("kv.compare_and_set", "{key: x, expected: 1, version: 2, value: 3}"));
    EXPECT_EQ(conflict->error_code(), "kv_conflict");
    EXPECT_EQ(to_json(conflict->execution->state.error().at("details")),
              R"({"namespace":"default","key":"x","actual_version":2,"expected_version":2})");
    EXPECT_EQ(stored(simulation, "x"), "2");
}

TEST(Entries, AreOverAfterTheirTime) {
    Simulation simulation;
    simulation.finish(one_node("kv.set", "{key: x, value: 5, ttl: 1h}"));
    simulation.advance(59min);
    EXPECT_EQ(simulation.finish(one_node("kv.increment", "{key: x}"))->result(),
              R"({"value":6,"version":2})");
    simulation.advance(2min);
    EXPECT_EQ(simulation.finish(one_node("kv.get", "{key: x}"))->error_code(), "kv_not_found")
        << "incrementing keeps the end";
    EXPECT_EQ(simulation.finish(one_node("kv.increment", "{key: x}"))->result(),
              R"({"value":1,"version":1})");
    simulation.advance(10h);
    EXPECT_EQ(simulation.finish(one_node("kv.get", "{key: x}"))->status(), "succeeded")
        << "the new one has no end";
}

TEST(Entries, WhatIsWrongIsRefusedAndChangesNothing) {
    struct Case {
        const char* type;
        std::string with;
        const char* code;
    };
    const std::string long_key(256, 'k');
    const std::string large(70'000, 'v');
    for (const auto& [type, with, code] : std::vector<Case>{
             {"kv.get", "{key: none}", "kv_not_found"},
             {"kv.get", R"({key: "${''}"})", "invalid_parameters"},
             {"kv.get", R"({key: "${[1]}"})", "invalid_parameters"},
             {"kv.get", R"({key: "${null}"})", "invalid_parameters"},
             {"kv.get", R"({key: "a\nb"})", "invalid_parameters"},
             {"kv.get", "{key: " + long_key + "}", "invalid_parameters"},
             {"kv.get", R"({key: x, namespace: "${1}"})", "invalid_parameters"},
             {"kv.set", R"({key: x, value: 1, ttl: "${'soon'}"})", "invalid_parameters"},
             {"kv.set", R"({key: x, value: 1, ttl: 0s})", "invalid_parameters"},
             {"kv.set", "{key: x, value: " + large + "}", "kv_value_too_large"},
             {"kv.increment", "{key: text}", "kv_not_a_number"},
             {"kv.increment", "{key: half}", "kv_not_a_number"},
             {"kv.increment", "{key: most}", "kv_overflow"},
             {"kv.increment", "{key: x, by: 1.5}", "invalid_parameters"},
             {"kv.increment", R"({key: x, by: "${'1'}"})", "invalid_parameters"},
             {"kv.increment", "{key: x, by: 9007199254740992}", "invalid_parameters"},
             {"kv.compare_and_set", "{key: x, value: 1}", "invalid_parameters"},
             {"kv.compare_and_set", R"({key: x, value: 1, version: "${-1}"})",
              "invalid_parameters"},
             {"kv.compare_and_set", "{key: text, value: 1, version: 7}", "kv_conflict"},
             {"kv.compare_and_set", "{key: none, value: 1, expected: null}", "kv_conflict"},
         }) {
        Simulation simulation;
        simulation.finish(R"(
name: before
nodes:
  - {id: a, type: kv.set, with: {key: text, value: "1"}}
  - {id: b, type: kv.set, with: {key: half, value: 0.5}}
  - {id: c, type: kv.set, with: {key: most, value: 9007199254740991}}
)");
        const auto run = simulation.finish(one_node(type, with));
        EXPECT_EQ(run->status(), "failed") << type << " " << with.substr(0, 80);
        EXPECT_EQ(run->error_code(), code) << type << " " << with.substr(0, 80);
        EXPECT_EQ(stored(simulation, "x"), "") << type << " " << with.substr(0, 80);
        EXPECT_EQ(stored(simulation, "none"), "");
    }
}

TEST(Entries, ANamespaceTakesSoManyAndNoMore) {
    Simulation::Setup setup;
    setup.limits.entries = 3;
    Simulation simulation(std::move(setup));
    const auto set = [&](const std::string& key) {
        return simulation.finish(one_node("kv.set", "{key: " + key + ", value: 1}"))->error_code();
    };
    EXPECT_EQ(set("a"), "");
    EXPECT_EQ(set("b"), "");
    EXPECT_EQ(set("c"), "");
    EXPECT_EQ(set("d"), "kv_namespace_full");
    EXPECT_EQ(set("a"), "") << "what is there may change";
    simulation.finish(one_node("kv.delete", "{key: b}"));
    EXPECT_EQ(set("d"), "");
    EXPECT_EQ(set("e"), "kv_namespace_full");
    simulation.finish(one_node("kv.set", "{key: e, value: 1, namespace: other}"));
    EXPECT_EQ(stored(simulation, "e", "other"), "1");
    EXPECT_EQ(stored(simulation, "e"), "");
}

TEST(Entries, ThoseThatAreOverMakeRoomOncePruned) {
    Simulation::Setup setup;
    setup.limits.entries = 2;
    Simulation simulation(std::move(setup));
    bool ended = false;
    asio::cancellation_signal stop;
    asio::co_spawn(simulation.context, simulation.engine.retain({}, {}),
                   asio::bind_cancellation_slot(stop.slot(),
                                                [&](const std::exception_ptr&) { ended = true; }));
    simulation.finish(one_node("kv.set", "{key: a, value: 1, ttl: 1h}"));
    simulation.finish(one_node("kv.set", "{key: b, value: 1}"));
    EXPECT_EQ(simulation.finish(one_node("kv.set", "{key: c, value: 1}"))->error_code(),
              "kv_namespace_full");
    simulation.advance(5h);
    EXPECT_EQ(simulation.run(simulation.store.entry_count("default")), 1u);
    EXPECT_EQ(simulation.finish(one_node("kv.set", "{key: c, value: 1}"))->error_code(), "");
    stop.emit(asio::cancellation_type::terminal);
    simulation.settle();
    EXPECT_TRUE(ended);
}

TEST(Entries, MemoryIsBoundedAndForgetsNothing) {
    Simulation::Setup setup;
    setup.limits.entries_in_memory = 10;
    setup.limits.entry_bytes_waiting = 2'000;
    Simulation simulation(std::move(setup));
    const auto program = simulation.flow(R"(
name: many
nodes:
  - {id: a, type: kv.increment, with: {key: "k${input.n % 50}"}}
)");
    for (int number = 0; number < 200; ++number) simulation.start(program, Object{{"n", number}});
    simulation.settle();
    for (int number = 0; number < 50; ++number)
        EXPECT_EQ(stored(simulation, "k" + std::to_string(number)), "4");
    EXPECT_LE(simulation.engine.scheduler().entries().in_memory(), 10u);
}

TEST(Entries, NoSecretGetsIntoOne) {
    Simulation::Setup setup;
    setup.secrets = {{"TOKEN", "s3cret-value"}};
    Simulation simulation(std::move(setup));
    const auto run = simulation.finish(one_node(
        "kv.set", R"({key: "of ${secrets.TOKEN}", value: {token: "Bearer ${secrets.TOKEN}"}})"));
    EXPECT_EQ(run->status(), "succeeded");
    EXPECT_EQ(stored(simulation, "of [redacted:TOKEN]"), R"({"token":"Bearer [redacted:TOKEN]"})");
    for (const auto& group : simulation.journal.groups)
        for (const auto& append : group)
            for (const auto& [key, entry] : append.entries)
                EXPECT_EQ((key.key + (entry ? entry->json : "")).find("s3cret"), std::string::npos);
}

TEST(Entries, ANodeMayBeTriedAgain) {
    Simulation simulation;
    const auto run = simulation.start(R"(
name: wait
nodes:
  - {id: a, type: kv.get, with: {key: x}, retry: {attempts: 5, delay: 1s, on: [kv_not_found]}}
)");
    simulation.advance(1500ms);
    EXPECT_EQ(run->ended, 0);
    simulation.finish(one_node("kv.set", "{key: x, value: here}"));
    simulation.advance(2s);
    EXPECT_EQ(run->status(), "succeeded");
}

TEST(Entries, CancellingWhileTheStartIsOnItsWayChangesNothing) {
    Simulation simulation;
    simulation.store.hold_commits(true);
    const auto run = simulation.finish(count);
    EXPECT_TRUE(simulation.engine.cancel(*run->execution));
    simulation.store.hold_commits(false);
    simulation.settle();
    EXPECT_EQ(run->status(), "cancelled");
    EXPECT_EQ(stored(simulation, "hits"), "");
}

TEST(Entries, PeopleAndNodesChangeThemInOneOrder) {
    Simulation simulation;
    Engine& engine = simulation.engine;
    const EntryKey key{"default", "hits"};
    const auto put = simulation.run(engine.put_entry(key, 41, {}, {}));
    ASSERT_TRUE(put);
    EXPECT_TRUE(put->created);
    EXPECT_EQ(simulation.finish(count)->result(), R"({"value":42,"version":2})");
    EXPECT_EQ(simulation.run(engine.entry(key))->json, "42");
    EntryCondition first;
    first.version = 1;
    EXPECT_EQ(simulation.run(engine.put_entry(key, 1, {}, first)).error().code, "kv_conflict");
    EXPECT_EQ(simulation.run(engine.remove_entry(key, first)).error().code, "kv_conflict");
    EntryCondition absent;
    absent.absent = true;
    EXPECT_EQ(simulation.run(engine.put_entry(key, 1, {}, absent)).error().code, "kv_conflict");
    first.version = 2;
    EXPECT_TRUE(simulation.run(engine.put_entry(key, 7, {}, first)));
    EXPECT_EQ(simulation.finish(count)->result(), R"({"value":8,"version":4})");
    EXPECT_TRUE(simulation.run(engine.remove_entry(key, {})));
    EXPECT_EQ(simulation.run(engine.remove_entry(key, {})).error().code, "kv_not_found");
    EXPECT_EQ(simulation.run(engine.entry(key)).error().code, "kv_not_found");
    EXPECT_EQ(simulation.finish(count)->result(), R"({"value":1,"version":1})");
}

TEST(Entries, PeopleAreToldOnceItIsOnDisk) {
    Simulation simulation;
    bool told = false;
    simulation.store.hold_commits(true);
    asio::co_spawn(simulation.context, simulation.engine.put_entry({"default", "x"}, 1, {}, {}),
                   [&](const std::exception_ptr& failure, const auto& written) {
                       told = !failure && written;
                   });
    simulation.settle();
    EXPECT_FALSE(told);
    EXPECT_EQ(simulation.run(simulation.engine.entry({"default", "x"})).error().code,
              "kv_not_found");
    simulation.store.hold_commits(false);
    simulation.settle();
    EXPECT_TRUE(told);
    simulation.store.fail_commits(full);
    simulation.finish(count);
    EXPECT_EQ(simulation.run(simulation.engine.entry({"default", "x"}))->json, "1");
}

TEST(Entries, PeopleAreRefusedWhileTheDiskIsFull) {
    Simulation simulation;
    const auto held =
        simulation.start("name: nap\nnodes: [{id: a, type: flow.delay, with: {duration: 1s}}]");
    simulation.settle();
    simulation.store.fail_commits(full);
    simulation.advance(1s);
    const auto put = simulation.run(simulation.engine.put_entry({"default", "x"}, 1, {}, {}));
    ASSERT_FALSE(put);
    EXPECT_EQ(put.error().code, "store_full");
    simulation.store.fail_commits(std::nullopt);
    simulation.advance(1s);
    EXPECT_EQ(held->ended, 1);
    EXPECT_EQ(stored(simulation, "x"), "") << "it does not come about later";
}

}  // namespace
}  // namespace sluice::testing
