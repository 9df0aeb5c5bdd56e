#include "engine/run/call_record.hpp"

#include <utility>

#include "engine/model/json_text.hpp"
#include "engine/model/member.hpp"
#include "engine/model/sha256.hpp"

namespace sluice {
namespace {

std::string hash_of(const Value& argument) {
    Sha256 hash;
    hash.update(to_json(argument));
    return hash.finish().to_string();
}

NodeError error_of(const Value& error) {
    const Value* const details = find_member(error, "details");
    const Value* const retryable = find_member(error, "retryable");
    return {text_member(error, "code"), text_member(error, "message"),
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
    const Value* const number = find_member(event.data, "call");
    const Value* const value = find_member(event.data, "value");
    const Value* const error = find_member(event.data, "error");
    if (number == nullptr || !number->is_number() || (value == nullptr && error == nullptr))
        return std::nullopt;
    CallRecord record;
    record.run = event.run;
    record.attempt = event.attempt;
    record.number = number->to_number<std::uint32_t>();
    record.name = event.text;
    record.argument_sha256 = text_member(event.data, "argument_sha256");
    if (value != nullptr)
        record.answer = *value;
    else if (error->is_object())
        record.answer = error_of(*error);
    return record;
}

bool CallRecord::answers(std::uint32_t call, std::string_view called, const Value& argument) const {
    return number == call && name == called && argument_sha256 == hash_of(argument);
}

}  // namespace sluice
