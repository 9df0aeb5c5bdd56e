#include "engine/secrets/pattern_search.hpp"

#include <algorithm>

namespace sluice {
namespace {

constexpr std::size_t row_entries = 256u << 10;  // 1 MiB of rows: what texts touch stays in cache

unsigned char folded(unsigned char byte) {
    if (byte >= 'A' && byte <= 'Z') return static_cast<unsigned char>(byte - 'A' + 'a');
    return byte == '+' ? ' ' : byte;
}

bool is_base64_digit(char character) {
    return (character >= 'A' && character <= 'Z') || (character >= 'a' && character <= 'z') ||
           (character >= '0' && character <= '9') || character == '+' || character == '/' ||
           character == '-' || character == '_';
}

}  // namespace

/// The patterns as a tree, before its states are numbered.
struct PatternSearch::Draft {
    struct Node {
        std::uint32_t first = 0;  // child; 0: none
        std::uint32_t sibling = 0;
        std::uint32_t pattern = 0;  // that ends here, + 1
        std::uint8_t symbol = 0;
    };
    std::vector<Node> nodes{1};
    std::vector<std::uint32_t> same;  // by pattern: another that ends there, + 1

    std::uint32_t child(std::uint32_t parent, std::uint8_t symbol) {
        for (auto node = nodes[parent].first; node != 0; node = nodes[node].sibling)
            if (nodes[node].symbol == symbol) return node;
        const auto added = static_cast<std::uint32_t>(nodes.size());
        nodes.push_back({0, nodes[parent].first, 0, symbol});
        nodes[parent].first = added;
        return added;
    }
};

PatternSearch::Draft PatternSearch::draft_of(const std::vector<Pattern>& patterns,
                                             const std::array<std::uint8_t, 256>& symbols) {
    Draft draft;
    for (std::uint32_t index = 0; index < patterns.size(); ++index) {
        std::uint32_t node = 0;
        for (const char character : patterns[index].text)
            node = draft.child(node, symbols[static_cast<unsigned char>(character)]);
        draft.same.push_back(draft.nodes[node].pattern);
        draft.nodes[node].pattern = index + 1;
    }
    return draft;
}

void PatternSearch::number_symbols(const std::vector<Pattern>& patterns) {
    std::array<std::uint8_t, 256> numbers{};
    for (const auto& pattern : patterns)
        for (const char character : pattern.text) {
            auto& number = numbers[folded(static_cast<unsigned char>(character))];
            if (number == 0) number = static_cast<std::uint8_t>(symbols_++);
        }
    for (std::size_t byte = 0; byte < numbers.size(); ++byte)
        symbol_of_[byte] = numbers[folded(static_cast<unsigned char>(byte))];
}

PatternSearch::PatternSearch(const std::vector<Pattern>& patterns) {
    if (patterns.empty()) return;
    shortest_ = std::ranges::min(patterns, {}, [](const Pattern& pattern) {
                    return pattern.text.size();
                }).text.size();
    number_symbols(patterns);
    const Draft draft = draft_of(patterns, symbol_of_);
    const std::size_t count = draft.nodes.size();
    states_with_row_ = static_cast<State>(std::min(count, row_entries / symbols_));
    rows_.resize(states_with_row_ * symbols_);
    first_child_.resize(count + 1, static_cast<State>(count));
    symbol_.resize(count);
    fail_.resize(count);
    ends_.resize(count);

    std::vector<std::uint32_t> order{0};  // draft nodes by state
    order.reserve(count);
    for (State state = 0; state < count; ++state) {
        first_child_[state] = static_cast<State>(order.size());
        for (auto node = draft.nodes[order[state]].first; node != 0;
             node = draft.nodes[node].sibling) {
            symbol_[order.size()] = draft.nodes[node].symbol;
            order.push_back(node);
        }
        first_child_[state + 1] = static_cast<State>(order.size());
        for (State next = first_child_[state]; next < order.size(); ++next) {
            fail_[next] = state == 0 ? 0 : step(fail_[state], symbol_[next]);
            ends_[next] = ends_[fail_[next]];
            for (auto index = draft.nodes[order[next]].pattern; index != 0;
                 index = draft.same[index - 1]) {
                const auto& pattern = patterns[index - 1];
                lengths_.push_back({static_cast<std::uint32_t>(pattern.text.size()), pattern.owner,
                                    pattern.digit_before, pattern.digit_after, ends_[next]});
                ends_[next] = static_cast<std::uint32_t>(lengths_.size());
            }
        }
        if (state < states_with_row_) fill_row(state);
    }
}

void PatternSearch::fill_row(State state) {
    State* const row = rows_.data() + state * symbols_;
    if (state != 0) std::copy_n(rows_.data() + fail_[state] * symbols_, symbols_, row);
    for (State next = first_child_[state]; next < first_child_[state + 1]; ++next)
        row[symbol_[next]] = next;
}

PatternSearch::State PatternSearch::child(State state, std::uint8_t symbol) const {
    for (State next = first_child_[state]; next < first_child_[state + 1]; ++next)
        if (symbol_[next] == symbol) return next;
    return 0;
}

PatternSearch::State PatternSearch::step(State state, std::uint8_t symbol) const {
    while (state >= states_with_row_) {
        if (const State next = child(state, symbol); next != 0) return next;
        state = fail_[state];
    }
    return rows_[state * symbols_ + symbol];
}

void PatternSearch::report(std::string_view text, std::size_t end, State state,
                           const std::vector<bool>& wanted, std::vector<Match>& found) const {
    for (auto entry = ends_[state]; entry != 0; entry = lengths_[entry - 1].next) {
        const Length& length = lengths_[entry - 1];
        if (!wanted[length.owner]) continue;
        Match match{end - length.length, end, length.owner};
        if (length.digit_before && match.begin > 0 && is_base64_digit(text[match.begin - 1]))
            --match.begin;
        if (length.digit_after && end < text.size() && is_base64_digit(text[end])) ++match.end;
        found.push_back(match);
        return;
    }
}

void PatternSearch::find(std::string_view text, const std::vector<bool>& wanted,
                         std::vector<Match>& found) const {
    if (fail_.empty()) return;
    State state = 0;
    for (std::size_t position = 0; position < text.size(); ++position) {
        const auto symbol = symbol_of_[static_cast<unsigned char>(text[position])];
        if (symbol == 0) {
            state = 0;
            continue;
        }
        state = step(state, symbol);
        if (ends_[state] != 0) [[unlikely]]
            report(text, position + 1, state, wanted, found);
    }
}

}  // namespace sluice
