#include "engine/run/approval.hpp"

#include <algorithm>

#include "engine/definition/json_schema.hpp"
#include "engine/model/timestamp.hpp"

namespace sluice {
namespace {

std::string_view text_of(const Value& object, std::string_view name) {
    const auto& text = object.at(name).as_string();
    return {text.data(), text.size()};
}

std::int64_t count(const Array& decisions, std::string_view word) {
    return std::count_if(decisions.begin(), decisions.end(), [&](const Value& decision) {
        return text_of(decision, "decision") == word;
    });
}

std::optional<Error> check_form(const Object& details, const Decision& decision) {
    const Value* const form = details.if_contains("form");
    if (form == nullptr || !decision.approved) return std::nullopt;
    const auto schema = definition::JsonSchema::compile(*form);
    if (!schema)
        return Error{"invalid_form",
                     "the approval's own form is no usable JSON Schema: " + schema.error().message,
                     {}};
    const auto violations = schema->validate(decision.form);
    if (violations.empty()) return std::nullopt;
    Array errors;
    for (const auto& violation : violations)
        errors.push_back(Object{{"pointer", violation.pointer}, {"message", violation.message}});
    return Error{"invalid_form",
                 "the form breaks its schema in " + std::to_string(violations.size()) +
                     (violations.size() == 1 ? " place" : " places") + "; the first: " +
                     violations.front().message + " at '" + violations.front().pointer + "'",
                 Object{{"errors", std::move(errors)}}};
}

}  // namespace

result<DecisionEffect> decide(const OpenHold& hold, const Decision& decision, WallTime now) {
    const auto& details = hold.details.as_object();
    const auto* const names = details.if_contains("approvers");
    const auto* const approvers = names == nullptr ? nullptr : names->if_array();
    if (approvers != nullptr &&
        std::none_of(approvers->begin(), approvers->end(),
                     [&](const Value& name) { return name.as_string() == decision.by; }))
        return Error{"not_an_approver",
                     "'" + decision.by + "' is not among those who may decide this",
                     Object{{"approvers", *approvers}}};
    for (const auto& earlier : hold.decisions)
        if (!decision.by.empty() && text_of(earlier, "by") == decision.by)
            return Error{"already_decided",
                         "'" + decision.by + "' has " + std::string(text_of(earlier, "decision")) +
                             " this already",
                         Object{{"decision", earlier}}};
    if (auto broken = check_form(details, decision)) return std::move(*broken);

    DecisionEffect effect;
    effect.record = Object{{"by", decision.by},
                           {"decision", decision.approved ? "approved" : "rejected"},
                           {"comment", decision.comment},
                           {"form", decision.approved ? decision.form : Value(nullptr)},
                           {"at", to_rfc3339(now)}};
    const auto quorum = details.at("quorum").to_number<std::int64_t>();
    const auto approvals = count(hold.decisions, "approved") + (decision.approved ? 1 : 0);
    const auto rejections = count(hold.decisions, "rejected") + (decision.approved ? 0 : 1);
    const auto bearable =
        approvers == nullptr ? 0 : static_cast<std::int64_t>(approvers->size()) - quorum;
    if (approvals >= quorum)
        effect.outcome = "approved";
    else if (rejections > bearable)
        effect.outcome = "rejected";
    return effect;
}

Value approval_output(std::string_view outcome, const Array& decisions) {
    Value form;
    for (const auto& decision : decisions)
        if (outcome == "approved" && text_of(decision, "decision") == outcome)
            form = decision.at("form");
    return Object{{"outcome", outcome}, {"form", std::move(form)}, {"decisions", decisions}};
}

}  // namespace sluice
