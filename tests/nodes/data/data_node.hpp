#pragma once

#include <chrono>
#include <initializer_list>
#include <string>
#include <string_view>

#include <gtest/gtest.h>

#include "tests/nodes/pure_node.hpp"

namespace sluice::testing {

/// The same numbers in every test (SplitMix64).
class CountedRandom final : public Random {
  public:
    std::uint64_t next() override {
        std::uint64_t mixed = (state_ += 0x9E3779B97F4A7C15);
        mixed = (mixed ^ mixed >> 30) * 0xBF58476D1CE4E5B9;
        mixed = (mixed ^ mixed >> 27) * 0x94D049BB133111EB;
        return mixed ^ mixed >> 31;
    }

  private:
    std::uint64_t state_ = 7;
};

inline NodeOutcome run_data(std::string_view id, Value parameters, const Limits& limits = {}) {
    static CountedRandom random;
    CollectedLog log;
    const WallTime now{std::chrono::milliseconds(1'774'747'800'125)};  // 2026-03-29T01:30:00.125Z
    PureContext context{parameters, {}, log, limits, &random, now};
    const auto type = built_in(id);
    if (!type) return NodeError{"no_such_type", std::string(id), nullptr, false};
    return type->pure(context);
}

/// What a node puts out as JSON, or "code: message".
inline std::string told_by(const NodeOutcome& outcome) {
    if (outcome) return to_json(outcome->output);
    const NodeError error = outcome.error();
    return error.code + ": " + error.message;
}
inline std::string outcome_of(std::string_view id, Object parameters, const Limits& limits = {}) {
    return told_by(run_data(id, std::move(parameters), limits));
}
inline std::string outcome_of(std::string_view id, std::string_view parameters,
                              const Limits& limits = {}) {
    return told_by(run_data(id, json(parameters), limits));
}

/// One row of a table: parameters, and what a person is told.
struct Case {
    std::string_view id;
    std::string_view parameters;
    std::string_view told;
};

inline void expect_each(std::initializer_list<Case> cases) {
    for (const auto& one : cases)
        EXPECT_EQ(outcome_of(one.id, one.parameters), one.told) << one.id << ' ' << one.parameters;
}

}  // namespace sluice::testing
