#include "engine/nodes/http_fields.hpp"

#include <algorithm>

#include "engine/model/ascii.hpp"

namespace sluice {
namespace {

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

bool is_safe_method(std::string_view method) {
    return method == "GET" || method == "HEAD" || method == "OPTIONS";
}

const std::string* find_http_header(const HttpHeaders& headers, std::string_view name) {
    for (const auto& header : headers)
        if (equal_ignoring_case(header.first, name)) return &header.second;
    return nullptr;
}

}  // namespace sluice
