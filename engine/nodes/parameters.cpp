#include "engine/nodes/parameters.hpp"

#include <utility>

#include "engine/model/json_text.hpp"

namespace sluice::nodes {
namespace {

std::string_view kind_word(const Value& value) {
    switch (value.kind()) {
        case boost::json::kind::null:
            return "null";
        case boost::json::kind::bool_:
            return "a boolean";
        case boost::json::kind::int64:
        case boost::json::kind::uint64:
        case boost::json::kind::double_:
            return "a number";
        case boost::json::kind::string:
            return "a string";
        case boost::json::kind::array:
            return "a list";
        case boost::json::kind::object:
            return "an object";
    }
    return "a value";
}

}  // namespace

NodeError invalid_parameter(std::string_view name, std::string_view expectation,
                            const Value* found) {
    std::string message =
        "parameter '" + std::string(name) + "' must be " + std::string(expectation);
    message += found == nullptr ? ", and is missing" : ", not " + std::string(kind_word(*found));
    return {"invalid_parameters", std::move(message), Object{{"parameter", name}}, false};
}

const Value* find_parameter(const Value& parameters, std::string_view name) {
    const auto* object = parameters.if_object();
    const Value* const found = object == nullptr ? nullptr : object->if_contains(name);
    return found == nullptr || found->is_null() ? nullptr : found;
}

std::string as_text(const Value& value) {
    if (const auto* text = value.if_string()) return {text->data(), text->size()};
    return to_json(value);
}

Value object_of(Value parameters) {
    return parameters.is_object() ? std::move(parameters) : Value(Object{});
}

}  // namespace sluice::nodes
