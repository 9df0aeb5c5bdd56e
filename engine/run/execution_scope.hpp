#pragma once

#include "engine/expression/scope.hpp"
#include "engine/run/live_execution.hpp"

namespace sluice {

/// What the expressions of one node of one execution see. Borrows everything for one evaluation.
class ExecutionScope final : public expression::Scope {
  public:
    ExecutionScope(const LiveExecution& execution, const Value& environment, WallTime now,
                   NodeIndex node = no_node)
        : execution_(execution), environment_(environment), now_(now), node_(node) {}

    [[nodiscard]] const Value* root(expression::Root root) const override;
    [[nodiscard]] const Value* node(std::uint32_t index) const override {
        return execution_.state.output(index);
    }
    [[nodiscard]] WallTime now() const override { return now_; }

  private:
    const LiveExecution& execution_;
    const Value& environment_;
    WallTime now_;
    NodeIndex node_;
};

}  // namespace sluice
