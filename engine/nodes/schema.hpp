#pragma once

#include <initializer_list>
#include <string_view>

#include "engine/model/value.hpp"

namespace sluice::nodes {

/// One property of a manifest's schema.
struct Property {
    std::string_view name;
    std::string_view type;  ///< a JSON Schema type; empty accepts any value
    std::string_view description;
    bool required = false;
    Value extra;  ///< further keywords (enum, default, minimum ...) as an object, or null
};

/// A JSON Schema (draft 7) of an object with these properties and no others.
Value object_schema(std::initializer_list<Property> properties);
/// As `object_schema`, other properties allowed.
Value open_object_schema(std::initializer_list<Property> properties);

}  // namespace sluice::nodes
