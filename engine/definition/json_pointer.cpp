#include "engine/definition/json_pointer.hpp"

#include <algorithm>
#include <charconv>

namespace sluice::definition {

namespace {

std::string unescape(std::string_view token) {
    std::string text;
    text.reserve(token.size());
    for (std::size_t at = 0; at < token.size(); ++at) {
        const bool escape = token[at] == '~' && at + 1 < token.size();
        if (escape && token[at + 1] == '0')
            text += '~', ++at;
        else if (escape && token[at + 1] == '1')
            text += '/', ++at;
        else
            text += token[at];
    }
    return text;
}

bool is_number(std::string_view token) {
    return !token.empty() &&
           std::ranges::all_of(token, [](char c) { return c >= '0' && c <= '9'; });
}

/// Takes the first token off `pointer`, which begins with `/`.
std::string next_token(std::string_view& pointer) {
    const auto end = std::min(pointer.find('/', 1), pointer.size());
    std::string token = unescape(pointer.substr(1, end - 1));
    pointer.remove_prefix(end);
    return token;
}

}  // namespace

void append_token(std::string& pointer, std::string_view token) {
    pointer += '/';
    for (const char c : token) {
        if (c == '~')
            pointer += "~0";
        else if (c == '/')
            pointer += "~1";
        else
            pointer += c;
    }
}

std::string child_pointer(std::string_view parent, std::string_view token) {
    std::string pointer;
    pointer.reserve(parent.size() + token.size() + 1);
    pointer += parent;
    append_token(pointer, token);
    return pointer;
}

std::string child_pointer(std::string_view parent, std::size_t index) {
    return std::string(parent) + '/' + std::to_string(index);
}

const Value* find_pointer(const Value& root, std::string_view pointer) {
    const Value* value = &root;
    while (!pointer.empty()) {
        if (pointer.front() != '/') return nullptr;
        const std::string token = next_token(pointer);
        if (const Object* object = value->if_object()) {
            value = object->if_contains(token);
        } else if (const Array* array = value->if_array()) {
            std::size_t index = 0;
            if (!is_number(token)) return nullptr;
            const auto [end, error] =
                std::from_chars(token.data(), token.data() + token.size(), index);
            if (error != std::errc{}) return nullptr;
            value = array->if_contains(index);
        } else {
            return nullptr;
        }
        if (value == nullptr) return nullptr;
    }
    return value;
}

std::string readable_path(std::string_view pointer) {
    std::string path;
    while (!pointer.empty() && pointer.front() == '/') {
        const std::string token = next_token(pointer);
        if (is_number(token)) {
            path += '[' + token + ']';
        } else {
            if (!path.empty()) path += '.';
            path += token;
        }
    }
    return path;
}

}  // namespace sluice::definition
