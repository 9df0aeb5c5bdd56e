#pragma once

#include "engine/expression/scope.hpp"
#include "engine/run/live_execution.hpp"
#include "engine/secrets/secrets.hpp"

namespace sluice {

/// What the expressions of one node of one execution see, in the frame in which it runs. Borrows
/// everything for one evaluation.
class ExecutionScope : public expression::Scope {
  public:
    /// `secrets` may be null: there are none.
    ExecutionScope(const LiveExecution& execution, const Value& environment, const Secrets* secrets,
                   WallTime now, NodeIndex node = no_node, FrameNumber frame = flow_frame)
        : execution_(execution),
          environment_(environment),
          secrets_(secrets),
          now_(now),
          node_(node),
          frame_(frame) {}

    [[nodiscard]] const Value* root(expression::Root root) const override;
    [[nodiscard]] const Value* node(std::uint32_t index) const override {
        return execution_.state.output(index, frame_);
    }
    [[nodiscard]] const Value* secret(std::string_view name) const override {
        return secrets_ == nullptr ? nullptr : secrets_->find(name);
    }
    [[nodiscard]] WallTime now() const override { return now_; }

  private:
    const LiveExecution& execution_;
    const Value& environment_;
    const Secrets* secrets_;
    WallTime now_;
    NodeIndex node_;
    FrameNumber frame_;
};

}  // namespace sluice
