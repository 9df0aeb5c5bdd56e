#pragma once

#include <array>
#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "engine/nodes/data/pattern.hpp"

namespace sluice::nodes {

/// The matches of a pattern in a text, one after the other, within the limits of data nodes.
class Matches {
  public:
    /// All are borrowed.
    Matches(const Pattern& pattern, std::string_view text, const DataParameters& parameters);

    /// False when there is none any more, or after a failure.
    bool next();
    /// The whole match and its groups; a group that took no part has no data.
    [[nodiscard]] std::span<const std::string_view> places() const {
        return std::span(places_).first(pattern_.code().groups() + 1);
    }
    [[nodiscard]] const std::vector<std::string>& names() const {
        return pattern_.code().group_names();
    }
    [[nodiscard]] std::size_t begin() const {
        return static_cast<std::size_t>(places_[0].data() - text_.data());
    }
    [[nodiscard]] std::size_t end() const { return begin() + places_[0].size(); }
    [[nodiscard]] std::string_view text() const { return text_; }

    /// Why looking ended early: too much to look at, too many matches, or a text that cannot be
    /// searched with these flags.
    [[nodiscard]] std::optional<NodeError> failure() const;

  private:
    const Pattern& pattern_;
    std::string_view text_;
    const DataParameters& parameters_;
    SearchBudget budget_;
    std::array<std::string_view, 31> places_{};
    std::size_t from_ = 0;
    std::size_t count_ = 0;
    const char* refusal_;
};

}  // namespace sluice::nodes
