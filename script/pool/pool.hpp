#pragma once

#include <cstddef>
#include <deque>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <boost/asio/thread_pool.hpp>

#include "engine/async/scope.hpp"
#include "engine/async/timer_queue.hpp"
#include "engine/async/wait_list.hpp"
#include "engine/model/limits.hpp"
#include "engine/nodes/script_runner.hpp"
#include "script/pool/host.hpp"

namespace sluice::script {

struct ScriptPoolOptions {
    Limits limits;        ///< those of code nodes
    std::string program;  ///< empty: found by `find_host_program` at the first run
    CodeLanguage language = CodeLanguage::javascript;
};

/// Runs code of one language in a few processes (script/host, script/python) that are started when
/// they are first needed, do one run at a time, and end when they have been idle. Loop thread only;
/// `timers` and `clock` outlive it. `close` it before the loop ends.
class ScriptPool final : public ScriptRunner {
  public:
    ScriptPool(asio::io_context& loop, const Clock& clock, timer_queue& timers,
               ScriptPoolOptions options);
    ~ScriptPool() override;

    task<Value> run(ScriptRequest request, std::shared_ptr<ScriptWorld> world) override;
    task<std::vector<ScriptProblem>> check(CodeLanguage language,
                                           std::vector<ScriptText> texts) override;
    [[nodiscard]] std::optional<NodeError> refusal(CodeLanguage) const override { return {}; }

    /// Ends all hosts; runs that are under way fail, later ones are refused.
    task<void> close();

    struct Counters {
        std::size_t runs = 0;
        std::size_t started = 0;  ///< hosts
        std::size_t ended = 0;    ///< hosts
        std::size_t idle = 0;     ///< now
        std::size_t busy = 0;     ///< now
        std::size_t waiting = 0;  ///< runs that wait for a host, now
    };
    [[nodiscard]] Counters counters() const;
    /// Of a host that is idle; 0 when there is none. For tests.
    [[nodiscard]] pid_t idle_process() const;

  private:
    class Place;
    class Lease;
    struct Session;
    /// How a run on one host ended.
    struct Attempt {
        node_result<Value> outcome;
        bool reusable = false;        ///< the host may do the next run
        bool never_heard_of = false;  ///< it was killed before it said anything
    };
    struct Idle {
        std::shared_ptr<Host> host;
        timer_queue::Handle due;
    };

    /// Sends the frame to a host and does what it asks for until it has a result. `make_frame` is
    /// called again when the first host went away while it was idle.
    task<Value> perform(std::function<node_result<std::string>()> make_frame,
                        std::chrono::milliseconds timeout, std::shared_ptr<ScriptWorld> world);
    task<void> take_place();
    task<std::shared_ptr<Host>> start_host();
    task<SpawnedHost> spawn();
    std::shared_ptr<Host> take_idle();
    void rest(std::shared_ptr<Host> host);
    void retire(std::shared_ptr<Host> host);
    task<void> bury(std::shared_ptr<Host> host);
    task<std::optional<HostEnd>> end_of(Host& host);

    task<Attempt> attempt(std::shared_ptr<Host> host, std::string frame,
                          std::chrono::milliseconds timeout, std::shared_ptr<ScriptWorld> world);
    task<Attempt> converse(Host& host, std::shared_ptr<Session> session);
    task<void> answer(std::shared_ptr<Session> session, std::string name, std::uint32_t number,
                      Value argument);
    task<Attempt> gone(Host& host, const Session& session);
    static NodeError why_gone(const std::optional<HostEnd>& end, const Session& session);

    asio::io_context& loop_;
    const Clock& clock_;
    timer_queue& timers_;
    ScriptPoolOptions options_;
    std::optional<asio::thread_pool> starters_;  // processes are not started on the loop's thread
    std::deque<Idle> idle_;                      // the one that ran last is at the end
    std::size_t busy_ = 0;
    std::size_t waiting_ = 0;
    wait_list places_;
    scope children_;  // answers of calls, and what waits for the end of processes
    bool closed_ = false;
    Counters counters_;
};

}  // namespace sluice::script
