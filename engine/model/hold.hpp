#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "engine/async/clock.hpp"
#include "engine/model/identifier.hpp"

namespace sluice {

/// What parks an execution, or one of its runs. The numbers are stored: never change them.
enum class HoldKind : std::uint8_t {
    timer = 0,      ///< until a time
    retry = 1,      ///< until the next attempt is due
    approval = 2,   ///< until people have decided
    signal = 3,     ///< until a signal of a name and key arrives
    interrupt = 4,  ///< a crash left the outcome of an effect unknown: somebody must look
    pause = 5,      ///< of the execution: until it is resumed
    slot = 6,       ///< of the execution: until a limit has room for it
    deadline = 7,   ///< of the execution: its timeout
    // No hold, but kept with them: that the execution occupies a place under a concurrency limit.
    place = 8,
};

inline constexpr std::array<std::string_view, 9> hold_kind_words{
    "timer", "retry", "approval", "signal", "interrupt", "pause", "slot", "deadline", "place"};

[[nodiscard]] constexpr std::string_view to_word(HoldKind kind) {
    return hold_kind_words[static_cast<std::size_t>(kind)];
}

[[nodiscard]] constexpr std::optional<HoldKind> hold_kind(std::string_view word) {
    for (std::size_t at = 0; at < hold_kind_words.size(); ++at)
        if (hold_kind_words[at] == word) return static_cast<HoldKind>(at);
    return std::nullopt;
}

/// What a hold parks: the number of a run, or the execution as a whole.
using HoldNumber = std::int64_t;
inline constexpr HoldNumber pause_hold = -1;
inline constexpr HoldNumber slot_hold = -2;
inline constexpr HoldNumber deadline_hold = -3;
inline constexpr HoldNumber place_hold = -4;
inline constexpr HoldNumber cleanup_hold = -5;  ///< never stored

/// A hold as it is stored and listed: an index over the journal, which is the truth.
struct HoldRecord {
    Uuid execution;
    HoldNumber run = 0;
    HoldKind kind = HoldKind::timer;
    std::int64_t flow = 0;  ///< FlowRecord::number
    std::string node;       ///< id; empty for a hold of the execution as a whole
    WallTime since;
    std::optional<WallTime> due;  ///< it resolves by itself then
    std::string name;             ///< of a signal
    std::string key;              ///< of a signal: the correlation key
    std::string details;          ///< JSON text: what people need to resolve it; may be empty
};

}  // namespace sluice
