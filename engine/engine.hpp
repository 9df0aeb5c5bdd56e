#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "engine/async/timers.hpp"
#include "engine/flow_catalogue.hpp"
#include "engine/run/loader.hpp"
#include "engine/run/memory_store.hpp"
#include "engine/run/pruner.hpp"
#include "engine/run/scheduler.hpp"
#include "engine/secrets/secrets.hpp"

namespace sluice {

/// What an engine is given; everything that is not given has a default, everything given outlives
/// the engine.
struct EngineOptions {
    Limits limits;
    Value environment = Object{};  ///< the root `env` of expressions: an object
    std::shared_ptr<const Secrets>
        secrets;  ///< what `secrets.NAME` of expressions gives; default: none, and no flow is
                  ///< warned of those that it misses
    Journal* journal = nullptr;          ///< default: memory only
    Records* records = nullptr;          ///< given together with `journal`
    HttpClient* http = nullptr;          ///< default: none, `http.request` fails
    ScriptRunner* scripts = nullptr;     ///< default: none, code nodes fail
    ProcessRunner* processes = nullptr;  ///< default: none, `shell.exec` fails
    Clock* clock = nullptr;              ///< default: the system's
    Random* random = nullptr;            ///< default: the system's
    timer_queue* timers = nullptr;  ///< default: its own, driven by the loop; one that is given is
                                    ///< driven by its owner
};

/// How an execution ended.
struct ExecutionResult {
    Uuid id;
    ExecutionStatus status = ExecutionStatus::succeeded;
    Value output;                ///< when succeeded
    std::optional<Error> error;  ///< otherwise
};

/// The engine as a library: flows run on your own loop, as coroutines beside yours. Loop thread
/// only, as is everything that it gives out.
///
///     asio::io_context loop;
///     sluice::Engine engine(loop);
///     auto flow = engine.compile("name: hello\nnodes: [{id: greet, type: core.set, with: {text:
///     Hi}}]").value(); auto execution = engine.start(flow, {}).value(); auto end = co_await
///     engine.wait(execution);
class Engine {
  public:
    explicit Engine(asio::io_context& loop, EngineOptions options = {});
    Engine(const Engine&) = delete;
    Engine& operator=(const Engine&) = delete;
    ~Engine();

    /// The catalogue of node types; add your own before you compile a flow that uses them.
    [[nodiscard]] NodeRegistry& nodes() { return nodes_; }

    /// Compiles a flow in the native language (YAML, or the same in JSON) without storing it. Error
    /// `invalid_flow`, with every problem in `details.diagnostics`.
    [[nodiscard]] result<std::shared_ptr<const Program>> compile(std::string_view source);

    /// Starts an execution. It begins in this call; it is durable when `wait` says so. Errors as
    /// `Scheduler::start`.
    result<std::shared_ptr<LiveExecution>> start(std::shared_ptr<const Program> program,
                                                 Value input);

    /// Waits until the execution has ended and its end is on disk. Cancelling the wait does not
    /// cancel the execution. Throws `ErrorException` when the start could not be written, or the
    /// engine is stopping.
    task<ExecutionResult> wait(std::shared_ptr<LiveExecution> execution);

    /// Brings a large value into memory; nothing to do for nullptr, or when it is there. Throws
    /// `ErrorException` (`artifact_missing`, `artifact_damaged`).
    task<void> fetch(std::shared_ptr<Artifact> artifact);

    /// Cancels: running nodes end at their next await. False when it was over.
    bool cancel(LiveExecution& execution, std::string reason = "cancelled by the program");

    /// The execution in memory: one that only waits may have left it. nullptr when it is unknown or
    /// has ended. Throws `ErrorException` when its flow's revision no longer compiles, or its
    /// journal is damaged.
    task<std::shared_ptr<LiveExecution>> summon(Uuid id) { return loader_.summon(id); }

    /// What became of a signal.
    struct SignalReceipt {
        std::optional<Uuid> execution;       ///< the one whose hold it resolved
        std::optional<WallTime> kept_until;  ///< otherwise it waits so long for somebody to want it
    };
    /// Sends a signal: it resolves the hold that has waited longest for this name and key, or is
    /// kept. Secrets in the payload are redacted, for nobody knows yet who takes it. On disk when
    /// this returns. Errors: `signal_too_large`, `too_many_signals`,
    /// `store_full`.
    task<result<SignalReceipt>> signal(std::string name, std::string key, Value payload,
                                       std::optional<std::chrono::milliseconds> keep);

