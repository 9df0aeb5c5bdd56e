#pragma once

#include <string>
#include <string_view>

/// Encodings as other programs write them, made without the code under test.
namespace sluice::testing {

inline std::string hexadecimal(std::string_view text, bool upper = false) {
    const std::string_view digits = upper ? "0123456789ABCDEF" : "0123456789abcdef";
    std::string result;
    for (const char character : text) {
        result += digits[static_cast<unsigned char>(character) >> 4];
        result += digits[static_cast<unsigned char>(character) & 15];
    }
    return result;
}

/// Of all bytes, or only of those that are no letters and digits.
inline std::string percent(std::string_view text, bool all, bool upper, bool plus = false) {
    std::string result;
    for (const char character : text) {
        const bool word = (character >= '0' && character <= '9') ||
                          (character >= 'A' && character <= 'Z') ||
                          (character >= 'a' && character <= 'z');
        if (plus && character == ' ')
            result += '+';
        else if (word && !all)
            result += character;
        else
            result += '%' + hexadecimal(std::string_view(&character, 1), upper);
    }
    return result;
}

inline std::string base64(std::string_view bytes, bool url = false, bool padded = true) {
    const std::string_view digits =
        url ? "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
            : "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    std::string result;
    unsigned bits = 0;
    int held = 0;
    for (const char byte : bytes) {
        bits = bits << 8 | static_cast<unsigned char>(byte);
        for (held += 8; held >= 6; held -= 6) result += digits[bits >> (held - 6) & 63];
    }
    if (held > 0) result += digits[bits << (6 - held) & 63];
    while (padded && result.size() % 4 != 0) result += '=';
    return result;
}

inline std::string json(std::string_view text) {
    std::string result;
    for (const char character : text) {
        if (character == '"' || character == '\\') result += '\\';
        result += character;
    }
    return result;
}

/// `\uXXXX` for every character of ASCII.
inline std::string json_units(std::string_view text, bool upper = false) {
    std::string result;
    for (const char character : text)
        result += "\\u00" + hexadecimal(std::string_view(&character, 1), upper);
    return result;
}

inline std::string html(std::string_view text) {
    std::string result;
    for (const char character : text) {
        if (character == '&')
            result += "&amp;";
        else if (character == '<')
            result += "&lt;";
        else if (character == '"')
            result += "&quot;";
        else if (character == '\'')
            result += "&#x27;";
        else
            result += character;
    }
    return result;
}

inline std::string upper(std::string_view text) {
    std::string result(text);
    for (char& character : result)
        if (character >= 'a' && character <= 'z') character = static_cast<char>(character - 32);
    return result;
}

inline std::string lower(std::string_view text) {
    std::string result(text);
    for (char& character : result)
        if (character >= 'A' && character <= 'Z') character = static_cast<char>(character + 32);
    return result;
}

}  // namespace sluice::testing
