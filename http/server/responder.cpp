#include "http/server/responder.hpp"

#include <exception>

#include "engine/async/scope.hpp"

namespace sluice::http {

namespace {

// The responder goes with the call: when the work throws, it is destroyed and answers 500.
task<void> answer_with(task<Response> work, Responder responder,
                       boost::intrusive_ptr<Exchange> exchange) {
    try {
        responder.send(co_await std::move(work));
    } catch (const system_error& error) {
        if (is_cancellation(error) && responder.gone()) co_return;  // nobody to answer
        exchange->failed(error);
    } catch (const std::exception& error) {
        exchange->failed(error);
    }
}

}  // namespace

void Responder::run(task<Response> work) {
    const auto exchange = exchange_;
    if (!exchange || exchange->coroutines() == nullptr) return;
    scope& coroutines = *exchange->coroutines();
    const scope::Handle child =
        coroutines.spawn(answer_with(std::move(work), std::move(*this), exchange));
    exchange->on_gone([&coroutines, child] { coroutines.cancel(child); });
}

}  // namespace sluice::http
