#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "engine/model/error.hpp"
#include "engine/model/value.hpp"

namespace sluice::nodes {

/// Reads a node's evaluated parameters: what is missing or of the wrong kind becomes a NodeError
/// `invalid_parameters` that names it.
[[nodiscard]] NodeError invalid_parameter(std::string_view name, std::string_view expectation,
                                          const Value* found);

/// nullptr when `parameters` is no object or has no such member (null counts as absent).
[[nodiscard]] const Value* find_parameter(const Value& parameters, std::string_view name);

/// Collects what is wrong with a node's parameters, so that all of it is told at once.
class ParameterProblems {
  public:
    /// `message` goes on after the parameter's name: "must be text".
    void add(std::string parameter, std::string message) {
        problems_.emplace_back(std::move(parameter), std::move(message));
    }
    [[nodiscard]] bool empty() const { return problems_.empty(); }
    /// `invalid_parameters`: the message names every problem, `details.problems` lists {parameter,
    /// message}.
    [[nodiscard]] NodeError failure(std::string_view type) const;

  private:
    std::vector<std::pair<std::string, std::string>> problems_;
};

/// A value as text for people: strings as they are, everything else as JSON.
[[nodiscard]] std::string as_text(const Value& value);

}  // namespace sluice::nodes
