#include "engine/model/utf8.hpp"

#include <cstddef>
#include <cstdint>
#include <cstring>

namespace sluice {
namespace {

/// How a text begins: with so many bytes that are well-formed, or the beginning of what would be.
struct Beginning {
    std::size_t length = 1;
    bool whole = false;
};

Beginning beginning_of(std::string_view text) {
    const auto byte = [text](std::size_t at) { return static_cast<unsigned char>(text[at]); };
    const unsigned char first = byte(0);
    std::size_t length = 0;
    unsigned char lowest = 0x80;  // bounds of the second byte
    unsigned char highest = 0xBF;
    if (first < 0x80) return {1, true};
    if (first >= 0xC2 && first <= 0xDF) {
        length = 2;
    } else if (first >= 0xE0 && first <= 0xEF) {
        length = 3;
        if (first == 0xE0) lowest = 0xA0;   // overlong
        if (first == 0xED) highest = 0x9F;  // surrogates
    } else if (first >= 0xF0 && first <= 0xF4) {
        length = 4;
        if (first == 0xF0) lowest = 0x90;   // overlong
        if (first == 0xF4) highest = 0x8F;  // above U+10FFFF
    } else {
        return {};
    }
    for (std::size_t at = 1; at < length; ++at) {
        if (at == text.size() || byte(at) < lowest || byte(at) > highest) return {at, false};
        lowest = 0x80;
        highest = 0xBF;
    }
    return {length, true};
}

/// How many bytes from the first one are well-formed.
std::size_t well_formed(std::string_view text) {
    const std::size_t size = text.size();
    while (!text.empty()) {
        // Eight ASCII bytes at a time: what nearly all text is made of.
        while (text.size() >= 8) {
            std::uint64_t word = 0;
            std::memcpy(&word, text.data(), sizeof word);
            if ((word & 0x8080808080808080ULL) != 0) break;
            text.remove_prefix(8);
        }
        if (text.empty()) break;
        const auto next = beginning_of(text);
        if (!next.whole) break;
        text.remove_prefix(next.length);
    }
    return size - text.size();
}

}  // namespace

bool is_valid_utf8(std::string_view text) {
    return well_formed(text) == text.size();
}

std::string utf8_or_latin1(std::string_view bytes) {
    if (is_valid_utf8(bytes)) return std::string(bytes);
    std::string text;
    for (const char character : bytes) {
        const auto byte = static_cast<unsigned char>(character);
        if (byte < 0x80) {
            text += character;
        } else {
            text += static_cast<char>(0xC0 | byte >> 6);
            text += static_cast<char>(0x80 | (byte & 0x3F));
        }
    }
    return text;
}

std::string utf8_or_replacement(std::string bytes) {
    std::size_t good = well_formed(bytes);
    if (good == bytes.size()) return bytes;
    std::string text;
    for (std::string_view rest = bytes;; good = well_formed(rest)) {
        text.append(rest.substr(0, good));
        rest.remove_prefix(good);
        if (rest.empty()) return text;
        text += "\xEF\xBF\xBD";
        rest.remove_prefix(beginning_of(rest).length);
    }
}

}  // namespace sluice
