#include "http/api/execution_wait.hpp"

#include <utility>

namespace sluice::http {
namespace {

/// How long the answer to a start that found no room waits.
constexpr std::chrono::milliseconds refusal_pause{100};

/// One caller that waits for one execution.
struct Caller {
    Engine& engine;
    Responder responder;
    std::shared_ptr<LiveExecution> execution;
    EndAnswer ended;
    LateAnswer late;
    std::uint64_t wait = 0;
    std::optional<timer_queue::Handle> timer = std::nullopt;

    void stop_waiting() {
        if (timer) engine.timers().cancel(*timer);
        timer.reset();
    }
    void forget() { engine.scheduler().forget(*execution, wait); }
};

}  // namespace

void answer_at_end(Engine& engine, const std::shared_ptr<LiveExecution>& execution,
                   Responder responder, std::chrono::milliseconds longest, EndAnswer ended,
                   LateAnswer late) {
    auto& scheduler = engine.scheduler();
    if (execution->state
            .ended()) {  // only the commit is to come, and that is bounded: no timer needed
        scheduler.when_ended(
            *execution, [&engine, ended, responder = std::move(responder)](
                            const LiveExecution& over, const std::optional<Error>& error) mutable {
                ended(engine, std::move(responder), over, error);
            });
        return;
    }
    const auto caller =
        std::make_shared<Caller>(Caller{engine, std::move(responder), execution, ended, late});
    caller->timer = engine.timers().add(engine.clock().steady() + longest, [caller] {
        caller->timer.reset();
        caller->forget();
        caller->responder.send(caller->late(*caller->execution));
    });
    caller->responder.on_gone([weak = std::weak_ptr<Caller>(caller)] {
        if (const auto gone = weak.lock()) {
            gone->stop_waiting();
            gone->forget();
        }
    });
    caller->wait = scheduler.when_ended(
        *execution, [caller](const LiveExecution& over, const std::optional<Error>& error) {
            caller->stop_waiting();
            caller->ended(caller->engine, std::move(caller->responder), over, error);
        });
}

Response named(Response response, const LiveExecution& execution) {
    return std::move(response).with("Sluice-Execution", execution.id.to_string());
}

void answer_refused_late(Engine& engine, Responder responder, Response response) {
    struct Refused {
        Responder responder;
        Response response;
    };
    const auto refused = std::make_shared<Refused>(std::move(responder), std::move(response));
    const auto timer = engine.timers().add(engine.clock().steady() + refusal_pause, [refused] {
        refused->responder.send(std::move(refused->response));
    });
    refused->responder.on_gone([&engine, timer] { engine.timers().cancel(timer); });
}

}  // namespace sluice::http
