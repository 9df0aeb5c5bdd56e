#include "tests/simulation/ledger.hpp"

#include <algorithm>

#include "engine/model/json_text.hpp"
#include "engine/run/event_codec.hpp"
#include "engine/run/verification.hpp"

#include "tests/simulation/chance.hpp"

namespace sluice::testing {

void Ledger::wrong(const Entry& entry, const std::string& what) {
    report_.violation("execution " + std::to_string(entry.n) + " (" + entry.id.to_string() +
                      "): " + what);
}

void Ledger::committed(const Append& append, const std::vector<HoldRecord>& holds) {
    auto found = entries_.find(append.execution);
    if (append.begins != (found == entries_.end())) {
        report_.violation("execution " + append.execution.to_string() +
                          (append.begins ? " begins twice" : " goes on without a beginning"));
        return;
    }
    if (append.begins)
        found = entries_
                    .emplace(std::piecewise_construct, std::forward_as_tuple(append.execution),
                             std::forward_as_tuple(append.execution, programs_.at(append.revision)))
                    .first;
    auto& entry = found->second;
    if (append.first_sequence != entry.last_sequence + 1)
        wrong(entry, "event " + std::to_string(append.first_sequence) + " follows event " +
                         std::to_string(entry.last_sequence));
    digest_ = digest(append.execution.to_string(), digest_);
    digest_ = digest(append.chunk, digest_);
    auto events = decode_chunk(append.chunk, append.first_sequence);
    fill_in(entry, append, events);
    for (auto& event : events) follow(entry, std::move(event));
    if (append.status != entry.state.status())
        wrong(entry, "its column says " + std::string(to_word(append.status)) + ", its journal " +
                         std::string(to_word(entry.state.status())));
    compare_holds(entry, holds);
}

/// Puts the values of artifacts where they would stand if they were small.
void Ledger::fill_in(Entry& entry, const Append& append, std::vector<Event>& events) {
    auto next = append.artifacts.begin();
    for (auto& event : events) {
        if (!event.artifact) continue;
        const auto hash = event.artifact->key.hash;
        if (next == append.artifacts.end() || !next->key || next->key->hash != hash) {
            wrong(entry, "its journal refers to something else than was given");
            return;
        }
        if (next->value) artifacts_[hash] = next->value;
        ++next;
        const auto known = artifacts_.find(hash);
        if (known == artifacts_.end()) {
            wrong(entry, "it refers to an artifact that was never written");
            return;
        }
        event.data = *known->second;
        event.artifact = nullptr;
    }
}

void Ledger::follow(Entry& entry, Event event) {
    ++events_;
    entry.last_sequence = event.sequence;
    report_.say("    " + std::to_string(entry.n) + " " + std::string(to_word(event.kind)) + " " +
                (event.node == no_node ? "" : entry.program->node_id(event.node)) + " " +
                event.text);
    if (entry.state.ended()) wrong(entry, "something follows its end");
    std::string end;
    switch (event.kind) {
        case EventKind::execution_started:
            entry.n = event.data.at("n").to_number<std::int64_t>();
            break;
        case EventKind::node_succeeded:
            end = event.text;
            if (entry.program->node(event.node).type->id == "kv.increment") ++increments_;
            if (event.text == "received")
                if (++received_[event.data.at("payload").at("v").to_number<std::int64_t>()] > 1)
                    wrong(entry, "a signal was received twice");
            break;
        case EventKind::node_failed:
            end = "failed " + std::string(event.data.at("code").as_string());
            break;
        case EventKind::node_skipped:
            end = "skipped";
            break;
        case EventKind::execution_retrying:
            entry.ends_of.clear();  // every node may run once more
            break;
        case EventKind::execution_ended:
            entry.final_state = std::string(to_word(event.status)) + " " + to_json(event.data);
            break;
        default:
            break;
    }
    if (!end.empty()) {
        entry.ends.insert(entry.program->node_id(event.node) + " " + end);
        if (++entry.ends_of[event.node] > 1 &&
            entry.program->graph().nodes[event.node].block == flow_block &&
            entry.program->graph().nodes[event.node].join == JoinRule::all)
            wrong(entry, entry.program->node_id(event.node) + " has ended twice");
    }
    try {
        entry.state.apply(std::move(event));  // refuses a run that ends, or is resolved, twice
    } catch (const ErrorException& error) {
        wrong(entry, error.error().message);
    }
}

void Ledger::compare_holds(const Entry& entry, const std::vector<HoldRecord>& holds) {
    std::vector<ExpectedHold> rows;
    bool deadline = false;
    for (const auto& hold : holds) {
        if (hold.run == deadline_hold)
            deadline = true;
        else
            rows.push_back({hold.run, hold.kind, hold.due});
    }
    std::sort(rows.begin(), rows.end());
    if (rows != expected_holds(entry.state))
        wrong(entry, "the rows of its holds are not what its journal says");
    if (deadline != (entry.program->settings().timeout && !entry.state.ended()))
        wrong(entry, "the row of its timeout is not what its settings say");
}

void Ledger::compare_counters(const std::vector<Append>& group) {
    for (const auto& append : group)
        for (const auto& [key, entry] : append.entries)
            counters_[key] = entry ? std::stoll(entry->json) : 0;
    std::int64_t sum = 0;
    for (const auto& [key, count] : counters_) sum += count;
    if (sum != increments_)
        report_.violation(std::to_string(increments_) + " increments have succeeded on disk, but " +
                          std::to_string(sum) + " were counted");
}

const Ledger::Entry* Ledger::find(const Uuid& id) const {
    const auto found = entries_.find(id);
    return found == entries_.end() ? nullptr : &found->second;
}

int Ledger::received(std::int64_t number) const {
    const auto found = received_.find(number);
    return found == received_.end() ? 0 : found->second;
}

}  // namespace sluice::testing
