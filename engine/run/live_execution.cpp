#include "engine/run/live_execution.hpp"

#include <algorithm>

#include "engine/model/json_text.hpp"
#include "engine/model/timestamp.hpp"
#include "engine/run/execution_scope.hpp"

namespace sluice {

LiveExecution::LiveExecution(Uuid id, std::shared_ptr<const Program> source, WallTime created)
    : id(id), program(std::move(source)), created(created), state(*program) {}

bool LiveExecution::has_come_on() const {
    return removed || state.recoveries() == 0 || state.status() != ExecutionStatus::running;
}

LiveExecution::Child* LiveExecution::child(RunNumber run) {
    const auto found = std::find_if(children.begin(), children.end(),
                                    [run](const Child& child) { return child.run == run; });
    return found == children.end() ? nullptr : &*found;
}

const Value* ExecutionScope::root(expression::Root root) const {
    switch (root) {
        case expression::Root::input:
            return &execution_.state.input();
        case expression::Root::env:
            return &environment_;
        case expression::Root::flow:
            return &execution_.program->flow_value();
        case expression::Root::trigger:
            if (!execution_.trigger_value)
                execution_.trigger_value = parse_json(execution_.state.trigger_json()).value();
            return &*execution_.trigger_value;
        case expression::Root::execution:
            if (!execution_.execution_value)
                execution_.execution_value = Object{{"id", execution_.id.to_string()},
                                                    {"created_at", to_rfc3339(execution_.created)}};
            return &*execution_.execution_value;
        case expression::Root::error:
            return execution_.state.error_input(node_, frame_);
        case expression::Root::vars:
            return &execution_.state.vars();
        case expression::Root::item:
            return execution_.state.item(frame_);
        case expression::Root::index:
            return execution_.state.index(frame_);
    }
    return nullptr;
}

}  // namespace sluice
