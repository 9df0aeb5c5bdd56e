// The processes of the pool: starting, resting, ending and burying them.
#include <algorithm>
#include <csignal>
#include <utility>

#include "engine/async/deadline.hpp"
#include "engine/async/on_thread.hpp"
#include "script/pool/messages.hpp"
#include "script/pool/pool.hpp"
#include "script/pool/program.hpp"
#include "script/pool/session.hpp"
#include "script/protocol.hpp"

namespace sluice::script {
namespace {

constexpr std::chrono::seconds end_patience{2};  // for a process to end that was told to

[[noreturn]] void unavailable(std::string message) {
    throw NodeFailure(NodeError{"script_unavailable", std::move(message), {}, false});
}

/// Carries what was spawned across threads; whoever loses it ends it.
struct Carried {
    SpawnedHost host;
    explicit Carried(SpawnedHost spawned) : host(std::move(spawned)) {}
    Carried(const Carried&) = delete;
    Carried& operator=(const Carried&) = delete;
    ~Carried() { discard(host); }
};

}  // namespace

task<SpawnedHost> ScriptPool::spawn() {
    if (!starters_) starters_.emplace(1);
    const auto carried = co_await on_thread<Carried>(
        *starters_, [program = options_.program, ceiling = options_.limits.script_memory_ceiling] {
            return std::make_shared<Carried>(spawn_host(program, ceiling));
        });
    co_return std::exchange(carried->host, {});
}

task<std::shared_ptr<Host>> ScriptPool::start_host() {
    if (options_.program.empty()) options_.program = find_host_program(options_.language);
    if (options_.program.empty())
        unavailable("code cannot run: " + no_host_program(options_.language));
    SpawnedHost spawned = co_await spawn();
    if (!spawned.problem.empty()) unavailable("code cannot run: " + spawned.problem);
    ++counters_.started;
    Lease lease(*this, std::make_shared<Host>(loop_.get_executor(), std::move(spawned)));
    const auto host = lease.host();
    struct Timer {
        timer_queue& timers;
        timer_queue::Handle handle;
        ~Timer() { timers.cancel(handle); }
    };
    const Timer timer{timers_, timers_.add(clock_.steady() + options_.limits.script_start,
                                           [host] { host->kill(); })};
    const auto frame = co_await host->read(largest_frame(options_.limits));
    const auto ready = frame ? parse_host_message(*frame) : node_result<HostMessage>(NodeError{});
    if (ready && ready->kind == HostMessage::Kind::ready) co_return lease.release();
    host->kill();
    const auto end = co_await end_of(*host);
    std::string why = "it was not ready in time, or is of another version";
    if (end && end->exited && end->status == static_cast<int>(HostExit::no_sandbox))
        why = "the kernel refused its sandbox (seccomp)";
    else if (end && end->exited && end->status != 0)
        why = "it ended with status " + std::to_string(end->status);
    else if (end && !end->exited && end->status != SIGKILL)
        why = "it was ended by signal " + std::to_string(end->status);
    unavailable("code cannot run: '" + options_.program + "' was started, but " + why);
}

std::shared_ptr<Host> ScriptPool::take_idle() {
    while (!idle_.empty()) {
        Idle last = std::move(idle_.back());
        idle_.pop_back();
        timers_.cancel(last.due);
        if (last.host->usable()) return std::move(last.host);
        retire(std::move(last.host));
    }
    return nullptr;
}

void ScriptPool::rest(std::shared_ptr<Host> host) {
    Host* const resting = host.get();
    const auto due = clock_.steady() + options_.limits.script_idle;
    idle_.push_back({std::move(host), timers_.add(due, [this, resting] {
                         const auto found = std::find_if(
                             idle_.begin(), idle_.end(),
                             [resting](const Idle& idle) { return idle.host.get() == resting; });
                         if (found == idle_.end()) return;
                         auto leaving = std::move(found->host);
                         idle_.erase(found);
                         retire(std::move(leaving));
                     })});
}

void ScriptPool::retire(std::shared_ptr<Host> host) {
    ++counters_.ended;
    host->kill();
    children_.spawn(bury(std::move(host)));
}

task<void> ScriptPool::bury(std::shared_ptr<Host> host) {
    (void)co_await end_of(*host);
}

/// How the process ended; nullopt when it does not.
task<std::optional<HostEnd>> ScriptPool::end_of(Host& host) {
    try {
        co_return co_await with_deadline(timers_, clock_.steady() + end_patience, host.ended());
    } catch (const system_error& error) {
        if (error.code() != asio::error::timed_out) throw;
    }
    co_return std::nullopt;
}

task<void> ScriptPool::close() {
    closed_ = true;
    places_.wake_all();
    while (!idle_.empty()) {
        timers_.cancel(idle_.back().due);
        auto host = std::move(idle_.back().host);
        idle_.pop_back();
        retire(std::move(host));
    }
    co_await children_.join();
    if (starters_) starters_->join();
}

}  // namespace sluice::script
