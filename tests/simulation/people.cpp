#include "tests/simulation/people.hpp"

#include <utility>

#include "engine/model/json_text.hpp"

namespace sluice::testing {

/// A refusal, or an end of the process, is nothing that the script cares about: who was not
/// answered asks again.
task<void> People::bear(task<void> call) {
    try {
        co_await std::move(call);
    } catch (const ErrorException&) {
        // The store failed under it.
    }
}

void People::start(Process& process, int n, std::int64_t flow, Value input) {
    if (!process.serves() || started_.contains(n) || !asking_.insert(n).second) return;
    process.clients.spawn(bear(do_start(&process, n, flow, std::move(input))));
}

task<void> People::do_start(Process* process, int n, std::int64_t flow, Value input) {
    struct Leave {
        std::set<int>& asking;
        int n;
        ~Leave() { asking.erase(n); }
    };
    const Leave leave{asking_, n};
    const auto found = process->engine.flows().find_by_number(flow);
    if (!found || !found->program) co_return;  // not loaded yet
    Start start;
    start.program = found->program;
    start.input = std::move(input);
    start.trigger_json = R"({"type":"manual"})";
    start.key = "start-" + std::to_string(n);
    const auto started = co_await process->engine.start_once(std::move(start));
    if (!started || process->disk.is_cut()) co_return;
    if (durable_.ledger.find(started->id) == nullptr)
        durable_.report.violation("start " + std::to_string(n) +
                                  " was acknowledged, and is not on disk");
    started_.emplace(n, started->id);
}

void People::decide(Process& process, const HoldRecord& hold, bool repeatable, Chance& chance) {
    if (!process.serves()) return;
    const auto* const entry = durable_.ledger.find(hold.execution);
    // The verdict of a repeatable flow is that of the seed; otherwise people quarrel.
    const auto verdict = digest(hold.node + std::to_string(entry->n), seed_) % 3 != 0;
    Decision decision;
    decision.by = chance.pick<std::string>({"ada", "bob", "cy"});
    decision.approved = repeatable ? verdict : chance.percent(60);
    process.clients.spawn(
        bear(do_decide(&process, hold.execution, static_cast<RunNumber>(hold.run), decision)));
}

task<void> People::do_decide(Process* process, Uuid id, RunNumber run, Decision decision) {
    const auto execution = co_await process->engine.summon(id);
    if (!execution) co_return;
    const auto effect = process->engine.scheduler().decide(*execution, run, decision);
    if (!effect) co_return;
    if (!co_await process->engine.committed(execution)) co_return;
    if (effect->outcome.empty() || process->disk.is_cut()) co_return;
    if (!decided_.emplace(std::pair{id, run}, effect->outcome).second)
        durable_.report.violation("two people were told that they resolved one approval of " +
                                  id.to_string());
}

void People::signal(Process& process, const std::string& key, Chance& chance) {
    if (!process.serves()) return;
    std::optional<Milliseconds> keep;
    if (chance.percent(30)) keep = Milliseconds(chance.between(1, 100'000));
    process.clients.spawn(bear(do_signal(&process, key, ++last_signal_, keep)));
}

task<void> People::do_signal(Process* process, std::string key, std::int64_t number,
                             std::optional<Milliseconds> keep) {
    const auto receipt =
        co_await process->engine.signal("paid", std::move(key), Object{{"v", number}}, keep);
    if (!receipt || process->disk.is_cut()) co_return;
    if (receipt->execution) received_.emplace(number, *receipt->execution);
}

void People::cancel(Process& process, const Uuid& id, bool kill) {
    if (!process.serves()) return;
    process.clients.spawn(bear(do_cancel(&process, id, kill)));
}

task<void> People::do_cancel(Process* process, Uuid id, bool kill) {
    const auto execution = co_await process->engine.summon(id);
    if (!execution) co_return;
    auto& scheduler = process->engine.scheduler();
    const bool done =
        kill ? scheduler.kill(*execution, "enough") : scheduler.cancel(*execution, "enough");
    if (!done) co_return;
    if (!co_await process->engine.committed(execution)) co_return;
    if (!process->disk.is_cut()) cancelled_.insert(id);
}

void People::pause(Process& process, const Uuid& id) {
    if (!process.serves()) return;
    process.clients.spawn(bear(do_pause(&process, id, false)));
}

void People::resume(Process& process, const Uuid& id) {
    if (!process.serves()) return;
    process.clients.spawn(bear(do_pause(&process, id, true)));
}

task<void> People::do_pause(Process* process, Uuid id, bool resume) {
    const auto execution = co_await process->engine.summon(id);
    if (!execution) co_return;
    auto& scheduler = process->engine.scheduler();
    if (resume)
        (void)scheduler.resume(*execution, "go on");
    else
        (void)scheduler.pause(*execution, "wait");
    (void)co_await process->engine.committed(execution);
}

void People::settle_interrupt(Process& process, const HoldRecord& hold, Chance& chance) {
    if (!process.serves()) return;
    process.clients.spawn(
        bear(do_settle_interrupt(&process, hold.execution, static_cast<RunNumber>(hold.run),
                                 chance.percent(50) ? OnInterrupt::retry : OnInterrupt::fail)));
}

task<void> People::do_settle_interrupt(Process* process, Uuid id, RunNumber run, OnInterrupt how) {
    const auto execution = co_await process->engine.summon(id);
    if (!execution) co_return;
    (void)process->engine.scheduler().resolve_interrupt(*execution, run, how);
    (void)co_await process->engine.committed(execution);
}

void People::check() const {
    auto& report = durable_.report;
    for (const auto& [n, id] : started_)
        if (durable_.ledger.find(id) == nullptr)
            report.violation("start " + std::to_string(n) + " was acknowledged, and is lost");
    for (const auto& [hold, outcome] : decided_) {
        const auto* const entry = durable_.ledger.find(hold.first);
        if (entry->state.find(hold.second) != nullptr && !entry->state.ended())
            report.violation("an acknowledged decision is lost in " + hold.first.to_string());
    }
    for (const auto& [number, id] : received_)
        if (durable_.ledger.received(number) != 1)
            report.violation("an acknowledged signal is lost in " + id.to_string());
    for (const auto& id : cancelled_) {
        const auto* const entry = durable_.ledger.find(id);
        if (!entry->final_state.starts_with("cancelled ") &&
            !entry->final_state.starts_with("failed ") &&
            !entry->final_state.starts_with("timed_out "))
            report.violation("an acknowledged cancel is lost in " + id.to_string());
    }
}

}  // namespace sluice::testing
