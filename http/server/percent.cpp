#include "http/server/percent.hpp"

#include <cstddef>
#include <cstdint>
#include <utility>

namespace sluice::http {

namespace {

int hexadecimal(char digit) {
    if (digit >= '0' && digit <= '9') return digit - '0';
    if (digit >= 'a' && digit <= 'f') return digit - 'a' + 10;
    if (digit >= 'A' && digit <= 'F') return digit - 'A' + 10;
    return -1;
}

// The byte that the escape at `text[at]` stands for, or -1.
int escaped_byte(std::string_view text, std::size_t at) {
    if (at + 2 >= text.size()) return -1;
    const int high = hexadecimal(text[at + 1]);
    const int low = hexadecimal(text[at + 2]);
    return high < 0 || low < 0 ? -1 : high * 16 + low;
}

std::string form_decode(std::string_view text) {
    std::string out;
    out.reserve(text.size());
    for (std::size_t at = 0; at < text.size(); ++at) {
        const int byte = text[at] == '%' ? escaped_byte(text, at) : -1;
        if (byte >= 0) {
            out += static_cast<char>(byte);
            at += 2;
        } else {
            out += text[at] == '+' ? ' ' : text[at];
        }
    }
    return out;
}

}  // namespace

bool percent_decode(std::string_view text, std::string& out) {
    for (std::size_t at = 0; at < text.size(); ++at) {
        if (text[at] != '%') {
            out += text[at];
            continue;
        }
        const int byte = escaped_byte(text, at);
        if (byte <= 0) return false;
        out += static_cast<char>(byte);
        at += 2;
    }
    return true;
}

namespace {

/// Cuts the first `name=value` off `form`.
std::pair<std::string_view, std::string_view> take_field(std::string_view& form) {
    const std::size_t end = form.find('&');
    const std::string_view pair = form.substr(0, end);
    form = end == std::string_view::npos ? std::string_view{} : form.substr(end + 1);
    const std::size_t equals = pair.find('=');
    if (equals == std::string_view::npos) return {pair, {}};
    return {pair.substr(0, equals), pair.substr(equals + 1)};
}

}  // namespace

std::optional<std::string> query_value(std::string_view query, std::string_view name) {
    while (!query.empty()) {
        const auto [key, value] = take_field(query);
        const bool plain = key.find_first_of("%+") == std::string_view::npos;
        if (plain ? key == name : form_decode(key) == name) return form_decode(value);
    }
    return std::nullopt;
}

void for_each_form_field(
    std::string_view form,
    const std::function<void(std::string_view name, std::string_view value)>& visit) {
    while (!form.empty()) {
        const auto [name, value] = take_field(form);
        if (!name.empty() || !value.empty()) visit(form_decode(name), form_decode(value));
    }
}

}  // namespace sluice::http
