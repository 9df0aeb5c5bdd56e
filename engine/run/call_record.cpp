#include "engine/run/call_record.hpp"

#include <utility>

#include "engine/model/json_text.hpp"
#include "engine/model/sha256.hpp"

namespace sluice {
namespace {

std::string hash_of(const Value& argument) {
    Sha256 hash;
    hash.update(to_json(argument));
    return hash.finish().to_string();
}

std::string text_of(const Object& object, std::string_view name) {
    const Value* const member = object.if_contains(name);
    return member != nullptr && member->is_string() ? std::string(member->get_string())
                                                    : std::string();
}

NodeError error_of(const Object& object) {
    const Value* const details = object.if_contains("details");
    const Value* const retryable = object.if_contains("retryable");
    return {text_of(object, "code"), text_of(object, "message"),
            details == nullptr ? Value() : *details,
            retryable != nullptr && retryable->is_bool() && retryable->get_bool()};
}

}  // namespace

Value CallRecord::data_of(std::uint32_t number, const Value& argument,
                          const node_result<Value>& answer, std::size_t most_bytes) {
    Object data{{"call", number}, {"argument_sha256", hash_of(argument)}};
    if (!answer) {
        const NodeError error = answer.error();
        data["error"] = Object{{"code", error.code},
                               {"message", error.message},
                               {"details", error.details},
                               {"retryable", error.retryable}};
        return data;
    }
    const std::size_t bytes = to_json(*answer).size();
    data["bytes"] = bytes;
    if (bytes <= most_bytes) data["value"] = *answer;
    return data;
}

std::optional<CallRecord> CallRecord::of(const Event& event) {
    const Object* const data = event.data.if_object();
    if (data == nullptr) return std::nullopt;
    const Value* const number = data->if_contains("call");
    const Value* const value = data->if_contains("value");
    const Value* const error = data->if_contains("error");
    if (number == nullptr || !number->is_number() || (value == nullptr && error == nullptr))
        return std::nullopt;
    CallRecord record;
    record.run = event.run;
    record.attempt = event.attempt;
    record.number = number->to_number<std::uint32_t>();
    record.name = event.text;
    record.argument_sha256 = text_of(*data, "argument_sha256");
    if (value != nullptr)
        record.answer = *value;
    else if (error->is_object())
        record.answer = error_of(error->get_object());
    return record;
}

bool CallRecord::answers(std::uint32_t call, std::string_view called, const Value& argument) const {
    return number == call && name == called && argument_sha256 == hash_of(argument);
}

}  // namespace sluice
