#pragma once

#include <compare>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "engine/async/clock.hpp"
#include "engine/async/task.hpp"
#include "engine/model/artifact.hpp"
#include "engine/model/entry.hpp"
#include "engine/model/error.hpp"
#include "engine/model/execution.hpp"
#include "engine/model/hold.hpp"
#include "engine/model/identifier.hpp"
#include "engine/model/retention_rule.hpp"
#include "engine/run/journal_chain.hpp"

namespace sluice {

/// A flow's identity. Names are unique per workspace and namespace among flows that are not
/// deleted.
struct FlowRecord {
    std::int64_t number = 0;  ///< of the store
    Uuid id;
    std::string workspace = "default";
    std::string flow_namespace = "default";
    std::string name;
    std::map<std::string, std::string> labels;
    std::int64_t revision = 0;  ///< RevisionRecord::number of the newest revision
    std::uint32_t version = 0;  ///< its version
    bool deleted = false;
    WallTime created;
    WallTime updated;
};

/// One immutable definition of a flow: its source to the byte.
struct RevisionRecord {
    std::int64_t number = 0;    ///< of the store
    std::int64_t flow = 0;      ///< FlowRecord::number
    std::uint32_t version = 0;  ///< 1, 2, ... within the flow
    std::string dialect = "native";
    std::string media_type;  ///< application/yaml or application/json
    std::string source;
    WallTime created;
};

/// The columns of an execution that lists show.
struct ExecutionRecord {
    Uuid id;
    std::int64_t flow = 0;
    std::int64_t revision = 0;
    ExecutionStatus status = ExecutionStatus::running;
    WallTime created;
    std::optional<WallTime> ended;
};

/// One committed piece of an execution's journal.
struct JournalChunk {
    std::uint64_t first_sequence = 0;
    std::string chunk;
    std::optional<JournalChain> chain = std::nullopt;  ///< as the store recorded it, if it did
};

/// An execution as the store has it.
struct StoredExecution {
    ExecutionRecord record;
    std::vector<JournalChunk> journal;
};

struct HoldFilter {
    std::optional<HoldKind> kind = std::nullopt;
    std::optional<Uuid> execution = std::nullopt;
    std::optional<std::int64_t> flow = std::nullopt;
    /// After this one, in the order of execution and run.
    std::optional<std::pair<std::int64_t, HoldNumber>> after = std::nullopt;
    std::size_t limit = 50;
};

/// A hold that resolves by itself; ordered by time.
struct DueHold {
    WallTime due;
    Uuid execution;
    HoldNumber run = 0;
    auto operator<=>(const DueHold&) const = default;
};

/// A signal that nobody waited for when it came.
struct KeptSignal {
    std::int64_t number = 0;  ///< of the store
    std::string name;
    std::string key;
    std::string payload;  ///< JSON text
    WallTime arrived;
    WallTime until;  ///< forgotten then
};

/// Entries of a namespace, in the order of their keys (as bytes).
struct EntryFilter {
    std::string entry_namespace;
    std::string prefix;                               ///< of the keys
    std::optional<std::string> after = std::nullopt;  ///< only keys behind this one
    WallTime now;                                     ///< what is over by then is left out
    std::size_t limit = 50;
};

struct ExecutionFilter {
    std::optional<std::int64_t> flow = std::nullopt;
    std::optional<ExecutionStatus> status = std::nullopt;
    std::optional<std::int64_t> before =
        std::nullopt;  ///< only executions whose `id.number()` is below this (newest first)
    std::size_t limit = 50;
};

/// Where a pass of pruning stands; opaque to all but the store.
struct PruneCursor {
    int stage = 0;
    std::int64_t flow = 0;
    int status = 0;
    std::int64_t number = 0;
    std::int64_t surplus = 0;
    auto operator<=>(const PruneCursor&) const = default;
};

/// One step of a pass that deletes what need not be kept (engine/run/retention.hpp decides when).
struct PruneRequest {
    WallTime now;
    RetentionRule rule;                           ///< of flows that are not in `flows`
    std::map<std::int64_t, RetentionRule> flows;  ///< by FlowRecord::number
    std::uint64_t max_bytes = 0;                  ///< of the whole store; 0: no quota
    std::size_t limit = 200;                      ///< most executions deleted in this step
    std::optional<PruneCursor> from =
        std::nullopt;  ///< where the step before ended; none begins a pass

    [[nodiscard]] const RetentionRule& rule_of(std::int64_t flow) const {
        const auto found = flows.find(flow);
        return found == flows.end() ? rule : found->second;
    }
};

struct PruneReport {
    std::size_t executions = 0;     ///< deleted in this step
    std::size_t keys = 0;           ///< start keys and early signals whose time was over
    std::size_t entries = 0;        ///< the same
    std::uint64_t freed_bytes = 0;  ///< given back to the file system
    std::optional<PruneCursor> next = std::nullopt;  ///< the pass goes on there; none: it is over
    /// The earliest time at which something that was kept by this step may come of age.
    std::optional<WallTime> due = std::nullopt;
};

/// A part of an artifact's content.
struct ArtifactBytes {
    std::string content;
};

/// Flows, revisions and the history of executions. Every call runs on a thread of the store and
/// resumes on the loop. All throw `ErrorException` with `store_failed` when the store is broken.
class Records {
  public:
    virtual ~Records() = default;

