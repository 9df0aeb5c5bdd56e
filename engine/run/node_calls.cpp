// The calls that the code of nodes makes: their answers become events, and answer them again when
// an interrupted attempt begins anew.
#include <algorithm>
#include <utility>

#include "engine/run/call_record.hpp"
#include "engine/run/run_event.hpp"
#include "engine/run/scheduler.hpp"

namespace sluice {

class Scheduler::RunCalls final : public NodeCalls {
  public:
    RunCalls(Scheduler& scheduler, std::weak_ptr<LiveExecution> execution,
             const Activation& activation, std::vector<CallRecord> earlier)
        : scheduler_(scheduler),
          execution_(std::move(execution)),
          activation_(activation),
          earlier_(std::move(earlier)) {}

    std::optional<node_result<Value>> answered(std::uint32_t number, std::string_view name,
                                               const Value& argument) override {
        for (const auto& record : earlier_)
            if (record.answers(number, name, argument)) return record.answer;
        return std::nullopt;
    }

    void keep(std::uint32_t number, std::string_view name, const Value& argument,
              const node_result<Value>& answer) override {
        const auto execution = execution_.lock();
        if (!execution || execution->removed || execution->state.ended()) return;
        Event event = event_of(EventKind::call_answered, activation_, scheduler_.now());
        event.text = name;
        event.data =
            CallRecord::data_of(number, argument, answer, scheduler_.limits_.artifact_bytes);
        scheduler_.record(*execution, std::move(event));
        scheduler_.commit(*execution);
        kept_ = execution->last_sequence;
    }

    task<void> on_disk() override {
        const auto execution = execution_.lock();
        if (!execution || execution->program->settings().durability != Durability::step) co_return;
        while (execution->committed < kept_ && !execution->removed)
            co_await execution->progress.wait();
    }

  private:
    Scheduler& scheduler_;
    std::weak_ptr<LiveExecution> execution_;
    Activation activation_;
    std::vector<CallRecord> earlier_;
    std::uint64_t kept_ = 0;  ///< newest event of ours
};

std::shared_ptr<NodeCalls> Scheduler::calls_of(const std::shared_ptr<LiveExecution>& execution,
                                               const Activation& activation) {
    std::vector<CallRecord> earlier;
    std::erase_if(execution->answered_calls, [&](CallRecord& answered) {
        if (answered.run != activation.run) return false;
        if (answered.attempt == activation.attempt) earlier.push_back(std::move(answered));
        return true;
    });
    return std::make_shared<RunCalls>(*this, execution, activation, std::move(earlier));
}

}  // namespace sluice
