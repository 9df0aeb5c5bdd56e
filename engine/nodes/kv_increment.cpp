#include <cmath>
#include <cstdint>
#include <optional>

#include "engine/nodes/built_in.hpp"
#include "engine/nodes/kv_entry.hpp"
#include "engine/nodes/parameters.hpp"

namespace sluice::nodes {
namespace {

// Beyond them JavaScript, and most readers of JSON, do not tell whole numbers apart
// (Number.MAX_SAFE_INTEGER).
constexpr std::int64_t most_safe = (std::int64_t{1} << 53) - 1;

bool is_safe(std::int64_t number) {
    return number >= -most_safe && number <= most_safe;
}

/// A whole number that every reader of JSON tells from its neighbours, however it is stored.
std::optional<std::int64_t> safe_integer(const Value& value) {
    if (const auto* const number = value.if_int64())
        return is_safe(*number) ? std::optional(*number) : std::nullopt;
    if (const auto* const number = value.if_double())
        if (std::abs(*number) <= static_cast<double>(most_safe) && std::trunc(*number) == *number)
            return static_cast<std::int64_t>(*number);
    return std::nullopt;
}

/// A parameter; `otherwise` when it is absent.
node_result<std::int64_t> whole_parameter(const Value& parameters, std::string_view name,
                                          std::int64_t otherwise) {
    const Value* const value = find_parameter(parameters, name);
    if (value == nullptr) return otherwise;
    if (const auto number = safe_integer(*value)) return *number;
    return invalid_parameter(name, "a whole number between -(2^53 - 1) and 2^53 - 1", value);
}

NodeError no_number(const EntryContext& context) {
    return {"kv_not_a_number",
            "the entry '" + context.key.key + "' in namespace '" + context.key.entry_namespace +
                "' does not hold a whole number; set it to one first",
            Object{{"namespace", context.key.entry_namespace}, {"key", context.key.key}}, false};
}

node_result<EntryDecision> increment(EntryContext& context) {
    const auto by = whole_parameter(context.parameters, "by", 1);
    if (!by) return by.error();
    const auto initial = whole_parameter(context.parameters, "initial", 0);
    if (!initial) return initial.error();
    auto expires = expiry_of(context);
    if (!expires) return expires.error();
    std::int64_t number = *initial;
    if (context.current != nullptr) {
        const auto held = safe_integer(entry_value(*context.current));
        if (!held) return no_number(context);
        number = *held;
        if (!*expires) *expires = context.current->expires;
    }
    const std::int64_t sum = number + *by;  // both are far from the bounds of 64 bits
    if (!is_safe(sum))
        return NodeError{
            "kv_overflow",
            "incrementing the entry '" + context.key.key +
                "' would leave the whole numbers that JSON tells apart (up to 2^53 - 1)",
            Object{{"value", number}, {"by", *by}}, false};
    EntryDecision decision;
    const Entry after = changed_entry(context.current, std::to_string(sum), *expires, context.now);
    decision.result.output = Object{{"value", sum}, {"version", after.version}};
    decision.change = EntryChange{after};
    return decision;
}

}  // namespace

NodeType kv_increment() {
    NodeType type = entry_type(
        "kv.increment",
        "Adds to a number, and puts out the sum. However many executions do so at the same time, "
        "each counts exactly once, also after a crash.",
        increment);
    type.input_schema = object_schema(
        {key_property(),
         namespace_property(),
         {"by", "number", "What is added: a whole number, which may be negative.", false,
          Object{{"default", 1}}},
         {"initial", "number", "What an entry that is not there counts as.", false,
          Object{{"default", 0}}},
         ttl_property("How long it is to be there from now on. Absent: as long as before.")});
    type.output_schema =
        object_schema({{"value", "integer", "The sum.", true, {}},
                       {"version", "integer", "Counts its changes, from 1.", true, {}}});
    return type;
}

}  // namespace sluice::nodes
