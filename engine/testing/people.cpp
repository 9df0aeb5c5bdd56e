#include "engine/testing/people.hpp"

#include <algorithm>

#include "engine/model/json_text.hpp"

namespace sluice::testing {

std::optional<TestPeople::Due> TestPeople::due(const TestDisk::OpenHold& hold) const {
    if (hold.record.kind == HoldKind::interrupt) return Due{hold.since, nullptr};
    if (hold.record.kind != HoldKind::approval || refused_.contains(hold.record.run))
        return std::nullopt;
    const auto planned = test_.decide.find(hold.record.node);
    if (planned == test_.decide.end() || planned->second.entries.empty()) return std::nullopt;
    const auto& script = planned->second;
    std::size_t at = 0;
    if (script.each_once) {
        const auto said = disk_.decisions.find(hold.record.node);
        if (said != disk_.decisions.end()) at = said->second;
        if (at >= script.entries.size()) return std::nullopt;
    }
    const auto& decision = script.entries[at];
    return Due{hold.since + decision.after, &decision};
}

std::optional<Milliseconds> TestPeople::next() const {
    std::optional<Milliseconds> earliest;
    const auto consider = [&](Milliseconds at) {
        if (!earliest || at < *earliest) earliest = at;
    };
    for (const auto& hold : disk_.holds)
        if (!asking_.contains(hold.record.run))
            if (const auto planned = due(hold)) consider(planned->at);
    for (const auto& signal : test_.signals)
        if (!sent_.contains(&signal)) consider(signal.after);
    return earliest;
}

void TestPeople::act(TestLife& life) {
    const auto holds = disk_.holds;
    for (const auto& hold : holds) act_on(life, hold);
    for (const auto& signal : test_.signals)
        if (signal.after <= life.elapsed() && sent_.insert(&signal).second) {
            life.journal.spare(true);
            life.people.spawn(send_signal(&life, &signal));
        }
}

void TestPeople::act_on(TestLife& life, const TestDisk::OpenHold& hold) {
    const auto planned = due(hold);
    if (!planned || planned->at > life.elapsed() || !asking_.insert(hold.record.run).second) return;
    const auto run = static_cast<RunNumber>(hold.record.run);
    if (planned->decision == nullptr)
        life.people.spawn(settle_interrupt(&life, run));
    else
        life.people.spawn(decide(&life, run, hold.record.node, planned->decision->decision));
}

task<void> TestPeople::decide(TestLife* life, RunNumber run, std::string node, Decision decision) {
    const std::string by = decision.by;
    const auto execution = co_await life->engine.summon(*disk_.execution);
    if (!execution) co_return;
    const auto effect = life->engine.scheduler().decide(*execution, run, decision);
    if (!effect) {
        const Error refusal = effect.error();
        refused_.insert(run);
        world_.complain("the decision of '" + by + "' on '" + node +
                        "' was refused: " + refusal.message + " [" + refusal.code + "]");
    } else {
        (void)co_await life->engine.committed(execution);
    }
    asking_.erase(run);
}

task<void> TestPeople::settle_interrupt(TestLife* life, RunNumber run) {
    const auto execution = co_await life->engine.summon(*disk_.execution);
    if (!execution) co_return;
    (void)life->engine.scheduler().resolve_interrupt(*execution, run, OnInterrupt::retry);
    (void)co_await life->engine.committed(execution);
    asking_.erase(run);
}

task<void> TestPeople::send_signal(TestLife* life, const PlannedSignal* signal) {
    const auto receipt =
        co_await life->engine.signal(signal->name, signal->key, signal->payload, signal->keep);
    if (!receipt)
        world_.complain("the signal '" + signal->name +
                        "' was refused: " + receipt.error().message);
    life->journal.spare(false);
}

}  // namespace sluice::testing
