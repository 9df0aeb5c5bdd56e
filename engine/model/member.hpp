#pragma once

#include <string>
#include <string_view>

#include "engine/model/value.hpp"

namespace sluice {

/// A member of an object; nullptr when it is not there, or `value` is no object.
[[nodiscard]] inline const Value* find_member(const Value& value, std::string_view name) {
    const auto* const object = value.if_object();
    return object == nullptr ? nullptr : object->if_contains(name);
}

/// A member that is a text; empty when it is not there, or is none.
[[nodiscard]] inline std::string text_member(const Value& value, std::string_view name) {
    const Value* const found = find_member(value, name);
    const auto* const text = found == nullptr ? nullptr : found->if_string();
    return text == nullptr ? std::string() : std::string(text->data(), text->size());
}

}  // namespace sluice
