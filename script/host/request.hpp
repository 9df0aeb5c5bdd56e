#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include <jsapi.h>

namespace sluice::script {

/// A `run` message, but for its code and scope, which stay values of the realm.
struct Request {
    double now_ms = 0;
    std::uint64_t seed = 0;
    std::int64_t timeout_ms = 0;
    std::int64_t processor_ms = 0;
    std::size_t memory_bytes = 0;
    std::size_t message_bytes = 0;
    std::size_t line_bytes = 0;
    std::uint32_t log_lines = 0;
    std::uint32_t calls = 0;
    std::uint32_t open_calls = 0;
};

/// The text as a value of the realm. False with a pending exception.
[[nodiscard]] bool parse_message(JSContext* context, std::string_view json,
                                 JS::MutableHandleObject message);

/// Reads the numbers of a `run` message. False when one is missing: the pool is not ours.
[[nodiscard]] bool read_request(JSContext* context, JS::HandleObject message, Request& request);

/// A member that is a text. False also when it is none.
[[nodiscard]] bool read_text(JSContext* context, JS::HandleObject message, const char* name,
                             JS::MutableHandleString text);

/// A member that is a number.
[[nodiscard]] bool read_number(JSContext* context, JS::HandleObject message, const char* name,
                               double& number);

}  // namespace sluice::script
