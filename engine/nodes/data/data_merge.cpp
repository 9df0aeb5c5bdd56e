#include <array>

#include "engine/nodes/data/data_nodes.hpp"
#include "engine/nodes/schema.hpp"

namespace sluice::nodes {
namespace {

void merge(Object& into, Object& from, bool deep, bool append) {
    for (auto& entry : from) {
        auto [member, is_new] = into.emplace(entry.key(), nullptr);
        Value& old = member->value();
        Value& added = entry.value();
        if (is_new || !deep)
            old = std::move(added);
        else if (old.is_object() && added.is_object())
            merge(old.get_object(), added.get_object(), deep, append);
        else if (append && old.is_array() && added.is_array())
            for (auto& item : added.get_array()) old.get_array().push_back(std::move(item));
        else
            old = std::move(added);
    }
}

NodeOutcome run(DataParameters& parameters) {
    parameters.only({"values", "deep", "lists"});
    Array& values = parameters.list("values");
    const bool deep = parameters.flag("deep", false);
    constexpr std::array<std::string_view, 2> words{"replace", "append"};
    const bool append = parameters.choice("lists", words, 0) == 1;
    for (std::size_t at = 0; at < values.size(); ++at)
        if (!values[at].is_object() && !values[at].is_null())
            parameters.problem("values[" + std::to_string(at) + ']', "must be an object");
    if (auto failure = parameters.failure()) return std::move(*failure);

    Object merged;
    for (auto& value : values)
        if (value.is_object()) merge(merged, value.get_object(), deep, append);
    return put_out({{"value", std::move(merged)}});
}

}  // namespace

NodeType data_merge() {
    return data_node(
        "data.merge", "Makes one object out of several; of the same name the later value counts.",
        object_schema(
            {{"values", "array", "The objects; null counts as empty.", true,
              Object{{"examples", Array{Array{Object{{"a", 1}}, Object{{"b", 2}}}}}}},
             {"deep", "boolean", "Merge objects within objects, too, instead of replacing them.",
              false, Object{{"default", false}}},
             {"lists", "", "With `deep`: what becomes of a list that is there already.", false,
              Object{{"enum", Array{"replace", "append"}}, {"default", "replace"}}}}),
        object_schema({{"value", "object", "All of them in one.", true, {}}}), run);
}

}  // namespace sluice::nodes
