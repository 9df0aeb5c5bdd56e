#pragma once

#include <cstdint>
#include <string>

#include "engine/nodes/node_type.hpp"
#include "engine/nodes/script_runner.hpp"

namespace sluice::nodes {

/// What the code of a node may ask for: lines of the log, `sleep(milliseconds)`, and `http` with
/// the parameters and the answer of an `http.request` node. What a call is answered is kept by
/// `NodeContext::calls`; a request begins when the answers before it are on disk.
class CodeWorld final : public ScriptWorld {
  public:
    explicit CodeWorld(NodeContext context) : context_(std::move(context)) {}

    void log(LogLevel level, std::string message) override;
    /// Errors: `unknown_call`, `invalid_parameters`, and those of `http.request`.
    task<Value> call(std::string name, std::uint32_t number, Value argument) override;
    [[nodiscard]] WallTime now() const override { return context_.clock->wall(); }

  private:
    task<Value> perform(std::string name, std::uint32_t number, Value argument);
    task<Value> sleep(Value argument);
    task<Value> http(std::uint32_t number, Value argument);

    NodeContext context_;
};

}  // namespace sluice::nodes
