#include "engine/expression/utf16.hpp"

#include <algorithm>
#include <cstdint>
#include <cstring>

namespace sluice::expression {

namespace {
std::uint8_t byte_of(char character) {
    return static_cast<std::uint8_t>(character);
}
bool is_continuation(char character) {
    return (byte_of(character) & 0xC0) == 0x80;
}
}  // namespace

bool is_ascii(std::string_view text) {
    std::uint8_t seen = 0;
    for (const char character : text) seen |= byte_of(character);
    return seen < 0x80;
}

std::size_t utf16_length(std::string_view text) {
    std::size_t units = 0;
    for (const char character : text) {
        units += static_cast<std::size_t>(!is_continuation(character)) +
                 static_cast<std::size_t>(byte_of(character) >= 0xF0);
    }
    return units;
}

UnitPosition position_of_unit(std::string_view text, std::size_t unit) {
    std::size_t byte = 0;
    std::size_t units = 0;
    while (byte < text.size() && units < unit) {
        units += byte_of(text[byte]) >= 0xF0 ? 2 : 1;
        ++byte;
        while (byte < text.size() && is_continuation(text[byte])) ++byte;
    }
    return {byte, units > unit};
}

int compare_utf16(std::string_view left, std::string_view right) {
    constexpr std::size_t block = 256;  // memcmp is many times as fast as a loop over bytes
    const std::size_t shared = std::min(left.size(), right.size());
    std::size_t at = 0;
    while (shared - at >= block && std::memcmp(left.data() + at, right.data() + at, block) == 0)
        at += block;
    while (at < shared && left[at] == right[at]) ++at;
    if (at == shared) {
        return left.size() == right.size() ? 0 : (left.size() < right.size() ? -1 : 1);
    }
    const std::uint8_t x = byte_of(left[at]);
    const std::uint8_t y = byte_of(right[at]);
    // Surrogates (U+10000 and above) sort before U+E000 to U+FFFF in UTF-16, and after them in
    // UTF-8.
    if (x >= 0xEE && y >= 0xEE && (x >= 0xF0) != (y >= 0xF0)) return x >= 0xF0 ? -1 : 1;
    return x < y ? -1 : 1;
}

char32_t decode_utf8(std::string_view text, std::size_t& position) {
    constexpr char32_t invalid = 0xFFFD;
    const std::uint8_t lead = byte_of(text[position++]);
    if (lead < 0x80) return lead;
    const std::size_t more = lead >= 0xF0 ? 3 : lead >= 0xE0 ? 2 : 1;
    if (lead < 0xC2 || lead > 0xF4 || text.size() - position < more) return invalid;
    char32_t character = lead & (0x3Fu >> more);
    for (std::size_t i = 0; i < more; ++i) {
        if (!is_continuation(text[position + i])) return invalid;
        character = character << 6 | (byte_of(text[position + i]) & 0x3Fu);
    }
    position += more;
    return character;
}

void encode_utf8(char32_t character, std::string& text) {
    const auto put = [&text](char32_t byte) { text.push_back(static_cast<char>(byte)); };
    if (character < 0x80) {
        put(character);
    } else if (character < 0x800) {
        put(0xC0 | character >> 6);
        put(0x80 | (character & 0x3F));
    } else if (character < 0x10000) {
        put(0xE0 | character >> 12);
        put(0x80 | (character >> 6 & 0x3F));
        put(0x80 | (character & 0x3F));
    } else {
        put(0xF0 | character >> 18);
        put(0x80 | (character >> 12 & 0x3F));
        put(0x80 | (character >> 6 & 0x3F));
        put(0x80 | (character & 0x3F));
    }
}

bool is_space(char32_t character) {
    switch (character) {
        case 0x09:
        case 0x0A:
        case 0x0B:
        case 0x0C:
        case 0x0D:
        case 0x20:
        case 0xA0:
        case 0x1680:
        case 0x2028:
        case 0x2029:
        case 0x202F:
        case 0x205F:
        case 0x3000:
        case 0xFEFF:
            return true;
        default:
            return character >= 0x2000 && character <= 0x200A;
    }
}

std::string_view trim_start(std::string_view text) {
    std::size_t position = 0;
    while (position < text.size()) {
        std::size_t next = position;
        if (!is_space(decode_utf8(text, next))) break;
        position = next;
    }
    return text.substr(position);
}

std::string_view trim_end(std::string_view text) {
    while (!text.empty()) {
        std::size_t begin = text.size() - 1;
        while (begin > 0 && is_continuation(text[begin]) && text.size() - begin < 4) --begin;
        std::size_t next = begin;
        if (!is_space(decode_utf8(text, next)) || next != text.size()) break;
        text.remove_suffix(text.size() - begin);
    }
    return text;
}

}  // namespace sluice::expression
