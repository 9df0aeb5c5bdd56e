#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "engine/run/execution_state.hpp"
#include "engine/run/program.hpp"
#include "engine/run/records.hpp"

namespace sluice {

/// One thing in a store that is not as it must be, and where.
struct Finding {
    std::string code;        ///< `chain_broken`, `sequence_gap`, ...: docs/operations.md lists them
    std::string message;     ///< one sentence
    std::string table = {};  ///< empty: the file as a whole
    std::optional<std::int64_t> row = std::nullopt;  ///< the row's number in `table`
    std::optional<Uuid> execution = std::nullopt;
    std::optional<std::uint64_t> event = std::nullopt;  ///< its number in the journal
};

/// What the row of a hold must say; the journal decides it.
struct ExpectedHold {
    HoldNumber run = 0;
    HoldKind kind = HoldKind::timer;
    std::optional<WallTime> due;
    auto operator<=>(const ExpectedHold&) const = default;
};

/// The holds that an execution in this state has, in the order of their numbers: its pause, its
/// wait for a slot, and one for every run that waits or is to be retried. (That of its timeout is
/// not among them: it stands in the flow's settings, not in the journal.)
[[nodiscard]] std::vector<ExpectedHold> expected_holds(const ExecutionState& state);

/// What the journal of one execution says.
struct JournalVerdict {
    std::vector<Finding> findings;
    std::uint64_t events = 0;
    bool folded = false;  ///< false also when there was no program to fold under
    bool ended = false;
    std::vector<ExpectedHold> holds;  ///< when folded
    struct Reference {
        ContentHash hash;
        std::uint64_t event = 0;  ///< the first that refers to it
    };
    std::vector<Reference> artifacts;  ///< that its events refer to, each once
};

/// Checks one execution against its journal: every chunk decodes, events are numbered from 1
/// without gaps, the fold accepts each, and the columns of `record` say what the fold says.
/// `program` is its revision; nullptr when that cannot be had, and only chunks and numbers are
/// checked. The chain is the store's to check.
[[nodiscard]] JournalVerdict verify_journal(const ExecutionRecord& record, const Program* program,
                                            const std::vector<JournalChunk>& journal);

}  // namespace sluice
