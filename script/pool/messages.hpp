#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "engine/model/error.hpp"
#include "engine/model/event.hpp"
#include "engine/model/limits.hpp"
#include "engine/model/value.hpp"
#include "engine/nodes/script_runner.hpp"

namespace sluice::script {

/// A message of a host, checked.
struct HostMessage {
    enum class Kind : std::uint8_t { ready, log, call, result, failure };
    Kind kind = Kind::ready;
    LogLevel level = LogLevel::info;  ///< log
    std::string text;                 ///< log: the line; call: its name
    std::uint32_t call = 0;           ///< call
    Value value;                      ///< call: the argument; result
    NodeError failure;                ///< failure
};

/// Whole frames, head included. A value that takes more than it may: `script_too_large`.
[[nodiscard]] node_result<std::string> run_frame(const ScriptRequest& request,
                                                 const Limits& limits);
[[nodiscard]] std::string check_frame(const std::vector<ScriptText>& texts, const Limits& limits);
[[nodiscard]] std::string answer_frame(std::uint32_t call, WallTime now, const Value& value,
                                       const Limits& limits);
[[nodiscard]] std::string failure_frame(std::uint32_t call, WallTime now, const NodeError& error);

/// The bytes of the frame that begins `text`, head included: what there must be to read it; 0 while
/// even its head is not there. Nonsense is longer than `largest_frame`.
[[nodiscard]] std::size_t frame_size(std::string_view text);
/// The longest frame that a host may send.
[[nodiscard]] std::size_t largest_frame(const Limits& limits);

/// Error `script_killed`: the host says what no host says.
[[nodiscard]] node_result<HostMessage> parse_host_message(std::string_view json);
/// The result of a `check`. Error `script_killed`, too.
[[nodiscard]] node_result<std::vector<ScriptProblem>> parse_problems(const Value& result);

}  // namespace sluice::script
