#include "engine/nodes/data/matches.hpp"

#include "engine/expression/utf16.hpp"

namespace sluice::nodes {

Matches::Matches(const Pattern& pattern, std::string_view text, const DataParameters& parameters)
    : pattern_(pattern),
      text_(text.data() == nullptr ? std::string_view("") : text),
      parameters_(parameters),
      budget_(parameters.limits()),
      refusal_(pattern.refusal(text)) {}

bool Matches::next() {
    if (refusal_ != nullptr || from_ > text_.size()) return false;
    const auto all = std::span(places_).first(pattern_.code().groups() + 1);
    if (!pattern_.find(text_, from_, all, budget_)) return false;
    if (++count_ > parameters_.limits().data_matches) return false;
    from_ = end();
    if (places_[0].empty()) {  // behind the next character, to find something else
        if (from_ >= text_.size())
            from_ = text_.size() + 1;
        else
            (void)expression::decode_utf8(text_, from_);
    }
    return true;
}

std::optional<NodeError> Matches::failure() const {
    if (refusal_ != nullptr)
        return NodeError{"unsearchable_text",
                         "`text` cannot be searched with these `flags`: " + std::string(refusal_),
                         nullptr, false};
    if (budget_.spent()) return SearchBudget::failure(parameters_.type(), parameters_.limits());
    if (count_ > parameters_.limits().data_matches)
        return too_large("text", parameters_.type(), parameters_.limits().data_matches, "matches",
                         "split it before (data.split), or make the pattern find more at once");
    return std::nullopt;
}

}  // namespace sluice::nodes
