#include "engine/definition/source_text.hpp"

#include <array>
#include <cstdint>

namespace sluice::definition {

namespace {

std::string hexadecimal(unsigned char byte) {
    constexpr std::string_view digits = "0123456789ABCDEF";
    return {digits[byte >> 4], digits[byte & 15]};
}

/// Length of the well-formed sequence at the beginning of `text`, 0 when there is none (Unicode
/// table 3-7).
std::size_t sequence_length(std::string_view text) {
    const auto byte = [&](std::size_t at) {
        return at < text.size() ? static_cast<unsigned char>(text[at])
                                : static_cast<unsigned char>(0);
    };
    const auto follows = [&](std::size_t at, unsigned low = 0x80, unsigned high = 0xBF) {
        return byte(at) >= low && byte(at) <= high;
    };
    const unsigned first = byte(0);
    if (first < 0x80) return 1;
    if (first >= 0xC2 && first <= 0xDF) return follows(1) ? 2 : 0;
    if (first >= 0xE0 && first <= 0xEF) {
        const bool second = first == 0xE0   ? follows(1, 0xA0)
                            : first == 0xED ? follows(1, 0x80, 0x9F)
                                            : follows(1);
        return second && follows(2) ? 3 : 0;
    }
    if (first >= 0xF0 && first <= 0xF4) {
        const bool second = first == 0xF0   ? follows(1, 0x90)
                            : first == 0xF4 ? follows(1, 0x80, 0x8F)
                                            : follows(1);
        return second && follows(2) && follows(3) ? 4 : 0;
    }
    return 0;
}

}  // namespace

std::optional<TextFault> find_text_fault(std::string_view text) {
    SourcePosition position{1, 1};
    while (!text.empty()) {
        const auto first = static_cast<unsigned char>(text.front());
        const std::size_t length = sequence_length(text);
        if (length == 0)
            return TextFault{
                "invalid_utf8",
                "the byte 0x" + hexadecimal(first) + " is not UTF-8 here; save the file as UTF-8",
                position};
        if ((first < 0x20 && first != '\t' && first != '\n' && first != '\r') || first == 0x7F)
            return TextFault{"control_character",
                             "the control character U+00" + hexadecimal(first) +
                                 " is not allowed; write it as an escape in a double-quoted text",
                             position};
        if (first == '\n')
            position = {position.line + 1, 1};
        else
            ++position.column;
        text.remove_prefix(length);
    }
    return std::nullopt;
}

SourcePosition end_of(std::string_view text) {
    SourcePosition position{1, 1};
    for (const char c : text) {
        if (c == '\n')
            position = {position.line + 1, 1};
        else if ((static_cast<unsigned char>(c) & 0xC0) != 0x80)
            ++position.column;
    }
    return position;
}

}  // namespace sluice::definition
