#include <algorithm>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "engine/run/why.hpp"

#include "tests/run/after_crash.hpp"

namespace sluice::testing {
namespace {

using ::testing::HasSubstr;

constexpr const char* poison = "http://svc/poison";
constexpr const char* slow = "http://svc/slow";
constexpr const char* call =
    "name: call\nnodes: [{id: call, type: http.request, with: {url: \"${input.url}\"}, "
    "on_interrupt: retry}]";

/// Process after process on one journal: each is killed, most of them at a bad moment.
class Lives {
  public:
    explicit Lives(std::string source = call, Limits limits = {})
        : source_(std::move(source)), limits_(limits) {}

    /// A process of its own: it recovers, lives for `span` and is killed. A call of `poison` kills
    /// it at once. True when it lived so long.
    template <typename Then>
    bool live(Milliseconds span, Then then) {
        Simulation::Setup setup;
        setup.limits = limits_;
        setup.seed = ++lives;
        setup.begin = wall_;
        setup.history = history_;
        setup.flows = {source_};
        Simulation process(std::move(setup));
        process.http.delay(slow, slowness);
        process.http.hold(poison);
        asio::co_spawn(process.context, load_and_recover(process.engine),
                       [](const std::exception_ptr& failure, std::size_t) {
                           EXPECT_FALSE(failure) << "it recovers";
                       });
        const bool lived = wait(process, span);
        if (lived) then(process);
        if (lived) process.settle();
        calls += process.http.calls(slow);
        history_.insert(history_.end(), process.journal.groups.begin(),
                        process.journal.groups.end());
        wall_ = process.clock.wall() + 1s;
        return lived;
    }
    bool live(Milliseconds span) {
        return live(span, [](Simulation&) {});
    }

    /// Lives for so long, but until the poison acts.
    static bool wait(Simulation& process, Milliseconds span) {
        const auto until = process.clock.steady() + span;
        for (;;) {
            if (const auto due = process.timers.next_due(); due && *due <= process.clock.steady())
                asio::post(process.context,
                           [&process] { process.timers.fire_due(process.clock.steady()); });
            while (process.turn() != 0)
                if (process.http.calls(poison) > 0) return false;
            const auto due = process.timers.next_due();
            if (due && *due <= process.clock.steady()) continue;
            const auto next = due ? std::min(*due, until) : until;
            if (next <= process.clock.steady()) return true;
            process.clock.advance(std::chrono::ceil<Milliseconds>(next - process.clock.steady()));
        }
    }

    /// Starts one for each URL, in a life of its own that is killed in the midst of it.
    std::vector<Uuid> start(const std::vector<const char*>& urls) {
        std::vector<Uuid> ids;
        live(0s, [&](Simulation& process) {
            const auto program = process.engine.flows().all().at(0)->program;
            for (const auto* url : urls)
                ids.push_back(process.engine.start(program, Object{{"url", url}}).value()->id);
        });
        return ids;
    }

    /// Its status, and the code of its error.
    std::string end_of(const Uuid& id) {
        std::string end;
        for (const auto& event : events(id))
            if (event.kind == EventKind::execution_ended) {
                end = to_word(event.status);
                if (event.status == ExecutionStatus::failed)
                    end += " " + std::string(event.data.at("code").as_string());
            }
        return end;
    }

    /// How it was recovered, time after time.
    std::vector<std::string> recoveries(const Uuid& id) {
        std::vector<std::string> list;
        for (const auto& event : events(id))
            if (event.kind == EventKind::execution_recovered) list.push_back(event.text);
        return list;
    }

    std::size_t lives = 0;
    std::size_t calls = 0;  ///< of `slow`
    Milliseconds slowness = 1min;

  private:
    std::vector<Event> events(const Uuid& id) {
        std::vector<Event> list;
        for (const auto& group : history_)
            for (const auto& append : group)
                if (append.execution == id)
                    for (auto& event : decode_chunk(append.chunk, append.first_sequence))
                        list.push_back(std::move(event));
        return list;
    }

