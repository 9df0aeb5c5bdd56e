#include "engine/testing/tested_flow.hpp"

#include <utility>

#include "engine/definition/native.hpp"
#include "engine/testing/world.hpp"

namespace sluice::testing {
namespace {

constexpr std::string_view mocked_prefix = "mocked:";
constexpr std::string_view watched_prefix = "watched:";

/// The original's entry in the catalogue with another code.
NodeType in_place_of(const NodeType& original, std::string_view prefix) {
    NodeType type = original;
    type.id = std::string(prefix) + original.id;
    type.kind = NodeKind::effect;
    type.pure = {};
    type.hold = {};
    type.entry = {};
    type.composite = Composite::none;
    return type;
}

}  // namespace

std::vector<NodeType> tested_types(const std::shared_ptr<const NodeType>& original,
                                   TestWorld& world) {
    std::vector<NodeType> types;
    NodeType mocked = in_place_of(*original, mocked_prefix);
    mocked.effect = [&world](NodeContext context) { return world.perform(std::move(context)); };
    types.push_back(std::move(mocked));
    if (original->kind != NodeKind::effect) return types;
    NodeType watched = in_place_of(*original, watched_prefix);
    watched.effect = [&world, original](NodeContext context) {
        return world.perform(std::move(context), original);
    };
    types.push_back(std::move(watched));
    return types;
}

std::string_view original_type(std::string_view type) {
    for (const auto prefix : {mocked_prefix, watched_prefix})
        if (type.starts_with(prefix)) return type.substr(prefix.size());
    return type;
}

definition::ParsedFlow TestedFrontEnd::parse(std::string_view source,
                                             definition::SourceFormat format,
                                             definition::NodeTypeNames node_types,
                                             const Limits& limits) const {
    auto parsed = definition::parse_native(source, format, node_types, limits);
    for (auto& node : parsed.definition.graph.nodes) {
        const auto type = originals_.find(node.type);
        if (type == nullptr) continue;
        if (world_.mocks(node.id))
            node.type = std::string(mocked_prefix) + node.type;
        else if (type->kind == NodeKind::effect)
            node.type = std::string(watched_prefix) + node.type;
    }
    if (world_.dry()) {  // what never ends is not late
        parsed.definition.settings.timeout.reset();
        for (auto& node : parsed.definition.graph.nodes) node.timeout.reset();
    }
    // What lives in memory only could not be looked at afterwards.
    auto& durability = parsed.definition.settings.durability;
    if (durability == Durability::none) durability = Durability::execution;
    return parsed;
}

}  // namespace sluice::testing
