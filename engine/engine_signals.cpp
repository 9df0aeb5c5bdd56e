// Signals and starts that happen once: what the engine does between its store and its scheduler.
#include <algorithm>
#include <utility>

#include "engine/engine.hpp"
#include "engine/model/json_text.hpp"

namespace sluice {
namespace {

constexpr std::size_t candidates = 16;

}  // namespace

task<result<Engine::SignalReceipt>> Engine::signal(std::string name, std::string key, Value payload,
                                                   std::optional<std::chrono::milliseconds> keep) {
    KeptSignal signal;
    signal.payload = to_json(payload);
    if (signal.payload.size() > limits_.signal_bytes)
        co_return Error{"signal_too_large",
                        "the payload takes " + std::to_string(signal.payload.size()) +
                            " bytes; a signal carries at most " +
                            std::to_string(limits_.signal_bytes),
                        {}};
    if (secrets_ && secrets_->redaction().redact(payload)) signal.payload = to_json(payload);
    signal.name = std::move(name);
    signal.key = std::move(key);
    signal.arrived = clock_.wall();
    signal.until =
        signal.arrived + std::min(keep.value_or(limits_.signal_keep), limits_.signal_keep_ceiling);

    for (bool looked_in_store = false;;) {
        std::optional<Uuid> found;
        RunNumber run = 0;
        if (const auto waiter = scheduler_.signals().waiter(signal.name, signal.key)) {
            found = waiter->execution;
            run = waiter->run;
        } else if (!std::exchange(looked_in_store, true)) {
            // Those that wait outside memory; coming back they stand among the waiters.
            for (const auto& hold :
                 co_await records_.signal_holds(signal.name, signal.key, candidates)) {
                try {
                    (void)co_await summon(hold.execution);
                } catch (const ErrorException&) {
                    // It can never take a signal; the next one may.
                }
            }
            continue;
        }
        if (!found) break;
        const auto execution = scheduler_.find(*found);
        if (execution && scheduler_.deliver(*execution, run, signal)) {
            if (const auto written = co_await committed(execution); !written)
                co_return written.error();
            co_return SignalReceipt{*found, {}};
        }
        scheduler_.signals().forget(signal.name, signal.key, {*found, run});
    }
    scheduler_.signals().drop_expired(clock_.wall());
    if (scheduler_.signals().kept() >= limits_.kept_signals)
        co_return Error{
            "too_many_signals",
            std::to_string(limits_.kept_signals) +
                " signals wait for somebody to want them, as many as allowed; try later",
            Object{{"retry_after_ms", 5'000}}};
    auto kept = co_await records_.keep_signal(signal);
    if (!kept) co_return kept.error();
    const SignalReceipt receipt{{}, kept->until};
    // Somebody may have begun to wait while it was written.
    if (const auto waiter = scheduler_.signals().waiter(kept->name, kept->key)) {
        const auto execution = scheduler_.find(waiter->execution);
        if (execution) execution->signals_taken.push_back(kept->number);
        if (execution && scheduler_.deliver(*execution, waiter->run, *kept)) {
            if (const auto written = co_await committed(execution); !written)
                co_return written.error();
            co_return SignalReceipt{execution->id, {}};
        }
        if (execution) execution->signals_taken.pop_back();
    }
    scheduler_.signals().keep(std::move(*kept));
    co_return receipt;
}

task<result<Engine::StartedOnce>> Engine::start_once(Start start) {
    if (start.key.empty() || start.key.size() > limits_.start_key_length)
        co_return Error{
            "invalid_idempotency_key",
            "an Idempotency-Key has 1 to " + std::to_string(limits_.start_key_length) + " bytes",
            {}};
    scheduler_.redaction_of(*start.program).redact(start.key);
    const std::pair address{start.program->identity().flow_number, start.key};
    for (auto other = starting_.find(address); other != starting_.end();
         other = starting_.find(address)) {
        const auto done = other->second;
        co_await done->wait();
    }
    const auto done = std::make_shared<gate>();
    starting_.emplace(address, done);
    struct Release {
        Engine& engine;
        const std::pair<std::int64_t, std::string>& address;
        std::shared_ptr<gate> done;
        ~Release() {
            engine.starting_.erase(address);
            done->open();
        }
    };
    const Release release{*this, address, done};
    if (const auto known =
            co_await records_.started_with(address.first, address.second, clock_.wall()))
        co_return StartedOnce{*known, scheduler_.find(*known), true};
    const auto started = scheduler_.start(std::move(start));
    if (!started) co_return started.error();
    if (const auto written = co_await accepted(*started); !written) co_return written.error();
    co_return StartedOnce{(*started)->id, *started, false};
}

}  // namespace sluice
