#include "engine/definition/names.hpp"

#include <algorithm>

namespace sluice::definition {

namespace {

bool is_lower(char c) {
    return c >= 'a' && c <= 'z';
}
bool is_upper(char c) {
    return c >= 'A' && c <= 'Z';
}
bool is_digit(char c) {
    return c >= '0' && c <= '9';
}
bool is_letter(char c) {
    return is_lower(c) || is_upper(c);
}

bool is_one_of(char c, std::string_view characters) {
    return characters.find(c) != std::string_view::npos;
}

/// Replaces each run of characters that do not fit by one `filler`, and drops it at both ends.
std::string replaced(std::string_view text, char filler, bool (*fits)(char)) {
    std::string name;
    for (const char c : text) {
        if (fits(c))
            name += c;
        else if (!name.empty() && name.back() != filler)
            name += filler;
    }
    while (!name.empty() && name.back() == filler) name.pop_back();
    return name;
}

}  // namespace

bool is_flow_name(std::string_view text) {
    return !text.empty() && (is_lower(text.front()) || is_digit(text.front())) &&
           std::ranges::all_of(
               text, [](char c) { return is_lower(c) || is_digit(c) || is_one_of(c, "._-"); });
}

bool is_node_id(std::string_view text) {
    return !text.empty() && (is_letter(text.front()) || text.front() == '_') &&
           std::ranges::all_of(
               text, [](char c) { return is_letter(c) || is_digit(c) || is_one_of(c, "_-"); });
}

bool is_webhook_key(std::string_view text) {
    return !text.empty() && (is_letter(text.front()) || is_digit(text.front())) &&
           std::ranges::all_of(
               text, [](char c) { return is_letter(c) || is_digit(c) || is_one_of(c, "._~-"); });
}

std::string as_flow_name(std::string_view text) {
    std::string lowered(text);
    for (char& c : lowered)
        if (is_upper(c)) c = static_cast<char>(c - 'A' + 'a');
    std::string name = replaced(
        lowered, '-', [](char c) { return is_lower(c) || is_digit(c) || is_one_of(c, "._"); });
    name.erase(0, name.find_first_not_of("._-"));
    return name;
}

std::string as_node_id(std::string_view text) {
    std::string name =
        replaced(text, '_', [](char c) { return is_letter(c) || is_digit(c) || c == '-'; });
    return !name.empty() && !is_letter(name.front()) ? '_' + name : name;
}

}  // namespace sluice::definition
