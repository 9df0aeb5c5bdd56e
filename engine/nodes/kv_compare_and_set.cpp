#include <algorithm>
#include <cstdint>
#include <optional>

#include "engine/model/json_text.hpp"
#include "engine/nodes/built_in.hpp"
#include "engine/nodes/kv_entry.hpp"
#include "engine/nodes/parameter_reader.hpp"
#include "engine/nodes/parameters.hpp"

namespace sluice::nodes {
namespace {

constexpr std::uint64_t most_versions = std::uint64_t{1} << 53;

/// What must be true; empty parts are not asked for.
struct Expectation {
    std::optional<std::int64_t> version;  ///< 0: there must be no entry
    const Value* value = nullptr;

    [[nodiscard]] bool holds(const Entry* current) const {
        if (version && *version != (current == nullptr ? 0 : current->version)) return false;
        if (value == nullptr) return true;
        // Both in the form in which entries are written: 1.0 is 1.
        return current != nullptr && entry_value(*current) == parse_json(to_json(*value)).value();
    }
};

node_result<Expectation> expectation_of(const EntryContext& context) {
    Expectation expected;
    expected.value = context.parameters.as_object().if_contains("expected");
    if (const Value* const version = find_parameter(context.parameters, "version")) {
        expected.version = whole_number(*version, most_versions);
        if (!expected.version)
            return invalid_parameter("version", "a whole number from 0", version);
    }
    if (expected.value == nullptr && !expected.version)
        return NodeError{
            "invalid_parameters", "compare-and-set takes 'version', 'expected' or both", {}, false};
    return expected;
}

/// An edge is there for it; without one a conflict that ended the path in silence would be missed.
bool tells_conflict_by_edge(const EntryContext& context) {
    return std::any_of(context.outcomes.begin(), context.outcomes.end(), [](const auto& label) {
        return label == "conflict" || label == "*" || label == "**";
    });
}

Value state_of(const Entry* current) {
    return Object{{"value", current == nullptr ? Value(nullptr) : entry_value(*current)},
                  {"version", current == nullptr ? 0 : current->version}};
}

node_result<EntryDecision> conflict(const EntryContext& context, const Expectation& expected) {
    Value actual = state_of(context.current);
    if (tells_conflict_by_edge(context)) {
        EntryDecision decision;
        decision.result.outcome = "conflict";
        decision.result.output = std::move(actual);
        return decision;
    }
    Object details{{"namespace", context.key.entry_namespace},
                   {"key", context.key.key},
                   {"actual_version", actual.at("version")}};
    if (expected.version) details["expected_version"] = *expected.version;
    return NodeError{"kv_conflict",
                     "the entry '" + context.key.key + "' in namespace '" +
                         context.key.entry_namespace +
                         "' is not what was expected: read it again, or lead an edge `conflict` to "
                         "where that is done",
                     std::move(details), false};
}

node_result<EntryDecision> compare_and_set(EntryContext& context) {
    const auto expected = expectation_of(context);
    if (!expected) return expected.error();
    Value* const value = context.parameters.as_object().if_contains("value");
    if (value == nullptr) return invalid_parameter("value", "any JSON value", nullptr);
    auto text = entry_json(*value, context.limits);
    if (!text) return to_node_error(text.error());
    const auto expires = expiry_of(context);
    if (!expires) return expires.error();
    if (!expected->holds(context.current)) return conflict(context, *expected);
    EntryDecision decision;
    const Entry after =
        changed_entry(context.current, std::move(text->json), *expires, context.now);
    decision.result.output = Object{{"value", std::move(*value)}, {"version", after.version}};
    decision.change = EntryChange{after};
    return decision;
}

}  // namespace

NodeType kv_compare_and_set() {
    NodeType type = entry_type(
        "kv.compare_and_set",
        "Sets an entry if it has the expected version, or holds the expected value. Otherwise it "
        "takes the edge `conflict` with what is there; a node without such an edge fails with "
        "`kv_conflict`.",
        compare_and_set);
    type.input_schema = object_schema(
        {key_property(),
         namespace_property(),
         {"value", "", "What the entry is to hold: at most 64 KiB as JSON.", true, {}},
         {"version", "integer", "The version that it must have; 0: there must be none.", false,
          Object{{"minimum", 0}}},
         {"expected", "", "What it must hold.", false, {}},
         ttl_property("How long it is to be there: 90s, 1h30m, 2d. Absent: until it is deleted.")});
    type.output_schema =
        object_schema({{"value", "", "What the entry holds, after a conflict, too.", true, {}},
                       {"version", "integer", "Its version; 0 when there is none.", true, {}}});
    type.outcomes = {"success", "conflict"};
    return type;
}

}  // namespace sluice::nodes
