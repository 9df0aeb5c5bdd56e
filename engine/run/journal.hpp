#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "engine/async/clock.hpp"
#include "engine/model/entry.hpp"
#include "engine/model/error.hpp"
#include "engine/model/execution.hpp"
#include "engine/model/hold.hpp"
#include "engine/model/identifier.hpp"
#include "engine/run/artifact_use.hpp"
#include "engine/run/journal_chain.hpp"

namespace sluice {

/// What one commit adds to one execution: its newest events, encoded (engine/run/event_codec.hpp),
/// and the columns that lists are made from.
struct Append {
    Uuid execution;
    bool begins =
        false;  ///< the first commit of this execution: `flow`, `revision` and `created` count
    std::int64_t flow = 0;      ///< FlowRecord::number
    std::int64_t revision = 0;  ///< RevisionRecord::number
    WallTime created;
    ExecutionStatus status = ExecutionStatus::running;  ///< after these events
    std::optional<WallTime> ended;     ///< set by the commit that ends the execution
    std::uint64_t first_sequence = 0;  ///< sequence number of the first event of `chunk`
    std::uint64_t last_sequence = 0;   ///< and of the last
    std::string chunk;

    // The indexes over the journal that change with these events, in the same transaction.
    std::vector<HoldRecord> holds_opened;  ///< written after `holds_closed` are removed
    std::vector<HoldNumber> holds_closed;
    std::string start_key;     ///< with `begins`: the idempotency key of the start, if any
    WallTime start_key_until;  ///< it is remembered until then
    std::vector<std::int64_t> signals_taken;  ///< KeptSignal::number of early signals, used up
    /// In: the execution's chain before `chunk`; none when it is not known, and the store looks it
    /// up. Out, once written, by a store that keeps chains: the chain after `chunk`.
    std::optional<JournalChain> chain = std::nullopt;

    /// What `chunk` refers to. The store computes the keys that are missing and puts them into the
    /// chunk, keeps each content once, and remembers that this execution refers to it.
    std::vector<ArtifactUse> artifacts = {};

    /// Entries as they are when this group is on disk, each key once. They come in an append of
    /// their own, because several executions of the group may have changed the same one.
    std::vector<EntryRecord> entries = {};

    /// An append without an execution writes nothing but `entries`.
    [[nodiscard]] bool has_execution() const { return execution != Uuid{}; }
};

/// The durable list of events. An execution that begins and ends within one commit costs one row.
class Journal {
  public:
    virtual ~Journal() = default;

    /// Without an error the group is on disk; otherwise nothing of it was written. Code
    /// `store_full` (no space on disk) or `store_failed`. The group comes back, so that what was
    /// not written is not lost and its memory serves again.
    using Done = std::function<void(std::optional<Error>, std::vector<Append> group)>;

    /// Writes the whole group in one transaction and syncs once. `done` runs on the loop thread, in
    /// a turn of its own. Called on the loop thread; the caller hands over the next group only
    /// after `done` (group commit: it forms while this one syncs).
    virtual void commit(std::vector<Append> group, Done done) = 0;
};

}  // namespace sluice
