#include "engine/nodes/registry.hpp"

#include <utility>

#include "engine/nodes/built_in.hpp"
#include "engine/nodes/data/data_nodes.hpp"

namespace sluice {
namespace {

bool has_the_code_of_its_kind(const NodeType& type) {
    const bool pure = type.kind == NodeKind::pure;
    const bool effect = type.kind == NodeKind::effect;
    const bool hold = type.kind == NodeKind::hold;
    const bool composite = type.kind == NodeKind::composite;
    const bool entry = type.kind == NodeKind::entry;
    return (type.composite != Composite::none) == composite &&
           static_cast<bool>(type.pure) == pure && static_cast<bool>(type.effect) == effect &&
           static_cast<bool>(type.hold) == hold && static_cast<bool>(type.entry) == entry;
}

}  // namespace

NodeRegistry NodeRegistry::with_built_ins() {
    NodeRegistry registry;
    for (auto make : {nodes::code_javascript, nodes::code_python,   nodes::core_set,
                      nodes::core_log,        nodes::core_fail,     nodes::flow_if,
                      nodes::flow_switch,     nodes::flow_delay,    nodes::flow_approval,
                      nodes::flow_wait,       nodes::http_request,  nodes::http_respond,
                      nodes::shell_exec,      nodes::flow_each,     nodes::flow_while,
                      nodes::flow_until,      nodes::flow_parallel, nodes::flow_try,
                      nodes::flow_return,     nodes::vars_set,      nodes::kv_compare_and_set,
                      nodes::kv_delete,       nodes::kv_get,        nodes::kv_increment,
                      nodes::kv_set})
        registry.add(make()).value();
    for (auto& type : nodes::data_nodes()) registry.add(std::move(type)).value();
    return registry;
}

result<void> NodeRegistry::add(NodeType type) {
    if (type.id.empty() || !has_the_code_of_its_kind(type))
        return Error{
            "invalid_node_type",
            "node type '" + type.id + "' needs an id and exactly the function that its kind says",
            {}};
    const std::string id = type.id;
    const bool added =
        types_.try_emplace(id, std::make_shared<const NodeType>(std::move(type))).second;
    if (!added) return Error{"node_type_taken", "there is already a node type '" + id + "'", {}};
    return {};
}

std::shared_ptr<const NodeType> NodeRegistry::find(std::string_view id) const {
    const auto found = types_.find(id);
    return found == types_.end() ? nullptr : found->second;
}

std::vector<std::shared_ptr<const NodeType>> NodeRegistry::all() const {
    std::vector<std::shared_ptr<const NodeType>> types;
    types.reserve(types_.size());
    for (const auto& [id, type] : types_) types.push_back(type);
    return types;
}

}  // namespace sluice
