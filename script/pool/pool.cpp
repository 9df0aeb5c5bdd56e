#include "script/pool/pool.hpp"

#include <csignal>
#include <utility>

#include "engine/async/deadline.hpp"
#include "engine/async/on_thread.hpp"
#include "script/pool/messages.hpp"
#include "script/pool/session.hpp"
#include "script/protocol.hpp"

namespace sluice::script {
namespace {

[[noreturn]] void fail(std::string code, std::string message, bool retryable = false) {
    throw NodeFailure(NodeError{std::move(code), std::move(message), {}, retryable});
}

/// A message up to so many bytes is parsed in less time than handing it to a thread would take.
constexpr std::size_t parsed_at_once = 64u << 10;

task<node_result<HostMessage>> parse_on_thread(asio::thread_pool& threads, std::string_view frame) {
    using Parsed = node_result<HostMessage>;
    const auto parsed = co_await on_thread<Parsed>(
        threads, [frame] { return std::make_shared<Parsed>(parse_host_message(frame)); });
    co_return std::move(*parsed);
}

/// Of texts that are only parsed: nothing is asked.
class NoWorld final : public ScriptWorld {
  public:
    void log(LogLevel, std::string) override {}
    task<Value> call(std::string name, std::uint32_t, Value) override {
        throw NodeFailure(NodeError{"unknown_call", "there is no call '" + name + "'", {}, false});
        co_return Value{};
    }
    [[nodiscard]] WallTime now() const override { return {}; }
};

}  // namespace

ScriptPool::ScriptPool(asio::io_context& loop, const Clock& clock, timer_queue& timers,
                       ScriptPoolOptions options)
    : loop_(loop),
      clock_(clock),
      timers_(timers),
      options_(std::move(options)),
      children_(loop.get_executor()) {}

ScriptPool::~ScriptPool() {
    for (const auto& idle : idle_) timers_.cancel(idle.due);
}

ScriptPool::Counters ScriptPool::counters() const {
    Counters counters = counters_;
    counters.idle = idle_.size();
    counters.busy = busy_;
    counters.waiting = waiting_;
    return counters;
}

pid_t ScriptPool::idle_process() const {
    return idle_.empty() ? 0 : idle_.back().host->process();
}

task<Value> ScriptPool::run(ScriptRequest request, std::shared_ptr<ScriptWorld> world) {
    const auto timeout = request.timeout;
    auto make_frame = [request = std::make_shared<ScriptRequest>(std::move(request)),
                       &limits = options_.limits] { return run_frame(*request, limits); };
    co_return co_await perform(std::move(make_frame), timeout, std::move(world));
}

task<std::vector<ScriptProblem>> ScriptPool::check(CodeLanguage, std::vector<ScriptText> texts) {
    auto make_frame = [texts = std::make_shared<std::vector<ScriptText>>(std::move(texts)),
                       &limits = options_.limits]() -> node_result<std::string> {
        return {boost::system::in_place_value, check_frame(*texts, limits)};
    };
    const auto result = co_await perform(std::move(make_frame), options_.limits.script_check,
                                         std::make_shared<NoWorld>());
    auto problems = parse_problems(result);
    if (!problems) throw NodeFailure(problems.error());
    co_return std::move(*problems);
}

task<Value> ScriptPool::perform(std::function<node_result<std::string>()> make_frame,
                                std::chrono::milliseconds timeout,
                                std::shared_ptr<ScriptWorld> world) {
    auto frame = make_frame();
    if (!frame) throw NodeFailure(frame.error());
    co_await take_place();
    const Place place(*this);
    ++counters_.runs;
    if (auto idle = take_idle()) {
        auto ended = co_await attempt(std::move(idle), std::move(*frame), timeout, world);
        if (!ended.never_heard_of) co_return std::move(ended.outcome).value();
        // The host went away while it was idle. Nothing has been done for the code.
        frame = make_frame();
    }
    auto host = co_await start_host();
    auto ended = co_await attempt(std::move(host), std::move(*frame), timeout, std::move(world));
    co_return std::move(ended.outcome).value();
}

task<ScriptPool::Attempt> ScriptPool::attempt(std::shared_ptr<Host> host, std::string frame,
                                              std::chrono::milliseconds timeout,
                                              std::shared_ptr<ScriptWorld> world) {
    Lease lease(*this, std::move(host));
    const auto session = std::make_shared<Session>();
    session->host = lease.host();
    session->world = std::move(world);
    session->timeout = timeout;
    struct Ending {
        ScriptPool& pool;
        Session& session;
        timer_queue::Handle deadline;
        ~Ending() {
            pool.timers_.cancel(deadline);
            session.host = nullptr;
            for (const auto& call : std::exchange(session.calls, {}))
                pool.children_.cancel(call.second);
        }
    };
    // The host ends code that runs for too long by itself; this is for a host that does not.
    const auto due = clock_.steady() + timeout + options_.limits.script_grace;
    const Ending ending{*this, *session, timers_.add(due, [session] {
                            session->late = true;
                            if (session->host != nullptr) session->host->kill();
                        })};
    if (!co_await lease.host()->write(std::move(frame)))
        co_return co_await gone(*lease.host(), *session);
    Attempt ended = co_await converse(*lease.host(), session);
    // Half an answer may be on its way to calls that the code did not wait for.
    if (ended.reusable && !closed_ && !lease.host()->writing()) rest(lease.release());
    co_return ended;
}

task<ScriptPool::Attempt> ScriptPool::converse(Host& host, std::shared_ptr<Session> session) {
    for (;;) {
        const auto frame = co_await host.read(largest_frame(options_.limits));
        if (!frame) co_return co_await gone(host, *session);
        session->heard = true;
        auto parsed = frame->size() <= parsed_at_once
                          ? parse_host_message(*frame)
                          : co_await parse_on_thread(*starters_, *frame);
        if (!parsed) co_return Attempt{parsed.error()};
        switch (parsed->kind) {
            case HostMessage::Kind::log:
                session->world->log(parsed->level, std::move(parsed->text));
                break;
            case HostMessage::Kind::call: {
                const auto number = parsed->call;
                if (number != session->last_call + 1 || number > options_.limits.script_calls ||
                    session->calls.size() >= options_.limits.script_open_calls)
                    co_return Attempt{
                        NodeError{"script_killed",
                                  "the script host was ended: it made a call that no host makes",
                                  {},
                                  true}};
                session->last_call = number;
                session->calls.emplace(
                    number, children_.spawn(answer(session, std::move(parsed->text), number,
                                                   std::move(parsed->value))));
                break;
            }
            case HostMessage::Kind::failure: {
                // After these the host ends by itself.
                const auto& code = parsed->failure.code;
                const bool reusable = code != "script_timeout" && code != "script_out_of_memory";
                co_return Attempt{std::move(parsed->failure), reusable};
            }
            case HostMessage::Kind::result:
                co_return Attempt{std::move(parsed->value), true};
            case HostMessage::Kind::ready:
                co_return Attempt{NodeError{
                    "script_killed", "the script host was ended: it began twice", {}, true}};
        }
    }
}

task<void> ScriptPool::answer(std::shared_ptr<Session> session, std::string name,
                              std::uint32_t number, Value argument) {
    std::optional<NodeError> failure;
    Value value;
    try {
        value = co_await session->world->call(std::move(name), number, std::move(argument));
    } catch (const NodeFailure& thrown) {
        failure = thrown.error();
    } catch (const system_error& error) {
        if (is_cancellation(error)) {
            session->calls.erase(number);
            throw;
        }
        failure = NodeError{"internal_error", error.what(), {}, false};
    } catch (const std::exception& error) {
        failure = NodeError{"internal_error", error.what(), {}, false};
    }
    session->calls.erase(number);
    if (session->host == nullptr) co_return;
    const auto host = session->host;
    const auto now = session->world->now();
    (void)co_await host->write(failure ? failure_frame(number, now, *failure)
                                       : answer_frame(number, now, value, options_.limits));
}

/// What to tell of a host that went away in the middle.
task<ScriptPool::Attempt> ScriptPool::gone(Host& host, const Session& session) {
    host.kill();  // it may have closed only its socket
    const auto end = co_await end_of(host);
    Attempt ended{why_gone(end, session)};
    const bool from_outside = end && !end->exited && end->status == SIGKILL && !session.late;
    ended.never_heard_of = from_outside && !session.heard;
    co_return ended;
}

NodeError ScriptPool::why_gone(const std::optional<HostEnd>& end, const Session& session) {
    const auto is = [&](HostExit how) {
        return end && end->exited && end->status == static_cast<int>(how);
    };
    const std::string timeout = std::to_string(session.timeout.count());
    if (session.late)
        return NodeError{"script_timeout",
                         "the code took longer than its `timeout_ms` of " + timeout +
                             ", and its process did not answer any more: it was ended",
                         {},
                         false};
    if (is(HostExit::hung) || (end && !end->exited && end->status == SIGXCPU))
        return NodeError{"script_timeout",
                         "the code computed for longer than it may, and could only be ended "
                         "with its process",
                         {},
                         false};
    if (is(HostExit::out_of_memory))
        return NodeError{"script_out_of_memory",
                         "the code needed more memory than it may have, which ended its process",
                         {},
                         false};
    std::string how = "ended by itself";
    if (end && !end->exited) how = "was ended by signal " + std::to_string(end->status);
    if (end && !end->exited && end->status == SIGSYS) how = "tried what the sandbox forbids";
    return NodeError{
        "script_killed", "the process that ran the code " + how + " in the middle", {}, true};
}

task<void> ScriptPool::take_place() {
    const auto& limits = options_.limits;
    const auto refuse_closed = [this] {
        if (closed_) fail("script_unavailable", "the server is shutting down", true);
    };
    refuse_closed();
    if (busy_ < limits.script_hosts && waiting_ == 0) co_return;
    if (waiting_ >= limits.script_waiting)
        fail("script_busy",
             std::to_string(waiting_) + " runs of code wait already for one of the " +
                 std::to_string(limits.script_hosts) + " script hosts (--script-hosts)",
             true);
    struct Waiting {
        std::size_t& count;
        explicit Waiting(std::size_t& counted) : count(counted) { ++count; }
        ~Waiting() { --count; }
    };
    const Waiting waiting(waiting_);
    const auto due = clock_.steady() + limits.script_wait;
    bool late = false;
    while (busy_ >= limits.script_hosts && !late) {
        try {
            co_await with_deadline(timers_, due, places_.wait());
        } catch (const system_error& error) {
            if (busy_ < limits.script_hosts) places_.wake_one();  // it was somebody else's turn
            if (error.code() != asio::error::timed_out) throw;
            late = true;
        }
        refuse_closed();
    }
    if (late)
        fail("script_busy",
             "no script host was free for " + std::to_string(limits.script_wait.count()) +
                 " ms; --script-hosts says how many there may be",
             true);
}

}  // namespace sluice::script
