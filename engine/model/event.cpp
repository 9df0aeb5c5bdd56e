#include "engine/model/event.hpp"

#include <array>

namespace sluice {
namespace {

constexpr std::array<std::string_view, event_kinds> kind_words{
    "",
    "execution.started",
    "node.started",
    "node.succeeded",
    "node.retrying",
    "node.failed",
    "node.skipped",
    "node.waiting",
    "node.cancelled",
    "log",
    "execution.cancel_requested",
    "execution.ended",
    "execution.recovered",
    "hold.decided",
    "execution.paused",
    "execution.resumed",
    "execution.queued",
    "execution.admitted",
    "call.answered",
    "execution.retrying",
    "node.entered",
    "iteration.started",
    "iteration.ended",
    "node.closing",
    "execution.returned",
    "execution.sla_missed",
    "compensation.started",
};
constexpr std::array<std::string_view, 4> level_words{"debug", "info", "warn", "error"};

}  // namespace

std::string_view to_word(EventKind kind) {
    return kind_words.at(static_cast<std::size_t>(kind));
}

std::string_view to_word(LogLevel level) {
    return level_words.at(static_cast<std::size_t>(level));
}

std::optional<LogLevel> log_level(std::string_view word) {
    for (std::size_t at = 0; at < level_words.size(); ++at)
        if (level_words[at] == word) return static_cast<LogLevel>(at);
    return std::nullopt;
}

Value error_value(std::string_view code, std::string_view message, const Value& details) {
    return Object{{"code", code}, {"message", message}, {"details", details}};
}

}  // namespace sluice
