#pragma once

#include "engine/nodes/data/data_parameters.hpp"

namespace sluice::nodes {

/// Tells a problem unless `value` is an object, or a list of objects within the limit.
void check_objects(const Value& value, DataParameters& parameters);

/// Calls `change` with the object, or with each of the list. `value` has been checked.
template <typename Change>
void for_each_object(Value& value, Change change) {
    if (auto* const object = value.if_object()) return change(*object);
    for (auto& item : value.get_array()) change(item.get_object());
}

}  // namespace sluice::nodes
