#include "engine/expression/trial.hpp"

#include <algorithm>
#include <utility>

#include "engine/expression/known_names.hpp"
#include "engine/expression/utf16.hpp"

namespace sluice::expression {

namespace {

constexpr std::string_view root_names[] = {"input", "vars", "trigger", "env",  "execution",
                                           "flow",  "item", "index",   "error"};

Value budget_value(Usage used, Budget budget) {
    return Object{{"steps", Object{{"used", used.steps}, {"limit", budget.steps}}},
                  {"bytes", Object{{"used", used.bytes}, {"limit", budget.bytes}}}};
}

Object error_value(std::string_view text, std::string_view code, std::string_view message,
                   std::size_t offset, std::string_view hint) {
    std::size_t line = 1;
    std::size_t column = 1;
    for (std::size_t position = 0; position < std::min(offset, text.size());) {
        const bool newline = text[position] == '\n';
        (void)decode_utf8(text, position);
        line += newline ? 1 : 0;
        column = newline ? 1 : column + 1;
    }
    Object error{{"code", code},
                 {"message", message},
                 {"offset", offset},
                 {"line", line},
                 {"column", column}};
    if (!hint.empty()) error["hint"] = hint;
    return error;
}

}  // namespace

ObjectScope::ObjectScope(Value source, WallTime now, std::optional<TimeZone> zone)
    : source_(std::move(source)), now_(now), zone_(zone) {
    for (std::size_t i = 0; i < roots_.size(); ++i)
        roots_[i] = source_.get_object().if_contains(root_names[i]);
    const Value* const nodes = source_.get_object().if_contains("nodes");
    if (nodes == nullptr) return;
    for (const auto& field : nodes->get_object()) {
        ids_.emplace_back(field.key());
        outputs_.push_back(&field.value());
    }
}

std::string ObjectScope::unknown_field(const Object& source) {
    for (const auto& field : source) {
        const std::string_view name(field.key());
        const bool known = name == "nodes" ? field.value().is_object() : root_of(name).has_value();
        if (!known) return std::string(name);
    }
    return {};
}

Value try_expression(std::string_view text, const ObjectScope& scope, const Limits& limits) {
    const Budget budget = Budget::from(limits);
    const auto compiled = Expression::compile(text, scope.names(), limits);
    if (!compiled) {
        const Problem problem = compiled.error();
        return Object{{"ok", false},
                      {"error", error_value(text, problem.code, problem.message, problem.offset,
                                            problem.hint)},
                      {"budget", budget_value({}, budget)}};
    }
    const Measured measured = compiled->measure(scope, budget);
    if (!measured.value) {
        const Error error = measured.value.error();
        const Object& details = error.details.get_object();
        const Value* const hint = details.if_contains("hint");
        return Object{
            {"ok", false},
            {"error",
             error_value(
                 text, error.code, error.message, details.at("offset").to_number<std::size_t>(),
                 hint == nullptr ? std::string_view() : std::string_view(hint->get_string()))},
            {"budget", budget_value(measured.used, budget)}};
    }
    return Object{{"ok", true},
                  {"value", *measured.value},
                  {"type", measured.type},
                  {"budget", budget_value(measured.used, budget)}};
}

}  // namespace sluice::expression
