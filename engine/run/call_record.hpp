#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "engine/model/error.hpp"
#include "engine/model/event.hpp"

namespace sluice {

/// What a call that a node's code made was answered, as the journal has it: the `data` of
/// `EventKind::call_answered` is {call, argument_sha256, bytes} and `value` or `error`, or neither
/// when the answer was too large to be kept.
struct CallRecord {
    RunNumber run = 0;
    std::uint32_t attempt = 1;
    std::uint32_t number = 0;     ///< of the call within the attempt, from 1
    std::string name;             ///< `http`, `sleep`
    std::string argument_sha256;  ///< of the argument as JSON text, hexadecimal
    node_result<Value> answer;

    /// The event's `data`. Answers of more than `most_bytes` are left out.
    [[nodiscard]] static Value data_of(std::uint32_t number, const Value& argument,
                                       const node_result<Value>& answer, std::size_t most_bytes);
    /// nullopt when the answer was not kept.
    [[nodiscard]] static std::optional<CallRecord> of(const Event& event);
    /// Whether it is the answer to this call.
    [[nodiscard]] bool answers(std::uint32_t call, std::string_view called,
                               const Value& argument) const;
};

}  // namespace sluice
