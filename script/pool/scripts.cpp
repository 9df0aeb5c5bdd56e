#include "script/pool/scripts.hpp"

#include <utility>

namespace sluice::script {

Scripts::Scripts(asio::io_context& loop, const Clock& clock, timer_queue& timers,
                 const ScriptsOptions& options)
    : enable_python_(options.enable_python),
      javascript_(loop, clock, timers,
                  {options.limits, options.javascript, CodeLanguage::javascript}),
      python_(loop, clock, timers, {options.limits, options.python, CodeLanguage::python}) {}

ScriptPool& Scripts::pool(CodeLanguage language) {
    if (auto refused = refusal(language)) throw NodeFailure(std::move(*refused));
    return language == CodeLanguage::javascript ? javascript_ : python_;
}

task<Value> Scripts::run(ScriptRequest request, std::shared_ptr<ScriptWorld> world) {
    const auto language = request.language;
    co_return co_await pool(language).run(std::move(request), std::move(world));
}

task<std::vector<ScriptProblem>> Scripts::check(CodeLanguage language,
                                                std::vector<ScriptText> texts) {
    co_return co_await pool(language).check(language, std::move(texts));
}

std::optional<NodeError> Scripts::refusal(CodeLanguage language) const {
    if (language == CodeLanguage::javascript || enable_python_) return std::nullopt;
    return NodeError{"script_disabled",
                     "code in Python is off here; start Sluice with --enable-python or "
                     "SLUICE_ENABLE_PYTHON=1 to have it",
                     {},
                     false};
}

task<void> Scripts::close() {
    co_await javascript_.close();
    co_await python_.close();
}

}  // namespace sluice::script
