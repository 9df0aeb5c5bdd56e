// What a test expects, and what people do in it.
#include <array>
#include <utility>

#include "engine/definition/durations.hpp"
#include "engine/definition/problems.hpp"
#include "engine/model/duration.hpp"
#include "engine/model/nearest_name.hpp"
#include "engine/testing/test_reading.hpp"

namespace sluice::testing {
namespace {

using definition::Problems;
using definition::quoted;
using definition::Section;

constexpr std::array<std::string_view, 8> expect_keys{
    "status", "refused", "error", "output", "output_contains", "nodes", "calls", "duration"};
constexpr std::array<std::string_view, 7> node_keys{
    "outcome", "attempts", "runs", "output", "output_contains", "with", "with_contains"};
constexpr std::array<std::string_view, 6> call_keys{"method", "url",           "headers",
                                                    "body",   "body_contains", "times"};
constexpr std::array<std::string_view, 3> error_keys{"code", "message", "node"};
constexpr std::array<std::string_view, 5> decision_keys{"after", "outcome", "by", "comment",
                                                        "form"};
constexpr std::int64_t most = 1'000'000;

std::optional<Value> copy(const Section& section, std::string_view key) {
    const Value* const value = section.find(key);
    return value == nullptr ? std::nullopt : std::optional<Value>(*value);
}

std::optional<DurationBound> read_duration(const Section& section) {
    const auto text = section.text("duration");
    if (!text) return std::nullopt;
    using Relation = DurationBound::Relation;
    DurationBound bound;
    bound.text = *text;
    std::string_view rest = *text;
    bound.relation = Relation::equal;
    for (const auto& [sign, relation] :
         {std::pair{"<=", Relation::at_most}, std::pair{">=", Relation::at_least},
          std::pair{"<", Relation::less}, std::pair{">", Relation::more}})
        if (rest.starts_with(sign)) {
            bound.relation = relation;
            rest.remove_prefix(std::string_view(sign).size());
            break;
        }
    while (rest.starts_with(' ')) rest.remove_prefix(1);
    const auto duration = parse_duration(rest);
    if (!duration) {
        section.problems().at_value(section.pointer("duration"), "invalid_duration",
                                    quoted(*text) + " is not a bound of a duration",
                                    "write `<1h`, `<=90s`, `>29d`, `>=2d` or `10s`");
        return std::nullopt;
    }
    bound.bound = *duration;
    return bound;
}

NodeExpectation read_node(const Section& nodes, std::string_view id, const TestReading& reading) {
    NodeExpectation expected;
    const Node* const node = reading.node(nodes, id);
    const Value& value = *nodes.find(id);
    const auto check = [&](const Section& section, std::string_view key) {
        if (node != nullptr && *expected.outcome != "skipped" && *expected.outcome != "cancelled" &&
            *expected.outcome != "waiting")
            reading.check_outcome(section, key, *node, *expected.outcome);
    };
    const auto outcome_of = [](const Value& word) -> std::optional<std::string> {
        if (word.is_bool()) return word.get_bool() ? "true" : "false";
        if (word.is_string()) return std::string(view(word.get_string()));
        return std::nullopt;
    };
    if (!value.is_object()) {
        expected.outcome = outcome_of(value);
        expected.outcome
            ? check(nodes, id)
            : nodes.wrong_type(id, "an outcome, or a map with `outcome`, `attempts` ...");
        return expected;
    }
    const auto section = Section::open(value, nodes.pointer(id), nodes.problems());
    section->only(node_keys);
    if (const Value* const outcome = section->find("outcome")) {
        expected.outcome = outcome_of(*outcome);
        expected.outcome ? check(*section, "outcome")
                         : section->wrong_type("outcome", "an outcome as text");
    }
    expected.attempts = section->integer("attempts", 1, most);
    expected.runs = section->integer("runs", 0, most);
    expected.output = copy(*section, "output");
    expected.output_contains = copy(*section, "output_contains");
    expected.with = copy(*section, "with");
    expected.with_contains = copy(*section, "with_contains");
    return expected;
}

void read_calls(const Section& section, Expectation& expected) {
    const Value* const value = section.find("calls");
    if (value == nullptr) return;
    if (!value->is_array()) return section.wrong_type("calls", "a list of HTTP calls");
    auto& calls = expected.calls.emplace();
    std::size_t at = 0;
    for (const Value& entry : value->get_array()) {
        const auto call = Section::open(
            entry, definition::child_pointer(section.pointer("calls"), at++), section.problems());
        if (!call) continue;
        call->only(call_keys);
        calls.push_back({read_call_pattern(*call), call->integer("times", 1, most).value_or(1)});
    }
}

std::optional<ErrorExpectation> read_error(const Section& section) {
    const Value* const value = section.find("error");
    if (value == nullptr) return std::nullopt;
    const auto error = Section::open(*value, section.pointer("error"), section.problems());
    if (!error) return std::nullopt;
    error->only(error_keys);
    const auto text = [&](std::string_view key) -> std::optional<std::string> {
        const auto found = error->text(key);
        return found ? std::optional<std::string>(*found) : std::nullopt;
    };
    return ErrorExpectation{text("code"), text("message"), text("node")};
}

PlannedDecision read_decision(const Section& section) {
    section.only(decision_keys);
    PlannedDecision planned;
    planned.after = section.duration("after", Milliseconds(0)).value_or(Milliseconds(0));
    planned.decision.approved =
        section.choice<bool>("outcome", {{"approved", true}, {"rejected", false}}).value_or(true);
    planned.decision.by = section.text("by").value_or("somebody");
    planned.decision.comment = section.text("comment").value_or("");
    if (const Value* const form = section.find("form")) planned.decision.form = *form;
    section.require("outcome", "`approved` or `rejected`");
    return planned;
}

}  // namespace

bool DurationBound::holds(Milliseconds duration) const {
    switch (relation) {
        case Relation::less:
            return duration < bound;
        case Relation::at_most:
            return duration <= bound;
        case Relation::more:
            return duration > bound;
        case Relation::at_least:
            return duration >= bound;
        case Relation::equal:
            return duration == bound;
    }
    return false;
}

Script<PlannedDecision> read_decisions(const Value& value, const std::string& pointer,
                                       Problems& problems) {
    return read_script<PlannedDecision>(value, pointer, problems, read_decision);
}

PlannedSignal read_signal(const Section& section) {
    static constexpr std::array<std::string_view, 5> keys{"name", "key", "payload", "after",
                                                          "keep"};
    section.only(keys);
    PlannedSignal signal;
    section.require("name", "which signal is sent");
    signal.name = section.text("name").value_or("");
    if (const Value* const key = section.find("key"); key != nullptr && key->is_int64())
        signal.key = std::to_string(key->get_int64());
    else
        signal.key = section.text("key").value_or("");
    if (const Value* const payload = section.find("payload")) signal.payload = *payload;
    signal.after = section.duration("after", Milliseconds(0)).value_or(Milliseconds(0));
    signal.keep = section.duration("keep", Milliseconds(0));
    return signal;
}

Expectation read_expectation(const Section& section, const TestReading& reading) {
    section.only(expect_keys);
    Expectation expected;
    expected.status =
        section.choice<ExecutionStatus>("status", {{"succeeded", ExecutionStatus::succeeded},
                                                   {"failed", ExecutionStatus::failed},
                                                   {"cancelled", ExecutionStatus::cancelled},
                                                   {"timed_out", ExecutionStatus::timed_out},
                                                   {"waiting", ExecutionStatus::waiting}});
    if (const auto refused = section.text("refused")) expected.refused = *refused;
    expected.error = read_error(section);
    expected.output = copy(section, "output");
    expected.output_contains = copy(section, "output_contains");
    for (const auto& [one, other] : {std::pair{"refused", "status"}, std::pair{"refused", "output"},
                                     std::pair{"error", "output"}, std::pair{"error", "refused"}})
        if (section.find(one) != nullptr && section.find(other) != nullptr)
            section.problems().at_key(
                section.pointer(other), "contradiction",
                quoted(one) + " and " + quoted(other) + " cannot both be expected");
    if (const Value* const value = section.find("nodes"))
        if (const auto nodes = Section::open(*value, section.pointer("nodes"), section.problems()))
            for (const auto& member : nodes->members())
                expected.nodes.emplace(view(member.key()),
                                       read_node(*nodes, view(member.key()), reading));
    read_calls(section, expected);
    expected.duration = read_duration(section);
    return expected;
}

}  // namespace sluice::testing
