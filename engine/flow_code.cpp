// What validation asks the script hosts: whether a flow's code may run here, and whether it parses.
#include <algorithm>
#include <array>
#include <utility>

#include "engine/async/deadline.hpp"
#include "engine/flow_catalogue.hpp"

namespace sluice {
namespace {

Diagnostic diagnostic_at(const CodePlace& place, Severity severity, std::string code,
                         std::string message) {
    Diagnostic diagnostic;
    diagnostic.severity = severity;
    diagnostic.code = std::move(code);
    diagnostic.message = std::move(message);
    diagnostic.path = place.path;
    diagnostic.line = place.position.line;
    diagnostic.column = place.position.column;
    return diagnostic;
}

Diagnostic syntax_problem(const CodePlace& place, const ScriptProblem& problem,
                          const std::string& source) {
    std::string message =
        place.text.module.empty() ? "the code does not parse: " : "the module does not parse: ";
    message += problem.message;
    if (problem.line > 0)
        message += " (line " + std::to_string(problem.line) + ", column " +
                   std::to_string(problem.column) + " of the code)";
    auto diagnostic = diagnostic_at(place, Severity::error, "script_syntax", std::move(message));
    const auto position = definition::position_in_text(source, place.position, place.text.code,
                                                       {problem.line, problem.column});
    diagnostic.line = position.line;
    diagnostic.column = position.column;
    return diagnostic;
}

}  // namespace

task<CompiledSource> FlowCatalogue::judge(definition::FlowSource source,
                                          ProgramIdentity identity) const {
    auto compiled = compile(source, identity);
    co_await check_code(compiled, source.text);
    co_return compiled;
}

task<void> FlowCatalogue::check_code(CompiledSource& compiled, const std::string& source) const {
    if (services_.scripts == nullptr) co_return;
    for (const auto language : {CodeLanguage::javascript, CodeLanguage::python}) {
        std::vector<const CodePlace*> places;
        std::vector<ScriptText> texts;
        for (const auto& place : compiled.code)
            if (place.language == language) {
                places.push_back(&place);
                texts.push_back(place.text);
            }
        if (places.empty()) continue;
        if (const auto refused = services_.scripts->refusal(language)) {
            for (const auto* const place : places)
                compiled.diagnostics.push_back(
                    diagnostic_at(*place, Severity::error, refused->code, refused->message));
            continue;
        }
        try {
            const auto problems = co_await with_deadline(
                services_.timers, services_.clock.steady() + limits_.script_check,
                services_.scripts->check(language, std::move(texts)));
            for (const auto& problem : problems)
                if (problem.text < places.size())
                    compiled.diagnostics.push_back(
                        syntax_problem(*places[problem.text], problem, source));
        } catch (const NodeFailure& failure) {
            compiled.diagnostics.push_back(
                diagnostic_at(*places.front(), Severity::warning, "script_unchecked",
                              "whether the code parses is not known: " + failure.error().message));
        } catch (const system_error& error) {
            if (error.code() != asio::error::timed_out) throw;
            compiled.diagnostics.push_back(diagnostic_at(
                *places.front(), Severity::warning, "script_unchecked",
                "whether the code parses is not known: no script host was free in time"));
        }
    }
    sort(compiled.diagnostics);
    if (has_errors(compiled.diagnostics)) compiled.program = nullptr;
}

}  // namespace sluice
