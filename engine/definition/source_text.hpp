#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#include "engine/definition/source_map.hpp"

namespace sluice::definition {

/// A byte of a source text that no document may contain.
struct TextFault {
    std::string code;     ///< `invalid_utf8` or `control_character`
    std::string message;  ///< one sentence
    SourcePosition position;
};

/// The first byte that is no well-formed UTF-8 (RFC 3629: no overlong forms, no surrogates) or a
/// control character other than tab, line feed and carriage return; nullopt for a text that may be
/// parsed.
[[nodiscard]] std::optional<TextFault> find_text_fault(std::string_view text);

/// The place behind the last character of a well-formed text.
[[nodiscard]] SourcePosition end_of(std::string_view text);

}  // namespace sluice::definition
