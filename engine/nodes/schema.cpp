#include "engine/nodes/schema.hpp"

#include <utility>

namespace sluice::nodes {
namespace {

Object schema_of(std::initializer_list<Property> properties) {
    Object members;
    Array required;
    for (const auto& property : properties) {
        Object member;
        if (!property.type.empty()) member["type"] = property.type;
        member["description"] = property.description;
        if (const auto* extra = property.extra.if_object())
            for (const auto& keyword : *extra) member[keyword.key()] = keyword.value();
        if (property.required) required.emplace_back(property.name);
        members[property.name] = std::move(member);
    }
    Object schema{{"type", "object"}, {"properties", std::move(members)}};
    if (!required.empty()) schema["required"] = std::move(required);
    return schema;
}

}  // namespace

Value object_schema(std::initializer_list<Property> properties) {
    Object schema = schema_of(properties);
    schema["additionalProperties"] = false;
    return schema;
}

Value open_object_schema(std::initializer_list<Property> properties) {
    return schema_of(properties);
}

}  // namespace sluice::nodes
