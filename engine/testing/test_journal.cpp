#include "engine/testing/test_journal.hpp"

#include <algorithm>
#include <utility>

#include "engine/run/event_codec.hpp"

namespace sluice::testing {
namespace {

constexpr unsigned dying_percent = 25;

}  // namespace

void TestDisk::apply(std::vector<Append> group, Milliseconds now, Journal::Done done) {
    store.keep_artifacts(group);  // completes the chunks
    for (const auto& append : group) note(append, now);
    store.commit(std::move(group), std::move(done));
}

void TestDisk::note(const Append& append, Milliseconds now) {
    if (append.begins && !execution) {
        execution = append.execution;
        created = append.created;
    }
    if (execution != append.execution) return;
    changed = now;
    ended = ended || append.ended.has_value();
    for (const auto run : append.holds_closed)
        std::erase_if(holds, [run](const auto& hold) { return hold.record.run == run; });
    for (const auto& record : append.holds_opened) {
        const auto known = std::ranges::find_if(
            holds, [&](const auto& hold) { return hold.record.run == record.run; });
        if (known != holds.end())
            *known = {record, now};
        else
            holds.push_back({record, now});
        if (record.kind == HoldKind::approval)
            approvals_[static_cast<RunNumber>(record.run)] = record.node;
    }
    for (const auto& event : decode_chunk(append.chunk, append.first_sequence))
        if (event.kind == EventKind::hold_decided) ++decisions[approvals_[event.run]];
}

void TestJournal::commit(std::vector<Append> group, Done done) {
    if (dead()) return;
    const bool dies = luck_ != nullptr && !spared_ && luck_->percent(dying_percent);
    if (dies && luck_->percent(50)) return die();
    const auto now =
        before_ + std::chrono::duration_cast<Milliseconds>(clock_.steady().time_since_epoch());
    disk_.apply(std::move(group), now,
                [alive = alive_, done = std::move(done)](std::optional<Error> error,
                                                         std::vector<Append> written) {
                    if (*alive) done(std::move(error), std::move(written));
                });
    if (dies) die();
}

}  // namespace sluice::testing
