#include "engine/definition/native_parameters.hpp"

#include <algorithm>
#include <string_view>
#include <unordered_map>
#include <utility>

#include "engine/definition/json_pointer.hpp"
#include "engine/definition/json_schema.hpp"
#include "engine/model/nearest_name.hpp"

namespace sluice::definition {

namespace {

std::string_view view(boost::json::string_view text) {
    return {text.data(), text.size()};
}

bool has_expression(const Value& value) {
    if (const auto* text = value.if_string())
        return view(*text).find("${") != std::string_view::npos;
    if (const Array* items = value.if_array()) return std::ranges::any_of(*items, has_expression);
    if (const Object* members = value.if_object())
        return std::ranges::any_of(
            *members, [](const auto& member) { return has_expression(member.value()); });
    return false;
}

/// Whether the violation stands whatever the expressions of the parameters become.
bool is_certain(const Violation& violation, const Value& parameters) {
    const auto slash = violation.schema_pointer.rfind('/');
    const std::string_view keyword = std::string_view(violation.schema_pointer).substr(slash + 1);
    if (keyword == "required" || keyword == "additionalProperties") return true;
    const Value* value = find_pointer(parameters, violation.pointer);
    return value == nullptr || !has_expression(*value);
}

/// The nearest parameter that the schema knows beside the unknown one.
std::string nearest_parameter(const Violation& violation, const Value& schema) {
    constexpr std::string_view keyword = "/additionalProperties";
    if (!violation.schema_pointer.ends_with(keyword)) return {};
    const std::string around =
        violation.schema_pointer.substr(0, violation.schema_pointer.size() - keyword.size());
    const Value* properties = find_pointer(schema, around + "/properties");
    if (properties == nullptr || !properties->is_object()) return {};
    std::vector<std::string_view> names;
    for (const auto& member : properties->get_object()) names.push_back(view(member.key()));
    const auto slash = violation.pointer.rfind('/');
    const std::string nearest =
        nearest_name(std::string_view(violation.pointer).substr(slash + 1), names);
    return nearest.empty() ? "the known keys are " + listed(names) : "write `" + nearest + '`';
}

class ParameterCheck {
  public:
    ParameterCheck(NodeTypeNames node_types, Problems& problems)
        : node_types_(node_types), problems_(problems) {}

    void check(const Node& node, const std::string& pointer) {
        if (node.type.empty()) return;  // already reported
        const auto type = std::ranges::find(node_types_, node.type, &NodeTypeName::id);
        if (type == node_types_.end()) return report_unknown_type(node, pointer);
        if (type->input_schema == nullptr) return;
        const Value parameters = node.with.is_null() ? Value(Object{}) : node.with;
        const std::string with = child_pointer(pointer, "with");
        for (const Violation& violation : schema_of(*type, pointer).validate(parameters)) {
            if (!is_certain(violation, parameters)) continue;
            problems_.at_key(with + violation.pointer, "invalid_parameter",
                             quoted(readable_path("/with" + violation.pointer)) + " of " +
                                 node.type + ' ' + violation.message,
                             nearest_parameter(violation, *type->input_schema));
        }
    }

  private:
    void report_unknown_type(const Node& node, const std::string& pointer) {
        std::vector<std::string_view> ids;
        for (const auto& type : node_types_) ids.emplace_back(type.id);
        const std::string nearest = nearest_name(node.type, ids);
        problems_.at_value(
            child_pointer(pointer, "type"), "unknown_node_type",
            "there is no node type " + quoted(node.type) +
                (nearest.empty() && !ids.empty() ? "; the types are " + listed(ids) : ""),
            nearest.empty() ? "" : "write `" + nearest + '`');
    }

    const JsonSchema& schema_of(const NodeTypeName& type, const std::string& pointer) {
        const auto [place, first] = schemas_.try_emplace(type.id);
        if (first) {
            auto schema = JsonSchema::compile(*type.input_schema);
            if (schema)
                place->second = *std::move(schema);
            else
                problems_.at_value(child_pointer(pointer, "type"), "invalid_schema",
                                   "the node type " + quoted(type.id) +
                                       " has an unusable schema: " + schema.error().message);
        }
        return place->second;
    }

    NodeTypeNames node_types_;
    Problems& problems_;
    std::unordered_map<std::string, JsonSchema> schemas_;
};

}  // namespace

void check_parameters(const NativeNodes& nodes, NodeTypeNames node_types, Problems& problems) {
    ParameterCheck check(node_types, problems);
    for (std::size_t at = 0; at < nodes.nodes.size(); ++at)
        check.check(nodes.nodes[at], nodes.pointers[at]);
}

}  // namespace sluice::definition
