#pragma once

#include <cstddef>
#include <memory>
#include <span>
#include <string_view>

#include "engine/expression/regular_expression.hpp"
#include "engine/nodes/data/data_parameters.hpp"

namespace sluice::nodes {

/// What the patterns of one run of a node may still work, in units of about 10 ns: each search is
/// linear, but a pattern that finds thousands of matches may look through the whole text for each,
/// and a large one takes long for each byte.
class SearchBudget {
  public:
    explicit SearchBudget(const Limits& limits) : left_(limits.data_search_bytes) {}

    /// False, and nothing is left, when so much work may be too much.
    bool allows(std::size_t work) {
        if (work > left_) left_ = 0;
        return left_ > 0;
    }
    /// False when nothing is left, from then on.
    bool spend(std::size_t work) {
        left_ = work > left_ ? 0 : left_ - work;
        return left_ > 0;
    }
    [[nodiscard]] bool spent() const { return left_ == 0; }
    /// `data_too_large` for a node that ran out.
    [[nodiscard]] static NodeError failure(std::string_view type, const Limits& limits);

  private:
    std::size_t left_;
};

/// A regular expression of JavaScript, as in expressions, run by RE2 in linear time.
class Pattern {
  public:
    /// Tells a problem and answers a pattern without code when `pattern` is not usable.
    [[nodiscard]] static Pattern compile(std::string_view parameter, std::string_view pattern,
                                         std::string_view flags, DataParameters& parameters);

    [[nodiscard]] const expression::RegularExpression& code() const { return *code_; }
    /// Why this text cannot be searched with this pattern; nullptr when it can.
    [[nodiscard]] const char* refusal(std::string_view text) const { return code_->refusal(text); }
    /// The first match at or behind `from`; as `RegularExpression::find`. False when the budget is
    /// spent, too.
    [[nodiscard]] bool find(std::string_view text, std::size_t from,
                            std::span<std::string_view> places, SearchBudget& budget) const;

  private:
    [[nodiscard]] std::size_t scan_cost(std::size_t bytes) const;

    std::shared_ptr<const expression::RegularExpression> code_;
};

}  // namespace sluice::nodes
