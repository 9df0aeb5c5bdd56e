#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "engine/secrets/pattern_search.hpp"

namespace sluice {

/// All texts by which a secret is known, for a search in texts whose escapes are undone layer by
/// layer: its value, as it is and in other letter cases; hexadecimal digits of that; base64 of it
/// by both alphabets and in all three alignments (RFC 4648 §4, §5), so that it is found inside of
/// a longer text that was encoded; and, up to `layered_bytes`, base64 and hexadecimal digits of
/// these. None is shorter than `least`.
void add_forms(std::string_view value, std::uint32_t owner, std::size_t least,
               std::vector<PatternSearch::Pattern>& patterns);

inline constexpr std::size_t layered_bytes = 256;
/// So many layers of escapes are undone.
inline constexpr int escape_layers = 4;

}  // namespace sluice
