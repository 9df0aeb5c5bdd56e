#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace sluice {

/// Finds many texts in one at once (Aho and Corasick, 1975): one pass, whatever is looked for.
/// Letters of ASCII are the same in both cases, and `+` is a space, as it is in forms.
class PatternSearch {
  public:
    struct Pattern {
        std::string text;
        std::uint32_t owner = 0;
        /// Base64 that does not begin, or end, with a whole byte: the digit beside it belongs to
        /// it, too.
        bool digit_before = false;
        bool digit_after = false;
    };

    struct Match {
        std::size_t begin = 0;
        std::size_t end = 0;
        std::uint32_t owner = 0;
    };

    PatternSearch() = default;  ///< finds nothing
    explicit PatternSearch(const std::vector<Pattern>& patterns);

    /// Appends for each place where patterns end the longest of them whose owner is wanted. Linear
    /// in the text.
    void find(std::string_view text, const std::vector<bool>& wanted,
              std::vector<Match>& found) const;

    /// Bytes of the shortest pattern.
    [[nodiscard]] std::size_t shortest() const { return shortest_; }
    [[nodiscard]] std::size_t states() const { return fail_.size(); }

  private:
    using State = std::uint32_t;

    struct Length {  // of a pattern, and what it is part of
        std::uint32_t length;
        std::uint32_t owner;
        bool digit_before;
        bool digit_after;
        std::uint32_t next;  // shorter pattern that ends here too, + 1
    };
    struct Draft;

    void number_symbols(const std::vector<Pattern>& patterns);
    static Draft draft_of(const std::vector<Pattern>& patterns,
                          const std::array<std::uint8_t, 256>& symbols);
    [[nodiscard]] State child(State state, std::uint8_t symbol) const;
    [[nodiscard]] State step(State state, std::uint8_t symbol) const;
    void fill_row(State state);
    void report(std::string_view text, std::size_t end, State state,
                const std::vector<bool>& wanted, std::vector<Match>& found) const;

    std::array<std::uint8_t, 256> symbol_of_{};  // 0: in no pattern
    std::size_t symbols_ = 1;
    std::size_t shortest_ = 0;
    // States are numbered level by level, so that the children of each stand side by side.
    std::vector<State> first_child_;
    std::vector<std::uint8_t> symbol_;
    std::vector<State> fail_;
    std::vector<std::uint32_t> ends_;  // of a state: entry in `lengths_` + 1
    std::vector<Length> lengths_;
    std::vector<State> rows_;  // where each symbol leads from the first states
    State states_with_row_ = 0;
};

}  // namespace sluice
