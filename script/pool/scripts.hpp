#pragma once

#include <string>

#include "script/pool/pool.hpp"

namespace sluice::script {

struct ScriptsOptions {
    Limits limits;           ///< of each language by itself
    std::string javascript;  ///< program of its hosts; empty: found at the first run
    std::string python;      ///< the same
    bool enable_python = false;
};

/// Runs code of every language: each has a pool of its own. Loop thread only. `close` it before the
/// loop ends.
class Scripts final : public ScriptRunner {
  public:
    Scripts(asio::io_context& loop, const Clock& clock, timer_queue& timers,
            const ScriptsOptions& options);

    task<Value> run(ScriptRequest request, std::shared_ptr<ScriptWorld> world) override;
    task<std::vector<ScriptProblem>> check(CodeLanguage language,
                                           std::vector<ScriptText> texts) override;
    [[nodiscard]] std::optional<NodeError> refusal(CodeLanguage language) const override;

    /// As `ScriptPool::close`, of all.
    task<void> close();

  private:
    ScriptPool& pool(CodeLanguage language);

    bool enable_python_;
    ScriptPool javascript_;
    ScriptPool python_;
};

}  // namespace sluice::script
