#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace sluice {

/// A run of bytes that came from other bytes: as they are, or as one escape.
struct UnescapedRun {
    std::uint32_t plain = 0;  ///< where it begins
    std::uint32_t text = 0;   ///< where that began which it came from
    std::uint32_t text_size = 0;
    bool escape = false;
};

/// Kinds of escapes; together they are a set.
enum EscapeKind : std::uint8_t {
    percent_escapes = 1,    ///< `%2F`
    backslash_escapes = 2,  ///< of JSON and JavaScript: `\"`, `\n`, `\u002f`, `\x2f`
    entities = 4,           ///< of HTML: `&quot;`, `&#39;`
    line_breaks = 8,        ///< which wrap base64
    all_escapes = 15,
};

/// Undoes one layer of escapes of these kinds, whatever mixture there is. False when there is
/// nothing to undo: `plain` and `runs` are not meaningful then. `runs`, when given, tells where
/// `plain` came from, in its order.
bool unescape(std::string_view text, std::uint8_t kinds, std::string& plain,
              std::vector<UnescapedRun>* runs = nullptr);

/// The kinds of which escapes may stand in the text.
[[nodiscard]] std::uint8_t escapes_in(std::string_view text);

}  // namespace sluice
