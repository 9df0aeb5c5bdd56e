#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "engine/async/clock.hpp"
#include "engine/model/error.hpp"
#include "engine/model/execution.hpp"
#include "engine/model/value.hpp"
#include "engine/nodes/http_client.hpp"
#include "engine/run/approval.hpp"

/// A test of a flow as plain data (docs/testing-flows.md is the manual of its language).
namespace sluice::testing {

/// What a mock answers once: an error, or what its kind of mock says.
struct MockAnswer {
    Milliseconds after{0};  ///< so long after it was asked, on the simulated clock
    std::optional<NodeError> error;
    std::string outcome = "success";  ///< of a node
    Value output;                     ///< of a node
    HttpResponse response;            ///< of an HTTP call
};

/// One answer for every time, or answers that are given one after the other, each once.
template <typename T>
struct Script {
    std::vector<T> entries;
    bool each_once = false;  ///< written as a list
};

/// Which HTTP calls are meant.
struct CallPattern {
    std::string method;  ///< empty: any
    std::string url;     ///< `*` stands for any text
    std::map<std::string, std::string> headers;
    std::optional<Value> body;           ///< equal to it; JSON by value
    std::optional<Value> body_contains;  ///< as `contains` of difference.hpp
};

struct HttpMock {
    CallPattern when;
    Script<MockAnswer> answer;
};

/// What somebody says to an approval, so long after it was asked for.
struct PlannedDecision {
    Milliseconds after{0};
    Decision decision;
};

/// A signal, so long after the start.
struct PlannedSignal {
    Milliseconds after{0};
    std::string name;
    std::string key;
    Value payload;
    std::optional<Milliseconds> keep;
};

struct NodeExpectation {
    std::optional<std::string>
        outcome;  ///< of its newest run; `skipped` when it did not run, `error` when it failed
    std::optional<std::int64_t> attempts;  ///< of its newest run
    std::optional<std::int64_t> runs;      ///< how often it ran
    std::optional<Value> output;
    std::optional<Value> output_contains;
    std::optional<Value> with;  ///< what its parameters came to; of effectful and mocked nodes
    std::optional<Value> with_contains;
};

struct CallExpectation {
    CallPattern call;
    std::int64_t times = 1;
};

/// A bound of a duration: `<1h`, `<=1h`, `>1h`, `>=1h`, or exactly `1h`.
struct DurationBound {
    std::string text;  ///< as written
    enum class Relation : std::uint8_t { less, at_most, more, at_least, equal } relation{};
    Milliseconds bound{0};
    [[nodiscard]] bool holds(Milliseconds duration) const;
};

struct ErrorExpectation {
    std::optional<std::string> code;
    std::optional<std::string> message;  ///< stands in the error's message
    std::optional<std::string> node;
};

struct Expectation {
    /// `waiting`: nothing goes on by itself any more. Not set: succeeded, or what `error` and
    /// `refused` say.
    std::optional<ExecutionStatus> status;
    std::optional<std::string> refused;  ///< the code with which the start is refused
    std::optional<ErrorExpectation> error;
    std::optional<Value> output;
    std::optional<Value> output_contains;
    std::map<std::string, NodeExpectation> nodes;
    std::optional<std::vector<CallExpectation>> calls;  ///< all that are made
    std::optional<DurationBound> duration;              ///< simulated
};

struct TestCase {
    std::string name;
    std::size_t line = 0;  ///< where it stands
    Value input = Object{};
    Value trigger = Object{{"type", "manual"}};
    std::map<std::string, std::string> secrets;
    Value environment = Object{};
    std::optional<WallTime> clock;                          ///< when the test begins
    std::map<std::string, Script<MockAnswer>> mocks;        ///< by node
    std::vector<HttpMock> http;                             ///< the first that fits answers
    std::map<std::string, Script<PlannedDecision>> decide;  ///< by node
    std::vector<PlannedSignal> signals;
    Expectation expect;
};

}  // namespace sluice::testing
