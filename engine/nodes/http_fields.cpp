#include "engine/nodes/http_fields.hpp"

#include <algorithm>

namespace sluice {
namespace {

constexpr char lower(char character) {
    return character >= 'A' && character <= 'Z' ? static_cast<char>(character + 32) : character;
}

constexpr bool is_token_character(char character) {
    return (character >= 'a' && character <= 'z') || (character >= 'A' && character <= 'Z') ||
           (character >= '0' && character <= '9') ||
           std::string_view("!#$%&'*+-.^_`|~").find(character) != std::string_view::npos;
}

}  // namespace

bool is_http_token(std::string_view text) {
    return !text.empty() && std::all_of(text.begin(), text.end(), is_token_character);
}

bool is_http_field_value(std::string_view value) {
    return std::all_of(value.begin(), value.end(), [](char character) {
        const auto byte = static_cast<unsigned char>(character);
        return (byte >= 0x20 && byte != 0x7F) || byte == '\t';
    });
}

bool same_http_name(std::string_view left, std::string_view right) {
    return std::equal(left.begin(), left.end(), right.begin(), right.end(),
                      [](char one, char other) { return lower(one) == lower(other); });
}

const std::string* find_http_header(const HttpHeaders& headers, std::string_view name) {
    for (const auto& header : headers)
        if (same_http_name(header.first, name)) return &header.second;
    return nullptr;
}

}  // namespace sluice
