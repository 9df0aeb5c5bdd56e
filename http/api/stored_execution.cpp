#include "http/api/stored_execution.hpp"

#include <utility>

#include "http/api/render.hpp"

namespace sluice::http {

Error execution_not_found(std::string_view id) {
    return {"execution_not_found", "there is no execution '" + std::string(id) + "'", {}};
}

task<result<Stored>> load_stored(Engine& engine, std::string id) {
    const auto uuid = Uuid::parse(id);
    if (!uuid) co_return execution_not_found(id);
    const auto record = co_await engine.records().execution(*uuid);
    if (!record) co_return execution_not_found(id);
    Stored stored;
    stored.record = *record;
    stored.flow = engine.flows().find_by_number(record->flow);
    stored.program = co_await engine.flows().program(record->revision);
    stored.journal = co_await engine.records().journal(*uuid);
    co_return stored;
}

Value render_stored(const Stored& stored) {
    if (stored.program == nullptr) return render_execution(stored.record, stored.flow.get());
    const Timeline timeline(*stored.program, stored.journal);
    return render_execution(stored.record, stored.flow.get(), *stored.program, timeline.state());
}

task<result<std::shared_ptr<LiveExecution>>> summon_unfinished(Engine& engine, std::string id) {
    const auto uuid = Uuid::parse(id);
    if (!uuid) co_return execution_not_found(id);
    std::shared_ptr<LiveExecution> execution;
    std::optional<Error> failure;
    try {
        execution = co_await engine.summon(*uuid);
    } catch (const ErrorException& error) {
        failure = error.error();
    }
    if (failure) co_return std::move(*failure);
    if (execution && !execution->state.ended()) co_return std::move(execution);
    if (execution)  // an end is told only when it is on disk
        if (const auto written = co_await engine.committed(execution); !written)
            co_return written.error();
    const auto record = co_await engine.records().execution(*uuid);
    if (!record) co_return execution_not_found(id);
    co_return Error{"execution_ended",
                    "the execution has ended as " + std::string(to_word(record->status)),
                    Object{{"status", to_word(record->status)}}};
}

std::shared_ptr<const Flow> flow_of(Engine& engine, const Program& program) {
    return engine.flows().find_by_number(program.identity().flow_number);
}

}  // namespace sluice::http
