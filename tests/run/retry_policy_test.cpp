#include "engine/run/retry_policy.hpp"

#include <gtest/gtest.h>

#include "engine/model/retry_pattern.hpp"

#include "tests/run/fakes.hpp"

namespace sluice::testing {
namespace {

using namespace std::chrono_literals;

NodeError status(int number, Value extra = Object{}) {
    Object details = extra.as_object();
    details["status"] = number;
    return {"http_status", "", std::move(details), number >= 500};
}

std::optional<std::chrono::milliseconds> next(const RetryPolicy& policy, const NodeError& error,
                                              std::uint32_t failed = 1) {
    SeededRandom random(1);
    return next_attempt(policy, error, failed, random);
}

RetryPolicy on(std::vector<std::string> patterns) {
    RetryPolicy policy;
    policy.attempts = 3;
    policy.on = std::move(patterns);
    return policy;
}

TEST(RetryPolicy, WithoutPatternsTheFailureSaysWhetherItMayBeRepeated) {
    RetryPolicy policy;
    policy.attempts = 3;
    EXPECT_TRUE(next(policy, status(503)));
    EXPECT_FALSE(next(policy, status(404)));
    EXPECT_FALSE(next(policy, status(503), 3)) << "three attempts in all";
}

TEST(RetryPolicy, PatternsDecideAlone) {
    EXPECT_TRUE(next(on({"http_404"}), status(404)));
    EXPECT_FALSE(next(on({"http_404"}), status(503)));
    EXPECT_TRUE(next(on({"http_5xx"}), status(502)));
    EXPECT_FALSE(next(on({"http_5xx"}), status(429)));
    EXPECT_TRUE(next(on({"timeout"}), {"node_timeout", "", {}, false}));
    EXPECT_TRUE(next(on({"timeout"}), {"http_timeout", "", {}, false}));
    EXPECT_TRUE(next(on({"no_luck"}), {"no_luck", "", {}, false}));
    EXPECT_FALSE(next(on({"no_luck"}), {"other", "", {}, true}));
    EXPECT_TRUE(next(on({"*"}), {"other", "", {}, false}));
}

TEST(RetryPolicy, DelaysGrowUpToTheirCap) {
    RetryPolicy policy = on({"*"});
    policy.attempts = 100;
    policy.delay = 100ms;
    policy.backoff = 2;
    policy.max_delay = 500ms;
    EXPECT_EQ(next(policy, status(500), 1), 100ms);
    EXPECT_EQ(next(policy, status(500), 2), 200ms);
    EXPECT_EQ(next(policy, status(500), 3), 400ms);
    EXPECT_EQ(next(policy, status(500), 4), 500ms);
    EXPECT_EQ(next(policy, status(500), 99), 500ms);
}

TEST(RetryPolicy, JitterStaysWithinItsPart) {
    RetryPolicy policy = on({"*"});
    policy.delay = 1'000ms;
    policy.jitter = 0.5;
    SeededRandom random(7);
    for (int count = 0; count < 200; ++count) {
        const auto delay = next_attempt(policy, status(500), 1, random).value();
        EXPECT_GE(delay, 500ms);
        EXPECT_LE(delay, 1'500ms);
    }
}

TEST(RetryPolicy, WhoIsAskedToComeLaterComesLater) {
    RetryPolicy policy = on({"*"});
    policy.delay = 1s;
    policy.max_delay = 2s;
    EXPECT_EQ(next(policy, status(429, Object{{"retry_after_ms", 30'000}})), 30s);
    EXPECT_EQ(next(policy, status(429, Object{{"retry_after_ms", 10}})), 1s);
    EXPECT_EQ(next(policy, status(429, Object{{"retry_after_ms", 999'999'999'999}})), 24h);
}

TEST(RetryPolicy, LeavesOutWhatAnExclamationMarkNames) {
    const NodeError timeout{"node_timeout", "", {}, true};
    const NodeError other{"no_luck", "", {}, false};
    EXPECT_FALSE(next(on({"*", "!timeout"}), timeout));
    EXPECT_TRUE(next(on({"*", "!timeout"}), other));
    EXPECT_FALSE(next(on({"!timeout"}), timeout));
    EXPECT_FALSE(next(on({"!timeout"}), other)) << "without others the node type decides";
    EXPECT_TRUE(next(on({"!timeout"}), {"no_luck", "", {}, true}));
}

TEST(RetryPattern, TellsWellFormedOnesFromTheRest) {
    for (const char* good : {"*", "timeout", "http_429", "http_5xx", "http_timeout", "no_luck",
                             "!timeout", "!http_5xx"})
        EXPECT_TRUE(is_retry_pattern(good)) << good;
    for (const char* bad : {"", "http_9xx", "http_50", "http_5xy", "No Luck", "5xx!", "!", "!!x"})
        EXPECT_FALSE(is_retry_pattern(bad)) << bad;
}

}  // namespace
}  // namespace sluice::testing
