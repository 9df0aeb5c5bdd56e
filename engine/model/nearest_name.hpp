#pragma once

#include <concepts>
#include <cstddef>
#include <ranges>
#include <string>
#include <string_view>

namespace sluice {

/// Edits (insert, delete, replace, swap of neighbours) between two texts: the optimal string
/// alignment form of the Damerau-Levenshtein distance, on bytes, letters without regard to case.
/// Stops counting above `ceiling` and then answers `ceiling + 1`.
[[nodiscard]] std::size_t edit_distance(std::string_view left, std::string_view right,
                                        std::size_t ceiling);

/// How many edits still make `name` a plausible slip: 1 up to four letters, 2 up to eight, else 3.
[[nodiscard]] std::size_t plausible_edits(std::string_view name);

/// Longer names get no suggestion: what an edit distance costs grows with the square of a length.
inline constexpr std::size_t longest_suggestion = 64;

/// The candidate that `name` was probably meant to be, or empty. The first of equally near ones
/// wins.
template <std::ranges::input_range Names>
    requires std::convertible_to<std::ranges::range_reference_t<Names>, std::string_view>
[[nodiscard]] std::string nearest_name(std::string_view name, const Names& candidates) {
    std::string best;
    if (name.empty() || name.size() > longest_suggestion) return best;
    std::size_t ceiling = plausible_edits(name);
    for (std::string_view candidate : candidates) {
        const std::size_t distance = edit_distance(name, candidate, ceiling);
        if (distance > ceiling || (distance == ceiling && !best.empty())) continue;
        best = candidate;
        if (distance == 0) break;
        ceiling = distance;
    }
    return best;
}

}  // namespace sluice
