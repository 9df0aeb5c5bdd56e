// Ended executions are run again, whole or in part, as new executions linked to the old ones.
#include <utility>

#include "engine/engine.hpp"
#include "engine/model/json_text.hpp"
#include "engine/run/timeline.hpp"

namespace sluice {
namespace {

std::string_view to_word(RetryFrom::Where where) {
    switch (where) {
        case RetryFrom::Where::start:
            return "start";
        case RetryFrom::Where::failed:
            return "failed";
        case RetryFrom::Where::node:
            return "node";
    }
    return "failed";
}

/// The old trigger, with the link to the old execution.
std::string linked_trigger(const std::string& trigger_json, const Uuid& id, const RetryFrom& from) {
    auto trigger = parse_json(trigger_json);
    Object linked = trigger && trigger->is_object() ? std::move(trigger->get_object()) : Object{};
    linked["retry_of"] = id.to_string();
    linked["retry_from"] = from.where == RetryFrom::Where::node ? from.node : to_word(from.where);
    return to_json(linked);
}

}  // namespace

task<result<std::shared_ptr<LiveExecution>>> Engine::retry(Uuid id, RetryFrom from,
                                                           std::optional<Value> input) {
    const auto record = co_await records_.execution(id);
    if (!record)
        co_return Error{
            "execution_not_found", "there is no execution '" + id.to_string() + "'", {}};
    if (!is_finished(record->status))
        co_return Error{"execution_running",
                        "the execution has not ended; it is " +
                            std::string(sluice::to_word(record->status)) +
                            ". Cancel it first, or wait for its end",
                        {}};
    auto program = co_await flows_.program(record->revision);
    if (program == nullptr)
        co_return Error{"flow_unusable", "the revision of this execution no longer compiles", {}};
    auto journal = decode_journal(co_await records_.journal(id));
    if (journal.empty() || journal.front().kind != EventKind::execution_started)
        co_return Error{"journal_corrupt", "the journal does not begin with a start", {}};
    auto reuse = plan_reuse(*program, journal, from);
    if (!reuse) co_return reuse.error();
    Start start;
    start.program = std::move(program);
    start.input_checked = !input;  // what was stored may be redacted
    if (input) {
        start.input = std::move(*input);
    } else if (journal.front().artifact) {
        start.input_artifact = journal.front().artifact;
        co_await fetch(start.input_artifact);
    } else {
        start.input = std::move(journal.front().data);
    }
    start.trigger_json = linked_trigger(journal.front().text, id, from);
    start.reuse = std::move(*reuse);
    start.may_queue = true;
    co_return scheduler_.start(std::move(start));
}

}  // namespace sluice
