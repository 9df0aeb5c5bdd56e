#include "engine/nodes/data/data_parameters.hpp"

#include <algorithm>
#include <utility>

#include "engine/nodes/parameters.hpp"

namespace sluice::nodes {
namespace {

std::string listed(std::span<const std::string_view> words) {
    std::string text;
    for (std::size_t at = 0; at < words.size(); ++at)
        text.append(at == 0 ? "" : at + 1 == words.size() ? " or " : ", ").append(words[at]);
    return text;
}

}  // namespace

Value* DataParameters::required(std::string_view key, std::string_view expectation) {
    Value* const found = context_.parameters.get_object().if_contains(key);
    if (found != nullptr && !found->is_null()) return found;
    problem(std::string(key), "must be " + std::string(expectation) + ", and is missing");
    return nullptr;
}

Array& DataParameters::list(std::string_view key) {
    Value* const found = required(key, "a list");
    if (found == nullptr) return no_list_;
    if (!found->is_array()) {
        problem(std::string(key), "must be a list");
        return no_list_;
    }
    if (found->get_array().size() > limits().data_items)
        refuse(too_many_items(key, type_, limits()));
    return found->get_array();
}

Value& DataParameters::value(std::string_view key) {
    Value* const found = context_.parameters.get_object().if_contains(key);
    if (found != nullptr) return *found;
    problem(std::string(key), "is missing");
    return no_value_;
}

Object& DataParameters::object(std::string_view key) {
    Value* const found = required(key, "an object");
    if (found == nullptr) return no_object_;
    if (!found->is_object()) {
        problem(std::string(key), "must be an object");
        return no_object_;
    }
    return found->get_object();
}

std::string_view DataParameters::text(std::string_view key) {
    const Value* const found = required(key, "text");
    if (found == nullptr) return {};
    if (const auto* const text = found->if_string()) return *text;
    problem(std::string(key), "must be text");
    return {};
}

std::string_view DataParameters::bounded_text(std::string_view key) {
    const std::string_view found = text(key);
    if (found.size() > limits().data_text_bytes) refuse(text_too_large(key, type_, limits()));
    return found;
}

std::string_view DataParameters::text_or(std::string_view key, std::string_view fallback) {
    return has(key) ? text(key) : fallback;
}

bool DataParameters::flag(std::string_view key, bool fallback) {
    reader_.flag(key, fallback);
    return fallback;
}

std::int64_t DataParameters::whole(std::string_view key, std::int64_t least, std::int64_t most,
                                   std::optional<std::int64_t> fallback) {
    const Value* const found = find(key);
    if (found == nullptr && fallback) return *fallback;
    boost::system::error_code error;
    std::int64_t number = 0;
    if (found != nullptr && found->is_number()) number = found->to_number<std::int64_t>(error);
    if (found != nullptr && found->is_number() && !error && number >= least && number <= most)
        return number;
    problem(std::string(key),
            "must be a whole number from " + std::to_string(least) + " to " + std::to_string(most));
    return least;
}

std::size_t DataParameters::choice(std::string_view key, std::span<const std::string_view> words,
                                   std::size_t fallback) {
    const Value* const found = find(key);
    if (found == nullptr) return fallback;
    if (const auto* const word = found->if_string()) {
        const auto at = std::find(words.begin(), words.end(), std::string_view(*word));
        if (at != words.end()) return static_cast<std::size_t>(at - words.begin());
    }
    problem(std::string(key), "must be " + listed(words));
    return fallback;
}

Path DataParameters::path_or_item(std::string_view key) {
    const Value* const found = find(key);
    if (found == nullptr) return {};
    if (auto path = Path::parse(*found, limits())) return std::move(*path);
    problem(std::string(key), std::string(path_expectation));
    return {};
}

bool DataParameters::few(std::string_view key, std::size_t count) {
    if (count > 0 && count <= limits().data_rules) return true;
    problem(std::string(key), count == 0 ? "must not be empty"
                                         : "must not have more than " +
                                               std::to_string(limits().data_rules) + " entries");
    return false;
}

std::vector<Path> DataParameters::paths(std::string_view key) {
    std::vector<Path> result;
    const Value* const found = required(key, "a path or a list of paths");
    if (found == nullptr) return result;
    const auto* const list = found->if_array();
    if (list != nullptr && !few(key, list->size())) return result;
    const std::size_t count = list == nullptr ? 1 : list->size();
    for (std::size_t at = 0; at < count; ++at) {
        if (auto path = Path::parse(list == nullptr ? *found : (*list)[at], limits()))
            result.push_back(std::move(*path));
        else
            problem(list == nullptr ? std::string(key)
                                    : std::string(key) + '[' + std::to_string(at) + ']',
                    std::string(path_expectation));
    }
    return result;
}

std::vector<std::pair<std::string, Path>> DataParameters::named_paths(std::string_view key) {
    std::vector<std::pair<std::string, Path>> result;
    const Value* const found = required(key, "an object of names and paths");
    if (found == nullptr) return result;
    const auto* const object = found->if_object();
    if (object == nullptr) {
        problem(std::string(key), "must be an object of names and paths");
        return result;
    }
    if (!few(key, object->size())) return result;
    for (const auto& entry : *object) {
        if (auto path = Path::parse(entry.value(), limits()))
            result.emplace_back(entry.key(), std::move(*path));
        else
            problem(std::string(key) + '.' + std::string(entry.key()),
                    std::string(path_expectation));
    }
    return result;
}

std::optional<NodeError> DataParameters::failure() const {
    return refusal_ ? refusal_ : reader_.failure();
}

NodeError too_large(std::string_view what, std::string_view type, std::size_t most,
                    std::string_view unit, std::string_view remedy) {
    std::string message = "`" + std::string(what) + "` is too large for " + std::string(type) +
                          ": at most " + std::to_string(most) + ' ' + std::string(unit) +
                          " are taken; " + std::string(remedy);
    return {"data_too_large", std::move(message),
            Object{{"parameter", what}, {"limit", most}, {"unit", unit}}, false};
}

NodeError text_too_large(std::string_view what, std::string_view type, const Limits& limits) {
    return too_large(what, type, limits.data_text_bytes, "bytes",
                     "ask its source for less at once, or work through it in a program "
                     "(shell.exec)");
}

NodeError too_many_items(std::string_view what, std::string_view type, const Limits& limits) {
    return too_large(what, type, limits.data_items, "items",
                     "ask its source for fewer at once, page by page");
}

NodeType data_node(std::string id, std::string description, Value input_schema, Value output_schema,
                   NodeOutcome (*run)(DataParameters&)) {
    NodeType type;
    type.category = id.substr(0, id.find('.'));
    type.description = std::move(description);
    type.input_schema = std::move(input_schema);
    type.output_schema = std::move(output_schema);
    type.kind = NodeKind::pure;
    type.pure = [id, run](PureContext& context) -> NodeOutcome {
        if (context.parameters.is_null()) context.parameters = Object{};
        if (!context.parameters.is_object())
            return NodeError{"invalid_parameters", "the parameters of " + id + " must be an object",
                             nullptr, false};
        DataParameters parameters(id, context);
        return run(parameters);
    };
    type.id = std::move(id);
    return type;
}

}  // namespace sluice::nodes