    std::string source_;
    Limits limits_;
    WallTime wall_ = SimulatedClock::default_begin;
    std::vector<std::vector<Append>> history_;
};

TEST(CrashLoop, OneThatIsSlowSurvivesTwentyKillsInARow) {
    Lives lives;
    const auto id = lives.start({slow}).at(0);
    for (int kill = 1; kill <= 20; ++kill) EXPECT_TRUE(lives.live(15s));
    EXPECT_EQ(lives.calls, 21u) << "it began anew each time, and once";
    lives.live(2min);
    EXPECT_EQ(lives.end_of(id), "succeeded");
    const auto recoveries = lives.recoveries(id);
    EXPECT_EQ(std::count(recoveries.begin(), recoveries.end(), "outlived"), 16)
        << "the processes outlived the bound with it, once it was a suspect";
}

TEST(CrashLoop, SeveralSurviveTwentyKillsOfShortLives) {
    Lives lives;
    const auto ids = lives.start(std::vector<const char*>(10, slow));
    for (int kill = 1; kill <= 20; ++kill) EXPECT_TRUE(lives.live(3s));
    for (const auto& id : ids) {
        const auto recoveries = lives.recoveries(id);
        EXPECT_LE(std::count(recoveries.begin(), recoveries.end(), "alone"), 2)
            << "they take turns";
    }
    lives.live(10min);
    for (const auto& id : ids) EXPECT_EQ(lives.end_of(id), "succeeded");
}

TEST(CrashLoop, APoisonousOneEndsAndTheOthersGoOn) {
    Lives lives;
    lives.slowness = 100ms;
    const auto ids = lives.start({poison, slow, slow, slow, slow});
    while (lives.lives < 6) EXPECT_FALSE(lives.live(1h)) << "it takes the process along";
    EXPECT_FALSE(lives.live(1h)) << "the oldest goes first, alone";
    EXPECT_EQ(lives.end_of(ids[1]), "") << "those that wait are not touched";
    EXPECT_EQ(lives.recoveries(ids[1]).size(), 5u);
    EXPECT_FALSE(lives.live(1h)) << "now it comes after the others";
    for (const auto& id : {ids[1], ids[2], ids[3], ids[4]})
        EXPECT_EQ(lives.end_of(id), "succeeded");
    EXPECT_FALSE(lives.live(1h)) << "alone for the third time";
    EXPECT_TRUE(lives.live(1h)) << "it acts no more";
    EXPECT_EQ(lives.end_of(ids[0]), "failed crash_loop");
    EXPECT_EQ(lives.recoveries(ids[0]).size(), 8u);
}

TEST(CrashLoop, WhatIsWrittenLessOftenIsCountedToo) {
    Lives lives(std::string(call) + "\nsettings: {durability: execution}");
    const auto id = lives.start({poison}).at(0);
    for (int kill = 1; kill <= 8; ++kill) EXPECT_FALSE(lives.live(1h)) << kill;
    EXPECT_TRUE(lives.live(1h));
    EXPECT_EQ(lives.end_of(id), "failed crash_loop");
}

TEST(CrashLoop, OtherWorkGoesOnBesideSuspects) {
    Lives lives;
    const auto ids = lives.start({slow, slow, slow});
    for (int kill = 1; kill <= 5; ++kill) lives.live(1s);
    lives.live(1s, [&](Simulation& process) {
        EXPECT_EQ(process.http.calls(slow), 1u) << "of three suspects one goes on";
        const auto other = process.start(
            "name: other\nnodes: [{id: a, type: http.request, with: {url: \"http://svc/a\"}}]");
        process.settle();
        EXPECT_EQ(other->ended, 1);
        process.advance(10s);
        EXPECT_EQ(process.http.calls(slow), 2u) << "the bound is over";
        process.advance(50s);
        EXPECT_EQ(process.http.calls(slow), 3u) << "all had their turns";
        process.advance(10min);
        EXPECT_EQ(process.http.calls(slow), 3u);
        EXPECT_EQ(process.engine.scheduler().live(), 0u) << "all have ended";
        EXPECT_EQ(process.timers.size(), 0u);
    });
    for (const auto& id : ids) EXPECT_EQ(lives.end_of(id), "succeeded");
}

TEST(CrashLoop, ASuspectTellsWhatItWaitsForAndCanBeEnded) {
    Lives lives;
    const auto ids = lives.start({slow, slow, slow});
    for (int kill = 1; kill <= 5; ++kill) lives.live(1s);
    lives.live(1s, [&](Simulation& process) {
        auto& scheduler = process.engine.scheduler();
        const auto last = scheduler.find(ids[2]);
        ASSERT_TRUE(last);
        const auto explanation =
            explain(*last->program, last->state, {},
                    {ids[2], last->created, {}, {}, scheduler.suspects().wait_of(ids[2])});
        ASSERT_EQ(explanation.reasons.size(), 2u);
        const auto& reason = explanation.reasons[0];
        EXPECT_EQ(reason.what, "suspect");
        EXPECT_EQ(reason.resolved_by, "executions");
        EXPECT_EQ(reason.details.at("ahead").to_number<int>(), 1);
        EXPECT_EQ(reason.details.at("now").as_string(), ids[0].to_string());
        EXPECT_THAT(reason.message, HasSubstr("goes on alone"));
        EXPECT_EQ(explanation.reasons[1].what, "ready");
        EXPECT_THAT(explanation.reasons[1].message, HasSubstr("was interrupted"));

        EXPECT_TRUE(scheduler.cancel(*last, "enough"));
        process.settle();
        EXPECT_EQ(scheduler.suspects().waiting(), 1u);
        EXPECT_EQ(process.http.calls(slow), 1u) << "it has not acted";
    });
    EXPECT_EQ(lives.end_of(ids[2]), "cancelled");
}

TEST(CrashLoop, APausedSuspectGoesOnWhenItIsResumed) {
    Lives lives;
    const auto ids = lives.start({slow, slow});
    for (int kill = 1; kill <= 5; ++kill) lives.live(1s);
    lives.live(1s, [&](Simulation& process) {
        auto& scheduler = process.engine.scheduler();
        const auto last = scheduler.find(ids[1]);
        ASSERT_TRUE(scheduler.pause(*last, "look"));
        process.advance(20s);
        EXPECT_EQ(process.http.calls(slow), 1u) << "its turn has passed";
        ASSERT_TRUE(scheduler.resume(*last, "go"));
        process.settle();
        EXPECT_EQ(process.http.calls(slow), 2u);
    });
}

TEST(CrashLoop, AnOrderlyStopIsNoInterruptionOfASuspect) {
    Lives lives;
    const auto id = lives.start({slow}).at(0);
    for (int kill = 1; kill <= 5; ++kill) lives.live(1s);
    for (int stop = 1; stop <= 10; ++stop)
        lives.live(1s, [&](Simulation& process) {
            asio::co_spawn(process.context, process.engine.stop(0ms), asio::detached);
            process.settle();
        });
    EXPECT_EQ(lives.end_of(id), "");
    lives.live(2min);
    EXPECT_EQ(lives.end_of(id), "succeeded");
}

TEST(CrashLoop, EachRunOfANodeThatReadsALargeValueGoesOn) {
    Limits limits;
    limits.recoveries = 0;
    limits.artifact_bytes = 10;
    Lives lives(R"(
name: call
nodes:
  a: {type: core.set}
  b: {type: core.set}
  call:
    type: http.request
    join: any
    needs: [a, b]
    with: {url: "${input.url}"}
    on_interrupt: retry
)",
                limits);
    const auto id = lives.start({slow}).at(0);
    EXPECT_EQ(lives.calls, 2u);
    lives.live(1s);
    EXPECT_EQ(lives.calls, 4u) << "both runs of the one node";
    lives.live(1s, [&](Simulation& process) {
        auto& scheduler = process.engine.scheduler();
        const auto execution = scheduler.find(id);
        ASSERT_TRUE(scheduler.pause(*execution, "look"));
        process.settle();
    });
    lives.live(5min, [&](Simulation& process) {
        EXPECT_EQ(process.http.calls(slow), 0u);
        const auto execution = process.run(process.engine.summon(id));
        ASSERT_TRUE(process.engine.scheduler().resume(*execution, "go"));
        process.advance(2min);
        EXPECT_EQ(process.http.calls(slow), 2u);
    });
    EXPECT_EQ(lives.end_of(id), "succeeded");
}

TEST(CrashLoop, ProgressBeginsTheCountAnew) {
    Graph graph;
    graph.nodes.push_back({});
    graph.nodes.back().id = "a";
    graph.entries = {0};
    const Topology topology(graph);
    for (const auto progress : {EventKind::node_retrying, EventKind::call_answered}) {
        ExecutionState state(topology, FlowSettings{});
        const auto apply = [&state](EventKind kind, std::string_view text = {}) {
            Event event;
            event.kind = kind;
            event.node = 0;
            event.text = text;
            state.apply(std::move(event));
        };
        apply(EventKind::execution_started);
        for (int count = 0; count < 3; ++count) apply(EventKind::execution_recovered);
        for (int count = 0; count < 2; ++count)
            apply(EventKind::execution_recovered, recovered_alone);
        EXPECT_EQ(state.recoveries(), 5u);
        EXPECT_EQ(state.recoveries_alone(), 2u);
        apply(EventKind::execution_recovered, recovery_outlived);
        EXPECT_EQ(state.recoveries(), 5u) << "it is a suspect still";
        EXPECT_EQ(state.recoveries_alone(), 0u);
        apply(EventKind::execution_recovered, recovered_alone);
        apply(progress);
        EXPECT_EQ(state.recoveries(), 0u);
        EXPECT_EQ(state.recoveries_alone(), 0u);
    }
}

}  // namespace
}  // namespace sluice::testing
