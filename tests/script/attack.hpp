#pragma once

#include <algorithm>
#include <iostream>
#include <string>

#include <gtest/gtest.h>

#include "tests/script/pool_loop.hpp"

namespace sluice::testing {

/// Code that wants to do harm.
struct Attack {
    const char* name;
    const char* code;
    const char* ends_as;  ///< codes, separated by a bar; `value` where it may come to its end
};

/// A pool whose hosts compute for a short time only, under attack.
class AttackLoop : public PoolLoop, public ::testing::WithParamInterface<Attack> {
  public:
    explicit AttackLoop(CodeLanguage language) : PoolLoop(limits(), language) {}

    /// The attack ends as a clear error of its own.
    void expect_clear_end(const Attack& attack, std::chrono::milliseconds timeout) {
        auto asked = request(attack.code);
        asked.timeout = timeout;
        const auto running = start(std::move(asked));
        std::cout << "longest turn of the loop: " << longest_turn(*running).count() << " us\n";
        const std::string code = running->succeeded() ? "value" : running->error().code;
        EXPECT_NE(("|" + std::string(attack.ends_as) + "|").find("|" + code + "|"),
                  std::string::npos)
            << code << ": "
            << (running->succeeded() ? to_json(running->value()) : running->error().message);
        EXPECT_TRUE(running->succeeded() || !running->error().message.empty());
    }

  private:
    static Limits limits() {
        Limits limits = test_limits();
        limits.script_cpu = 400ms;
        return limits;
    }

    /// Runs it to its end. How long the loop was away, for the reader: a loaded machine makes it
    /// long, too.
    std::chrono::microseconds longest_turn(const Running<Value>& running) {
        auto longest = 0us;
        while (!running.done()) {
            const auto before = std::chrono::steady_clock::now();
            loop.context.restart();
            if (loop.context.poll_one() == 0) {
                loop.context.restart();
                loop.context.run_one_for(50ms);
                continue;
            }
            longest = std::max(longest, std::chrono::duration_cast<std::chrono::microseconds>(
                                            std::chrono::steady_clock::now() - before));
        }
        return longest;
    }
};

inline std::string name_of(const ::testing::TestParamInfo<Attack>& attack) {
    return attack.param.name;
}

}  // namespace sluice::testing
