#include <gtest/gtest.h>

#include "engine/run/pruner.hpp"

#include "tests/run/simulation.hpp"

namespace sluice::testing {
namespace {

constexpr WallTime begin{Milliseconds{1'800'000'000'000}};

RetentionSettings days(int age) {
    return {{.age = std::chrono::days(age)}, 0};
}

TEST(Retention, NothingEndedNothingIsDue) {
    Retention retention(days(30));
    EXPECT_FALSE(retention.due());
    retention.begin(begin);
    EXPECT_EQ(retention.due(), begin);
    (void)retention.begin_pass(begin, {});
    retention.step_done({});
    EXPECT_FALSE(retention.due()) << "an empty store needs no look";
}

TEST(Retention, ADayOfWorkIsPrunedInHours) {
    Retention retention(days(30));
    PruneReport report;
    report.due = begin + std::chrono::days(3);
    (void)retention.begin_pass(begin, {});
    retention.step_done(report);
    EXPECT_EQ(retention.due(), begin + std::chrono::days(3) + 1h);
}

TEST(Retention, WorkLooksForExpiredKeysWithinAnHour) {
    Retention retention(days(30));
    retention.ended(begin, 1, {});
    retention.ended(begin + 5min, 1, {});
    EXPECT_EQ(retention.due(), begin + 1h);
}

TEST(Retention, AFlowsOwnAgeIsEarlier) {
    Retention retention(days(30));
    retention.ended(begin, 1, {.age = 100s});
    EXPECT_EQ(retention.due(), begin + 101s);
    const auto request = retention.begin_pass(begin, {{1, {.age = 100s}}, {2, {.count = 5}}});
    EXPECT_EQ(request.rule_of(1).age, Milliseconds(100s));
    EXPECT_EQ(request.rule_of(2).age, Milliseconds(std::chrono::days(30)));
    EXPECT_EQ(request.rule_of(2).count, 5u);
    EXPECT_EQ(request.rule_of(3).count, std::nullopt);
}

TEST(Retention, ACountIsLookedAtAfterATenthOfIt) {
    Retention retention({{.count = 100}, 0});
    for (int count = 0; count < 10; ++count) retention.ended(begin, 1, {});
    EXPECT_EQ(retention.due(), begin + 1h);
    retention.ended(begin, 2, {});
    EXPECT_EQ(retention.due(), begin + 1h) << "every flow has its own count";
    retention.ended(begin, 1, {});
    EXPECT_EQ(retention.due(), begin + 1s);
}

TEST(Retention, AFullStoreIsPrunedAtOnce) {
    Retention retention(days(30));
    retention.store_full(begin);
    EXPECT_EQ(retention.due(), begin);
    (void)retention.begin_pass(begin, {});
    retention.pass_failed(begin);
    EXPECT_EQ(retention.due(), begin + 30s);
}

/// An engine with a pruner beside it.
class PrunerTest : public ::testing::Test {
  protected:
    void run(RetentionSettings settings) {
        pruner.emplace(
            simulation.store, simulation.clock, simulation.timers, settings,
            [this] { return rules; },
            [this](const Pruner::Passed& passed) { passes.push_back(passed); });
        simulation.engine.scheduler().observe_ends([this](const LiveExecution& execution) {
            pruner->ended(execution.program->identity().flow_number,
                          execution.program->settings().retention);
        });
        children.spawn(pruner->run());
        simulation.settle();
    }
    ~PrunerTest() override {
        children.cancel_all();
        simulation.settle();
    }
    void finish(int executions) {
        for (int count = 0; count < executions; ++count)
            simulation.finish("name: quick\nnodes: [{id: a, type: core.set}]");
    }
    std::size_t left() {
        return simulation.run(simulation.store.executions({.limit = 1'000})).size();
    }

    Simulation simulation;
    std::map<std::int64_t, RetentionRule> rules;
    std::vector<Pruner::Passed> passes;
    std::optional<Pruner> pruner;
    scope children{simulation.context.get_executor()};
};

TEST_F(PrunerTest, WhatComesOfAgeGoesAndAnIdleEngineSleeps) {
    run(days(2));
    EXPECT_EQ(simulation.timers.size(), 0u) << "nothing ended: nothing to wait for";
    finish(300);
    simulation.advance(std::chrono::days(2));
    EXPECT_EQ(left(), 300u);
    simulation.advance(2h);
    EXPECT_EQ(left(), 0u);
    EXPECT_EQ(passes.size(), 1u);
    EXPECT_EQ(simulation.timers.size(), 0u) << "no wake-up before something ends again";
}

TEST_F(PrunerTest, ACountKeepsTheNewest) {
    run({{.count = 5}, 0});
    finish(20);
    simulation.advance(2s);
    EXPECT_EQ(left(), 5u);
}

}  // namespace
}  // namespace sluice::testing
