#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/run/after_crash.hpp"

namespace sluice::testing {
namespace {

using ::testing::Contains;

struct Case {
    const char* name;
    const char* source;
};

/// Every node with a URL calls http://svc/ID; 503 and 404 answer as they are called.
constexpr Case cases[] = {
    {"sequence", R"(
name: f
nodes:
  - {id: a, type: http.request, with: {url: "http://svc/a"}}
  - {id: p, type: core.set, with: {n: "${nodes.a.status}"}}
  - {id: b, type: http.request, with: {method: POST, url: "http://svc/b", json: "${nodes.p}"}}
  - {id: c, type: http.request, with: {url: "http://svc/c"}}
output: {n: "${nodes.p.n}", c: "${nodes.c.body}"}
)"},
    {"fan-out and join", R"(
name: f
nodes:
  a: {type: http.request, with: {url: "http://svc/a"}}
  b: {type: http.request, with: {url: "http://svc/b"}}
  c: {type: http.request, with: {url: "http://svc/c"}}
  j: {type: http.request, needs: [a, b, c], with: {url: "http://svc/j"}}
  z: {type: core.set, needs: j, with: {sum: "${nodes.a.status + nodes.b.status + nodes.c.status}"}}
settings: {max_parallel: 2}
)"},
    {"delays", R"(
name: f
nodes:
  - {id: a, type: http.request, with: {url: "http://svc/a"}}
  - {id: nap, type: flow.delay, with: {duration: 1h}}
  - {id: b, type: http.request, with: {url: "http://svc/b"}}
  - {id: again, type: flow.delay, with: {duration: 1h}}
  - {id: c, type: core.set, with: {done: true}}
)"},
    {"retries that end at an error edge", R"(
name: f
nodes:
  bad: {type: http.request, with: {url: "http://svc/503"}, retry: {attempts: 3, delay: 1m}, next: {error: note}}
  note: {type: core.set, with: {code: "${error.code}"}, next: b}
  b: {type: http.request, with: {url: "http://svc/b"}}
output: "${nodes.note}"
)"},
    {"branches", R"(
name: f
nodes:
  a: {type: http.request, with: {url: "http://svc/a"}, next: big}
  big: {type: flow.if, with: {condition: "${nodes.a.status > 500}"}, next: {true: t, false: f}}
  t: {type: http.request, with: {url: "http://svc/t"}}
  f: {type: http.request, with: {url: "http://svc/f"}}
  j: {type: http.request, needs: [t, f], with: {url: "http://svc/j"}}
output: {t: "${nodes.t?.status ?? 0}", f: "${nodes.f?.status ?? 0}"}
)"},
    {"failure", R"(
name: f
nodes:
  a: {type: http.request, with: {url: "http://svc/a"}}
  nap: {type: flow.delay, with: {duration: 1d}}
  bad: {type: http.request, needs: a, with: {url: "http://svc/404"}}
)"},
    {"failures that go on", R"(
name: f
nodes:
  a: {type: http.request, with: {url: "http://svc/a"}}
  bad: {type: http.request, with: {url: "http://svc/404"}}
  b: {type: http.request, needs: bad, with: {url: "http://svc/b"}}
  c: {type: http.request, needs: a, with: {url: "http://svc/c"}}
settings: {on_error: continue}
output: "${nodes.c.status}"
)"},
    {"loop", R"(
name: f
start: a
nodes:
  a: {type: http.request, with: {url: "http://svc/a"}, next: n}
  n: {type: core.set, with: {n: "${(nodes.n?.n ?? 0) + 1}"}, next: more}
  more: {type: flow.if, with: {condition: "${nodes.n.n < 4}"}, next: {true: a, false: over}}
  over: {type: core.set, with: {rounds: "${nodes.n.n}"}}
settings: {join: any}
)"},
    {"timeout", R"(
name: f
nodes:
  - {id: a, type: http.request, with: {url: "http://svc/a"}}
  - {id: nap, type: flow.delay, with: {duration: 10d}}
settings: {timeout: 1h}
)"},
    {"iterations", R"(
name: f
nodes:
  all:
    type: flow.each
    with: {items: [1, 2, 3], max_parallel: 2}
    nodes:
      - {id: a, type: http.request, with: {url: "http://svc/a"}}
      - {id: nap, type: flow.delay, with: {duration: "${item}h"}}
      - {id: b, type: http.request, with: {url: "http://svc/b"}}
    output: "${nodes.b.status + item}"
  after: {type: http.request, needs: all, with: {url: "http://svc/after"}}
output: "${nodes.all.results}"
)"},
    {"a loop with a condition", R"(
name: f
vars: {sum: 0}
nodes:
  poll:
    type: flow.until
    with: {condition: "${index === 3}"}
    nodes:
      - {id: a, type: http.request, with: {url: "http://svc/a"}}
      - {id: add, type: vars.set, with: {sum: "${vars.sum + nodes.a.status}"}}
      - {id: nap, type: flow.delay, with: {duration: 1h}}
output: {sum: "${vars.sum}", times: "${nodes.poll.iterations}"}
)"},
    {"branches side by side", R"(
name: f
nodes:
  side:
    type: flow.parallel
    branches:
      quick: {nodes: [{id: a, type: http.request, with: {url: "http://svc/a"}}]}
      slow: {nodes: [{id: nap, type: flow.delay, with: {duration: 1h}}, {id: b, type: http.request, with: {url: "http://svc/b"}}]}
  race:
    type: flow.parallel
    needs: side
    with: {wait: any}
    branches:
      bad: {nodes: {c: {type: http.request, with: {url: "http://svc/404"}}}}
      soon: {nodes: {d: {type: flow.delay, with: {duration: 1h}}}}
      never: {nodes: {e: {type: flow.delay, with: {duration: 10d}}}}
output: {side: "${nodes.side.results.quick.status}", first: "${nodes.race.first}"}
)"},
    {"a failure that is caught, and one that is not", R"(
name: f
nodes:
  safe:
    type: flow.try
    nodes: {bad: {type: http.request, with: {url: "http://svc/503"}, retry: {attempts: 2, delay: 1m}}}
    catch: {http_5xx: {nodes: {mend: {type: http.request, with: {url: "http://svc/mend"}}}}}
    finally: {nodes: {tidy: {type: http.request, with: {url: "http://svc/tidy"}}}}
  outer:
    type: flow.try
    needs: safe
    nodes:
      inner:
        type: flow.each
        with: {items: [1, 2]}
        nodes: {worse: {type: http.request, with: {url: "http://svc/404"}}}
    finally: {nodes: [{id: nap, type: flow.delay, with: {duration: 1h}}, {id: clean, type: http.request, with: {url: "http://svc/clean"}}]}
)"},
    {"an end that cleans up", R"(
name: f
nodes:
  - id: safe
    type: flow.try
    nodes:
      - {id: a, type: http.request, with: {url: "http://svc/a"}}
      - {id: nap, type: flow.delay, with: {duration: 10d}}
    finally: {nodes: [{id: tidy, type: http.request, with: {url: "http://svc/tidy"}}, {id: rest, type: flow.delay, with: {duration: 1m}}, {id: b, type: http.request, with: {url: "http://svc/b"}}]}
settings: {timeout: 1h}
)"},
    {"a saga that is undone", R"(
name: f
nodes:
  - id: all
    type: flow.each
    with: {items: [1, 2], max_parallel: 1}
    nodes:
      - {id: a, type: http.request, with: {url: "http://svc/a"}, compensate: {type: http.request, with: {url: "http://svc/undo-a"}}}
      - {id: nap, type: flow.delay, with: {duration: 1h}}
  - id: b
    type: http.request
    with: {url: "http://svc/b"}
    compensate: {nodes: [{id: rest, type: flow.delay, with: {duration: 1h}}, {id: undo, type: http.request, with: {url: "http://svc/503"}, retry: {attempts: 2, delay: 1h}}]}
  - {id: bad, type: http.request, with: {url: "http://svc/404"}}
)"},
    {"a return", R"(
name: f
nodes:
  all:
    type: flow.each
    with: {items: [1, 2, 3], max_parallel: 1}
    nodes:
      - {id: a, type: http.request, with: {url: "http://svc/a"}}
      - {id: found, type: flow.return, when: "${item === 2}", with: {result: "${nodes.a.status}"}}
  nap: {type: flow.delay, with: {duration: 10d}}
)"},
    {"a composite that takes too long", R"(
name: f
nodes:
  slow:
    type: flow.each
    with: {items: [1]}
    timeout: 30m
    nodes: [{id: a, type: http.request, with: {url: "http://svc/a"}}, {id: nap, type: flow.delay, with: {duration: 10d}}]
    next: {error: note}
  note: {type: core.set, with: {code: "${error.code}"}}
)"},
};

void script(Simulation& simulation) {
    for (int count = 0; count < 5; ++count) {
        simulation.http.reply("http://svc/503", 503);
        simulation.http.reply("http://svc/404", 404);
    }
}

std::string end_of(const LiveExecution& execution) {
    const auto& state = execution.state;
    return std::string(to_word(state.status())) + " " +
           to_json(state.status() == ExecutionStatus::succeeded ? state.result() : state.error());
}

std::string end_of(const Timeline& timeline) {
    const auto& state = timeline.state();
    return std::string(to_word(state.status())) + " " +
           to_json(state.status() == ExecutionStatus::succeeded ? state.result() : state.error());
}

/// How many calls of each URL have their result among these events.
std::map<std::string, int> settled_calls(const Program& program, const std::vector<Event>& events) {
    std::map<std::string, int> settled;
    for (const auto& event : events) {
        if (event.kind != EventKind::node_succeeded && event.kind != EventKind::node_retrying &&
            event.kind != EventKind::node_failed)
            continue;
        const auto& with = program.graph().nodes[event.node].with;
        if (with.is_object() && with.as_object().contains("url"))
            ++settled[std::string(with.as_object().at("url").as_string())];
    }
    return settled;
}

class Recovery : public ::testing::TestWithParam<Case> {};

TEST_P(Recovery, CutAfterAnyCommitComesToTheSameEndAndRepeatsNoFinishedNode) {
    Simulation whole;
    script(whole);
    const auto run = whole.finish(GetParam().source);
    whole.advance(std::chrono::days(11));
    ASSERT_EQ(run->ended, 1);
    const auto expected = end_of(*run->execution);
    const auto id = run->execution->id;
    ASSERT_GE(whole.commits(), 3u);
    for (std::size_t cut = 1; cut <= whole.commits(); ++cut) {
        SCOPED_TRACE("cut after commit " + std::to_string(cut));
        Simulation next(after(whole, cut, GetParam().source, 1h));
        script(next);
        const auto settled = settled_calls(*run->execution->program, next.events(id));
        const auto recovered = next.run(load_and_recover(next.engine));
        EXPECT_LE(recovered, cut == whole.commits() ? 0u : 1u) << "one that waits is left to wait";
        next.advance(std::chrono::days(11));
        const auto chunks = next.run(next.store.journal(id));
        const Timeline timeline(*run->execution->program, chunks);
        EXPECT_EQ(end_of(timeline), expected);
        for (const auto& [url, count] : whole.http.answered) {
            const auto known = settled.find(url);
            EXPECT_EQ(next.http.answered[url], count - (known == settled.end() ? 0 : known->second))
                << url;
        }
        const auto events = next.events(id);
        for (std::size_t at = 0; at < events.size(); ++at) ASSERT_EQ(events[at].sequence, at + 1);
    }
}

INSTANTIATE_TEST_SUITE_P(Flows, Recovery, ::testing::ValuesIn(cases), [](const auto& info) {
    std::string name = info.param.name;
    for (char& letter : name)
        if (letter < 'a' || letter > 'z') letter = '_';
    return name;
});

constexpr const char* nap = R"(
name: nap
nodes:
  - {id: nap, type: flow.delay, with: {duration: 1h}}
  - {id: call, type: http.request, with: {url: "http://svc/call"}}
)";

TEST(RecoveryOfDelays, RestOfADelayIsWaitedByTheWallClock) {
    Simulation before;
    const auto run = before.finish(nap);
    before.advance(10min);
    Simulation next(after(before, before.commits(), nap, 20min));
    next.run(load_and_recover(next.engine));
    next.advance(29min);
    EXPECT_EQ(next.http.requests.size(), 0u);
    next.advance(1min);
    EXPECT_EQ(next.http.requests.size(), 1u);
}

TEST(RecoveryOfDelays, OverdueDelayFiresOnceAndAtOnce) {
    Simulation before;
    const auto run = before.finish(nap);
    Simulation next(after(before, before.commits(), nap, 100h));
    next.run(load_and_recover(next.engine));
    next.settle();
    EXPECT_EQ(next.http.requests.size(), 1u);
    next.advance(200h);
    EXPECT_EQ(next.http.requests.size(), 1u);
}

TEST(RecoveryOfEffects, IdempotencyKeyIsThatOfTheFirstAttempt) {
    constexpr const char* post =
        R"({"name": "p", "nodes": [{"id": "call", "type": "http.request", "with": {"method": "POST", "url": "http://svc/call"}}]})";
    Simulation before;
    before.http.hold("http://svc/call");
    before.finish(post);
    ASSERT_EQ(before.http.requests.size(), 1u);
    Simulation next(after(before, before.commits(), post, 1s));
    next.run(load_and_recover(next.engine));
    ASSERT_EQ(next.http.requests.size(), 1u);
    EXPECT_EQ(next.http.requests[0].headers, before.http.requests[0].headers);
    EXPECT_FALSE(next.http.requests[0].headers.empty());
    before.http.release("http://svc/call");
}

TEST(RecoveryOfCancels, CancelledBeforeTheCrashStaysCancelled) {
    constexpr const char* held = "name: h\nnodes: [{id: a, type: test.hold, with: {name: a}}]";
    Simulation before;
    const auto run = before.finish(held);
    before.engine.cancel(*run->execution);
    before.settle();
    // The group that tells of the cancellation may be on disk without the end.
    ChunkWriter writer;
    Event request;
    request.kind = EventKind::cancel_requested;
    request.status = ExecutionStatus::cancelled;
    request.text = "enough";
    request.at = before.clock.wall();
    writer.add(request);
    auto setup = after(before, 1, held, 1s);
    Append append = setup.history.front().front();
    append.begins = false;
    append.first_sequence = append.last_sequence + 1;
    append.last_sequence = append.first_sequence;
    append.chunk = writer.take();
    setup.history.push_back({append});
    Simulation next(std::move(setup));
    next.run(load_and_recover(next.engine));
    EXPECT_EQ(next.nodes.runs.count("a"), 0u);
    EXPECT_EQ(next.words(*run),
              (std::vector<std::string>{"execution.started", "node.started a",
                                        "execution.cancel_requested", "execution.recovered",
                                        "node.cancelled a", "execution.ended"}));
}

TEST(RecoveryOfCancels, CancelledDuringAPauseEndsAfterTheCrashToo) {
    constexpr const char* held = "name: h\nnodes: [{id: a, type: test.hold, with: {name: a}}]";
    Simulation before;
    const auto run = before.finish(held);
    before.engine.scheduler().pause(*run->execution, "look").value();
    before.settle();
    before.engine.cancel(*run->execution);
    // The group that is handed over before the node has ended: it is what recovery goes by.
    const auto between = run->execution->state.status();
    EXPECT_EQ(to_word(between), "running") << "nobody can resume it any more";
    before.settle();
    ChunkWriter writer;
    Event request;
    request.kind = EventKind::cancel_requested;
    request.status = ExecutionStatus::cancelled;
    request.text = "enough";
    request.at = before.clock.wall();
    writer.add(request);
    auto setup = after(before, 2, held, 1s);
    Append append = setup.history.back().front();
    append.first_sequence = append.last_sequence = append.last_sequence + 1;
    append.holds_opened.clear();
    append.status = between;
    append.chunk = writer.take();
    setup.history.push_back({append});
    Simulation next(std::move(setup));
    next.run(load_and_recover(next.engine));
    EXPECT_EQ(next.run(next.store.execution(run->execution->id))->status,
              ExecutionStatus::cancelled);
    EXPECT_TRUE(next.run(next.store.holds({})).empty());
}

TEST(RecoveryOfLogs, LogLimitCountsWhatWasWrittenBefore) {
    constexpr const char* chatty = R"(
name: chatty
nodes:
  - {id: a, type: core.log, with: {message: one}}
  - {id: nap, type: flow.delay, with: {duration: 1h}}
  - {id: b, type: core.log, with: {message: two}}
)";
    Simulation before;
    const auto run = before.finish(chatty);
    auto setup = after(before, before.commits(), chatty, 2h);
    setup.limits.log_lines = 1;
    Simulation next(std::move(setup));
    next.run(load_and_recover(next.engine));
    next.settle();
    std::vector<std::string> lines;
    for (const auto& event : next.events(*run))
        if (event.kind == EventKind::log_written) lines.push_back(event.text);
    ASSERT_EQ(lines.size(), 2u);
    EXPECT_NE(lines[1].find("log limit"), std::string::npos);
}

