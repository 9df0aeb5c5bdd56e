#include "engine/nodes/data/each_object.hpp"

namespace sluice::nodes {

void check_objects(const Value& value, DataParameters& parameters) {
    if (value.is_object()) return;
    const auto* const list = value.if_array();
    if (list == nullptr) return parameters.problem("value", "must be an object or a list of them");
    if (list->size() > parameters.limits().data_items)
        return parameters.refuse(too_many_items("value", parameters.type(), parameters.limits()));
    for (std::size_t at = 0; at < list->size(); ++at)
        if (!(*list)[at].is_object())
            return parameters.problem("value[" + std::to_string(at) + ']', "must be an object");
}

}  // namespace sluice::nodes
