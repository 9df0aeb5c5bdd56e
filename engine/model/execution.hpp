#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string_view>

namespace sluice {

/// The life of an execution. The numbers are stored: never change them.
enum class ExecutionStatus : std::uint8_t {
    queued = 0,
    running = 1,
    waiting = 2,
    paused = 3,
    succeeded = 4,
    failed = 5,
    cancelled = 6,
    timed_out = 7,
};

[[nodiscard]] constexpr bool is_finished(ExecutionStatus status) {
    return status >= ExecutionStatus::succeeded;
}

inline constexpr std::array<std::string_view, 8> execution_status_words{
    "queued", "running", "waiting", "paused", "succeeded", "failed", "cancelled", "timed_out"};

[[nodiscard]] constexpr std::string_view to_word(ExecutionStatus status) {
    return execution_status_words[static_cast<std::size_t>(status)];
}

[[nodiscard]] constexpr std::optional<ExecutionStatus> execution_status(std::string_view word) {
    for (std::size_t at = 0; at < execution_status_words.size(); ++at)
        if (execution_status_words[at] == word) return static_cast<ExecutionStatus>(at);
    return std::nullopt;
}

/// The life of one attempt of one node.
enum class NodeRunStatus : std::uint8_t {
    running = 0,
    waiting = 1,   ///< on a hold
    retrying = 2,  ///< failed, another attempt is due
    succeeded = 3,
    failed = 4,
    skipped = 5,
    cancelled = 6,
};

inline constexpr std::array<std::string_view, 7> node_run_status_words{
    "running", "waiting", "retrying", "succeeded", "failed", "skipped", "cancelled"};

[[nodiscard]] constexpr std::string_view to_word(NodeRunStatus status) {
    return node_run_status_words[static_cast<std::size_t>(status)];
}

}  // namespace sluice