TEST(RecoveryOfMany, NewIdsComeAfterThoseOfTheStore) {
    Simulation before;
    const auto run = before.finish(nap);
    auto setup = after(before, before.commits(), nap, -1h);
    Simulation next(std::move(setup));
    next.run(load_and_recover(next.engine));
    const auto fresh = next.start("name: q\nnodes: [{id: a, type: core.set}]");
    EXPECT_GT(fresh->execution->id.number(), run->execution->id.number())
        << "though the clock went back";
}

TEST(RecoveryOfMany, MoreThanAPageComesBack) {
    Simulation before;
    const auto program = before.flow(nap);
    for (int count = 0; count < 1'203; ++count) before.start(program);
    before.settle();
    Simulation next(after(before, before.commits(), nap, 1s));
    EXPECT_EQ(next.run(load_and_recover(next.engine)), 0u) << "those that wait stay on disk";
    next.advance(2h);
    EXPECT_EQ(next.http.requests.size(), 1'203u);
    EXPECT_EQ(next.engine.scheduler().live(), 0u);
}

TEST(RecoveryOfMany, UnreadableJournalIsToldAndTheOthersGoOn) {
    Simulation before;
    const auto program = before.flow(nap);
    before.start(program);
    before.start(program);
    before.start(program);
    before.start(program);
    const auto good = before.start(program);
    before.settle();
    auto setup = after(before, before.commits(), nap, 2h);
    auto& group = setup.history.at(0);
    ASSERT_EQ(group.size(), 5u);
    group[0].chunk.resize(group[0].chunk.size() / 2);
    group[1].chunk = "nonsense";
    ChunkWriter later;
    Event event;
    event.kind = EventKind::node_started;
    event.node = 4'000'000;
    later.add(event);
    group[2].chunk += later.take().substr(2);
    group[3].chunk = std::string("\x01\x00", 2);
    Simulation next(std::move(setup));
    std::vector<std::string> failures;
    next.run(load_and_recover(next.engine, &failures));
    next.settle();
    EXPECT_EQ(failures.size(), 4u);
    EXPECT_EQ(next.words(*good).back(), "execution.ended");
}

TEST(RecoveryOfMany, GapInAJournalIsToldInsteadOfGuessed) {
    Simulation before;
    const auto run = before.finish(nap);
    before.advance(1h);
    ASSERT_EQ(before.commits(), 3u);
    auto setup = after(before, 2, nap, 2h);
    setup.history[1][0].first_sequence += 1;
    Simulation next(std::move(setup));
    std::vector<std::string> failures;
    EXPECT_EQ(next.run(load_and_recover(next.engine, &failures)), 0u);
    EXPECT_EQ(failures.size(), 1u);
}

}  // namespace
}  // namespace sluice::testing