    /// An entry as it is on disk. Errors: `invalid_parameter`, `kv_not_found`.
    task<result<Entry>> entry(EntryKey key);
    struct EntryWritten {
        Entry entry;
        bool created = false;  ///< there was none before
    };
    /// Sets an entry; secrets in the value are redacted, for everybody may read it. On disk when
    /// this returns. Errors: `invalid_parameter`, `invalid_body` (the ttl), `kv_conflict` (the
    /// condition does not hold), `kv_value_too_large`, `kv_namespace_full`, `store_full`,
    /// `store_failed`.
    task<result<EntryWritten>> put_entry(EntryKey key, Value value,
                                         std::optional<std::chrono::milliseconds> ttl,
                                         EntryCondition condition);
    /// The same; error `kv_not_found`, too.
    task<result<void>> remove_entry(EntryKey key, EntryCondition condition);

    /// Starts an execution at most once for a flow and a key: within `Limits::start_key_window` the
    /// same key gives the first execution, also after a restart and when both come at once.
    struct StartedOnce {
        Uuid id;
        std::shared_ptr<LiveExecution> execution;  ///< nullptr when it is not in memory
        bool repeated = false;                     ///< it was started before
    };
    /// Errors: as `Scheduler::start`, and `invalid_idempotency_key`. The execution is accepted when
    /// this returns.
    task<result<StartedOnce>> start_once(Start start);

    /// Runs an ended execution again, as a new one that takes over what `from` leaves untouched and
    /// is linked to the old one by `trigger.retry_of`. It runs under the revision of the old one;
    /// `input` replaces the old input. Errors: `execution_not_found`, `execution_running`,
    /// `flow_unusable`, `node_not_found`, and as `Scheduler::start`.
    task<result<std::shared_ptr<LiveExecution>>> retry(Uuid id, RetryFrom from,
                                                       std::optional<Value> input);

    /// Waits until its start is on disk. Errors: why it could not be written.
    task<result<void>> accepted(std::shared_ptr<LiveExecution> execution);
    /// Waits until all that has happened to it so far is on disk, or it has left memory. Errors:
    /// `store_failed` when the disk takes too long; what has happened has happened.
    task<result<void>> committed(std::shared_ptr<LiveExecution> execution);

    /// Reads the flows of the store. Call it, then `recover`, once, before the first start.
    task<void> load();
    /// Lets the unfinished executions of the store go on; `progress` is told after each page how
    /// many so far. Returns how many go on. Executions that cannot be read are left as they are and
    /// told to `failed`.
    task<std::size_t> recover(std::function<void(std::size_t)> progress = {},
                              std::function<void(const Uuid&, const std::string&)> failed = {});
    /// Prunes what ended executions leave behind, until it is cancelled: `settings` for flows whose
    /// own settings say nothing. `report` is told of every pass that did something. Once at a time.
    task<void> retain(RetentionSettings settings, Pruner::Report report = {});
    /// To be told when somebody set the wall clock: what is due by it is looked at anew. Delays
    /// that are over within `Limits::passivate_after` keep their length.
    void clock_jumped();
    /// Ends orderly: see `Scheduler::stop`.
    task<void> stop(std::chrono::milliseconds patience);

    [[nodiscard]] Scheduler& scheduler() { return scheduler_; }
    [[nodiscard]] Loader& loader() { return loader_; }
    [[nodiscard]] FlowCatalogue& flows() { return flows_; }
    [[nodiscard]] Records& records() { return records_; }
    [[nodiscard]] timer_queue& timers() { return timers_; }
    [[nodiscard]] const Clock& clock() const { return clock_; }
    [[nodiscard]] UuidGenerator& ids() { return ids_; }
    [[nodiscard]] const Limits& limits() const { return limits_; }
    [[nodiscard]] asio::io_context& loop() { return loop_; }

  private:
    task<void> remember_places(HoldKind kind);
    task<result<Entries::SlotPointer>> entry_to_change(EntryKey key);
    task<result<void>> entry_written(Entries::SlotPointer slot);

    asio::io_context& loop_;
    Limits limits_;
    SystemClock system_clock_;
    SystemRandom system_random_;
    std::shared_ptr<const Secrets> secrets_;
    Clock& clock_;
    Random& random_;
    MemoryStore memory_;
    Records& records_;
    timer_queue own_timers_;
    timer_queue& timers_;
    std::optional<loop_timers> driver_;
    UuidGenerator ids_;
    NodeRegistry nodes_;
    FlowCatalogue flows_;
    Scheduler scheduler_;
    Loader loader_;
    /// Keys of starts that are being looked up or written, with who waits for them.
    std::map<std::pair<std::int64_t, std::string>, std::shared_ptr<gate>> starting_;
};

}  // namespace sluice
