#include "engine/nodes/data/byte_notation.hpp"

#include <algorithm>

#include "engine/model/base64.hpp"
#include "engine/nodes/http_url.hpp"

namespace sluice::nodes {
namespace {

int digit_of(char character) {
    if (character >= '0' && character <= '9') return character - '0';
    if (character >= 'a' && character <= 'f') return character - 'a' + 10;
    if (character >= 'A' && character <= 'F') return character - 'A' + 10;
    return -1;
}

/// The byte of two digits at `at`; -1 when they are not there.
int byte_at(std::string_view text, std::size_t at) {
    if (at + 2 > text.size()) return -1;
    const int high = digit_of(text[at]);
    const int low = digit_of(text[at + 1]);
    return high < 0 || low < 0 ? -1 : high * 16 + low;
}

std::string hexadecimal(std::string_view bytes) {
    constexpr std::string_view digits = "0123456789abcdef";
    std::string text;
    text.reserve(bytes.size() * 2);
    for (const char byte : bytes) {
        text += digits[static_cast<unsigned char>(byte) >> 4];
        text += digits[static_cast<unsigned char>(byte) & 15];
    }
    return text;
}

std::optional<std::string> from_hexadecimal(std::string_view text) {
    if (text.size() % 2 != 0) return std::nullopt;
    std::string bytes;
    bytes.reserve(text.size() / 2);
    for (std::size_t at = 0; at < text.size(); at += 2) {
        const int byte = byte_at(text, at);
        if (byte < 0) return std::nullopt;
        bytes += static_cast<char>(byte);
    }
    return bytes;
}

std::optional<std::string> from_percent(std::string_view text) {
    std::string bytes;
    bytes.reserve(text.size());
    for (std::size_t at = 0; at < text.size(); ++at) {
        if (text[at] != '%') {
            bytes += text[at];
            continue;
        }
        const int byte = byte_at(text, at + 1);
        if (byte < 0) return std::nullopt;
        bytes += static_cast<char>(byte);
        at += 2;
    }
    return bytes;
}

std::string base64url(std::string_view bytes) {
    std::string text = base64_encode(bytes);
    std::ranges::replace(text, '+', '-');
    std::ranges::replace(text, '/', '_');
    while (text.ends_with('=')) text.pop_back();
    return text;
}

std::optional<std::string> from_base64url(std::string_view url) {
    if (url.find_first_of("+/") != std::string_view::npos) return std::nullopt;
    std::string text(url);
    std::ranges::replace(text, '-', '+');
    std::ranges::replace(text, '_', '/');
    if (text.find('=') == std::string::npos) text.append((4 - text.size() % 4) % 4, '=');
    return base64_decode(text);
}

}  // namespace

std::string write_bytes(std::string_view bytes, ByteNotation notation) {
    switch (notation) {
        case ByteNotation::base64:
            return base64_encode(bytes);
        case ByteNotation::base64url:
            return base64url(bytes);
        case ByteNotation::hex:
            return hexadecimal(bytes);
        case ByteNotation::percent:
            return encode_path_segment(bytes);
        case ByteNotation::text:
            break;
    }
    return std::string(bytes);
}

std::optional<std::string> read_bytes(std::string_view text, ByteNotation notation) {
    switch (notation) {
        case ByteNotation::base64:
            return base64_decode(text);
        case ByteNotation::base64url:
            return from_base64url(text);
        case ByteNotation::hex:
            return from_hexadecimal(text);
        case ByteNotation::percent:
            return from_percent(text);
        case ByteNotation::text:
            break;
    }
    return std::string(text);
}

}  // namespace sluice::nodes