    /// Stores a new flow with its first revision; `flow.number`, `.revision`, `.version`,
    /// `revision.number` and
    /// `.flow` are set by the store. Error `flow_name_taken`, or `store_full`.
    virtual task<result<FlowRecord>> create_flow(FlowRecord flow, RevisionRecord revision) = 0;

    /// Adds a revision and makes it the newest; name, namespace and labels are taken from `flow`. A
    /// deleted flow is there again.
    /// Errors `flow_not_found`, `flow_name_taken`, `revision_conflict` (when `expected_version` is
    /// set and is not the newest), `store_full`.
    virtual task<result<FlowRecord>> add_revision(
        FlowRecord flow, RevisionRecord revision,
        std::optional<std::uint32_t> expected_version) = 0;

    /// Marks a flow as deleted: its executions and revisions stay readable. Error `flow_not_found`.
    virtual task<result<FlowRecord>> delete_flow(Uuid id, WallTime at) = 0;

    /// Every flow, deleted ones included, in the order of creation.
    virtual task<std::vector<FlowRecord>> flows() = 0;
    virtual task<std::optional<RevisionRecord>> revision(std::int64_t number) = 0;
    /// Newest first, `before` a version, at most `limit`.
    virtual task<std::vector<RevisionRecord>> revisions(std::int64_t flow,
                                                        std::optional<std::uint32_t> before,
                                                        std::size_t limit) = 0;

    virtual task<std::optional<ExecutionRecord>> execution(Uuid id) = 0;
    virtual task<std::vector<ExecutionRecord>> executions(ExecutionFilter filter) = 0;
    /// The whole committed journal of an execution, in order. Empty when it is unknown.
    virtual task<std::vector<JournalChunk>> journal(Uuid id) = 0;
    /// Executions of a status with their journals, oldest first, with numbers above `after`.
    virtual task<std::vector<StoredExecution>> with_status(ExecutionStatus status,
                                                           std::int64_t after,
                                                           std::size_t limit) = 0;
    /// The executions with these ids that there are, with their journals.
    virtual task<std::vector<StoredExecution>> load(std::vector<Uuid> ids) = 0;

    /// Holds in the order of execution and run.
    virtual task<std::vector<HoldRecord>> holds(HoldFilter filter) = 0;
    /// Holds that resolve by themselves, in the order of time, after `after`.
    virtual task<std::vector<DueHold>> due_holds(std::optional<DueHold> after,
                                                 std::size_t limit) = 0;
    /// Holds that wait for a signal of this name and key, oldest first.
    virtual task<std::vector<HoldRecord>> signal_holds(std::string name, std::string key,
                                                       std::size_t limit) = 0;

    /// Keeps a signal; its number is set by the store. Error `store_full`.
    virtual task<result<KeptSignal>> keep_signal(KeptSignal signal) = 0;
    /// All that are kept, oldest first.
    virtual task<std::vector<KeptSignal>> kept_signals() = 0;
    /// Forgets signals whose time is over.
    virtual task<result<void>> forget_signals(WallTime until) = 0;

    /// The execution that was started with this key for a flow, if it is still remembered at `now`.
    virtual task<std::optional<Uuid>> started_with(std::int64_t flow, std::string key,
                                                   WallTime now) = 0;
    /// The highest `id.number()` in the store, 0 when empty: where the id generator goes on.
    virtual task<std::int64_t> last_execution_number() = 0;

    /// The value of an artifact, read and parsed on a thread of the store. Errors
    /// `artifact_missing` (it is not there) and `artifact_damaged` (its bytes are not those of its
    /// hash).
    virtual task<result<std::shared_ptr<const Value>>> artifact_value(ContentHash hash) = 0;
    /// nullopt when there is no such artifact.
    virtual task<std::optional<ArtifactKey>> artifact(ContentHash hash) = 0;
    /// `count` bytes of its content from `first` on, fewer at its end. Only what they need is read;
    /// the whole is checked against the hash. Errors as `artifact_value`.
    virtual task<result<ArtifactBytes>> artifact_bytes(ContentHash hash, std::uint64_t first,
                                                       std::uint64_t count) = 0;

    /// The entry under a key, also when it is over; nullopt when there is none.
    virtual task<std::optional<Entry>> entry(EntryKey key) = 0;
    virtual task<std::vector<EntryRecord>> entries(EntryFilter filter) = 0;
    /// How many a namespace has, those that are over included.
    virtual task<std::size_t> entry_count(std::string entry_namespace) = 0;

    /// Deletes a few ended executions that `request` no longer keeps, or expired keys and entries,
    /// or gives free space back to the file system: one short step of a pass. What has not ended is
    /// never touched. Error `store_full` when even that cannot be written.
    virtual task<result<PruneReport>> prune(PruneRequest request) = 0;
};

/// The refusals of `Records`, in the same words from every store.
[[nodiscard]] Error artifact_missing(const ContentHash& hash);
[[nodiscard]] Error artifact_damaged(const ContentHash& hash, const std::string& how);

}  // namespace sluice
