#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "engine/model/error.hpp"
#include "engine/model/value.hpp"

namespace sluice::nodes {

/// Reads the parameters of a node that takes many, and collects what is wrong with them, so that
/// all of it is told at once. Each reader answers as if its parameter were absent when it is wrong.
class ParameterReader {
  public:
    /// `type` is the node's, for messages. Both outlive the reader.
    ParameterReader(std::string_view type, const Object& parameters)
        : type_(type), parameters_(parameters) {}

    /// Null is how an expression says "nothing": it counts as absent.
    [[nodiscard]] const Value* find(std::string_view key) const;
    /// The same, where null is a value.
    [[nodiscard]] const Value* find_even_null(std::string_view key) const {
        return parameters_.if_contains(key);
    }

    /// Every parameter outside `known` is a problem.
    void only(std::span<const std::string_view> known);
    [[nodiscard]] std::optional<std::string> text(std::string_view key);
    /// Leaves `into` as it is when the parameter is absent.
    void flag(std::string_view key, bool& into);
    /// `timeout`: a duration such as 10s, or milliseconds, from 1 ms to a day.
    [[nodiscard]] std::optional<std::chrono::milliseconds> timeout();

    /// `message` goes on after the parameter's name: "must be text".
    void problem(std::string parameter, std::string message) {
        problems_.emplace_back(std::move(parameter), std::move(message));
    }
    /// `invalid_parameters` when there are problems: the message names every one,
    /// `details.problems` lists {parameter, message}.
    [[nodiscard]] std::optional<NodeError> failure() const;

  private:
    std::string_view type_;
    const Object& parameters_;
    std::vector<std::pair<std::string, std::string>> problems_;
};

/// A number without a fraction from 0 to `most`, however it is stored.
[[nodiscard]] std::optional<std::int64_t> whole_number(const Value& value, std::uint64_t most);

}  // namespace sluice::nodes
