#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "engine/async/gate.hpp"
#include "engine/async/scope.hpp"
#include "engine/async/timers.hpp"
#include "engine/run/due_holds.hpp"
#include "engine/run/scheduler.hpp"

namespace sluice {

/// Brings executions back into memory: after a restart those that were running, later each when its
/// hold is due or somebody asks for it. Reads many at once. Loop thread only.
class Loader {
  public:
    /// Finds the program of a stored revision; nullptr when there is none that compiles.
    using ProgramSource = std::function<task<std::shared_ptr<const Program>>(std::int64_t)>;
    /// Is told of executions that cannot be brought back, and why. They are left as they are.
    using Failed = std::function<void(const Uuid&, const std::string&)>;

    /// Everything outlives the loader.
    Loader(Executor executor, Scheduler& scheduler, Records& records, timer_queue& timers,
           const Clock& clock, const Limits& limits, ProgramSource programs);
    Loader(const Loader&) = delete;
    Loader& operator=(const Loader&) = delete;
    ~Loader();

    void on_failure(Failed failed) { failed_ = std::move(failed); }

    /// Lets everything that was running go on, at most `Limits::recovery_rate` a second, and begins
    /// to watch the due times of what waits. `progress` is told after each page how many so far.
    /// Suspects (`Suspects`) are in memory then, and go on later: when all others have made
    /// progress, have ended or are parked, or `Limits::alone_bound` is over; each alone, the next
    /// when the same is true of the one before.
    task<std::size_t> recover(std::function<void(std::size_t)> progress);

    /// The execution, in memory; nullptr when it is unknown or has ended. Throws `ErrorException`
    /// (`revision_unusable`, `journal_corrupt`) when it cannot be brought back.
    task<std::shared_ptr<LiveExecution>> summon(Uuid id);

    /// The wall clock was set: see `Engine::clock_jumped`.
    void clock_jumped();

    /// Ends the coroutines of the loader; nothing is woken any more.
    task<void> stop();

    [[nodiscard]] const DueHolds& due_holds() const { return due_; }

  private:
    struct Request {
        gate done;
        std::shared_ptr<LiveExecution> execution;
        std::optional<Error> failure;
    };

    std::shared_ptr<Request> request(const Uuid& id);
    task<void> load_requested();
    task<void> restore(StoredExecution stored, std::shared_ptr<Request> request);
    task<std::shared_ptr<const Value>> input_of_key(const Program& program,
                                                    const StoredExecution& stored);
    task<bool> take_back(StoredExecution stored);
    void answer(const Uuid& id);

    void watch_suspects();
    task<void> recover_suspects();
    task<void> until_it_comes_on(std::shared_ptr<LiveExecution> suspect);

    task<void> wake(Uuid id);
    task<void> cancel(Uuid id, std::string reason);
    void arm();
    void look_at(SteadyTime due);
    task<void> wake_due();

    Scheduler& scheduler_;
    Records& records_;
    timer_queue& timers_;
    const Clock& clock_;
    const Limits& limits_;
    ProgramSource programs_;
    Failed failed_;
    DueHolds due_;
    std::unordered_map<Uuid, std::shared_ptr<Request>> requests_;
    std::vector<Uuid> queue_;              // of `requests_`, those not being read yet
    std::unordered_set<Uuid> taken_back_;  // while recovery lasts
    bool loading_ = false;
    bool waking_ = false;
    bool recovering_ = false;
    bool recovered_ = false;
    bool watching_ = false;                   // suspects have their turns
    std::shared_ptr<LiveExecution> suspect_;  // whose turn it is
    bool stopped_ = false;
    std::optional<timer_queue::Handle> alarm_;
    scope work_;
};

}  // namespace sluice
