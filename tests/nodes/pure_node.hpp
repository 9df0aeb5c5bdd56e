#pragma once

#include <string>
#include <string_view>
#include <vector>

#include <gtest/gtest.h>

#include "engine/model/json_text.hpp"
#include "engine/nodes/registry.hpp"

namespace sluice::testing {

inline Value json(std::string_view text) {
    return parse_json(text).value();
}

struct LogLine {
    LogLevel level;
    std::string message;
    Value fields;
};

class CollectedLog final : public NodeLog {
  public:
    void write(LogLevel level, std::string message, Value fields) override {
        lines.push_back({level, std::move(message), std::move(fields)});
    }
    std::vector<LogLine> lines;
};

inline std::shared_ptr<const NodeType> built_in(std::string_view id) {
    static const NodeRegistry registry = NodeRegistry::with_built_ins();
    return registry.find(id);
}

/// Runs a pure built-in with these parameters.
inline NodeOutcome run_pure(std::string_view id, Value parameters, CollectedLog& log,
                            std::vector<std::string> outcomes = {}) {
    const Limits limits;
    PureContext context{parameters, outcomes, log, limits};
    return built_in(id)->pure(context);
}
inline NodeOutcome run_pure(std::string_view id, std::string_view parameters,
                            std::vector<std::string> outcomes = {}) {
    CollectedLog log;
    return run_pure(id, json(parameters), log, std::move(outcomes));
}

/// `outcome: output`, or `error: code parameter`.
inline std::string told(const NodeOutcome& outcome) {
    if (outcome) return outcome->outcome + ": " + to_json(outcome->output);
    const NodeError error = outcome.error();
    const auto* const details = error.details.if_object();
    const auto* const parameter = details == nullptr ? nullptr : details->if_contains("parameter");
    return "error: " + error.code +
           (parameter == nullptr ? "" : " " + std::string(parameter->as_string()));
}

}  // namespace sluice::testing
