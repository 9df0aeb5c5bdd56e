#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "engine/async/clock.hpp"
#include "engine/async/task.hpp"
#include "engine/model/code.hpp"
#include "engine/model/error.hpp"
#include "engine/model/event.hpp"
#include "engine/model/value.hpp"

namespace sluice {

/// One run of a user's code.
struct ScriptRequest {
    CodeLanguage language = CodeLanguage::javascript;
    std::string code;  ///< the body of a function: an async one in JavaScript
    std::shared_ptr<const CodeModules> modules;  ///< of any language; may be null
    Value scope;             ///< an object: the names that the code sees, with their values
    WallTime now;            ///< what `Date` answers at the beginning
    std::uint64_t seed = 0;  ///< of `Math.random` and `crypto.randomUUID`
    std::chrono::milliseconds timeout{10'000};  ///< of the whole run, its calls included
    std::size_t memory_bytes = 64u << 20;       ///< the code's own, besides the machine's
};

/// What the code may ask of the engine while it runs.
class ScriptWorld {
  public:
    virtual ~ScriptWorld() = default;

    /// A line of `console`.
    virtual void log(LogLevel level, std::string message) = 0;

    /// Performs a call that the code awaits (`sleep`, `http`; `number` counts them from 1 in the
    /// order in which the code made them). What it returns is what the code gets; a `NodeFailure`
    /// becomes an exception there. Cancelled when the code's run is over. Several may be under way.
    virtual task<Value> call(std::string name, std::uint32_t number, Value argument) = 0;

    /// What `Date` answers after a call.
    [[nodiscard]] virtual WallTime now() const = 0;
};

/// A text that a host is asked to parse.
struct ScriptText {
    std::string code;
    std::string module;  ///< its name; empty: the text is a function's body
};

/// What is wrong with one of these.
struct ScriptProblem {
    std::size_t text = 0;  ///< which one
    std::string message;
    std::size_t line = 0;  ///< within the text, from 1; 0 when unknown
    std::size_t column = 0;
};

/// How the engine runs code that is more than an expression. Implemented by script/pool, faked by
/// tests.
class ScriptRunner {
  public:
    virtual ~ScriptRunner() = default;

    /// Runs the code to its end and returns its value. Throws `NodeFailure`:
    ///
    /// | code | what happened |
    /// | --- | --- |
    /// | `script_syntax` | the code does not parse; details {name, line, column} |
    /// | `script_error` | it threw; details {name, line, column, stack} |
    /// | `script_timeout` | it took longer than its timeout, or computed too long |
    /// | `script_out_of_memory` | it needed more memory than it may have |
    /// | `script_too_large` | code, scope, result or a call is over its limit |
    /// | `script_killed` | its process ended in the middle, or answered nonsense |
    /// | `script_busy` | too many others wait, or waited too long for their turn |
    /// | `script_unavailable` | no process can be started; the message says what to do |
    /// | `script_disabled` | the language is off here; the message says how to enable it |
    ///
    /// A cancelled run ends at once, with its process, and throws `operation_aborted`.
    virtual task<Value> run(ScriptRequest request, std::shared_ptr<ScriptWorld> world) = 0;

    /// Parses the texts and runs none of them. Throws `NodeFailure` as `run`, when they cannot be
    /// parsed here and now.
    virtual task<std::vector<ScriptProblem>> check(CodeLanguage language,
                                                   std::vector<ScriptText> texts) = 0;

    /// Why code of this language is refused here whatever it says (`script_disabled`); nullopt when
    /// it is not.
    [[nodiscard]] virtual std::optional<NodeError> refusal(CodeLanguage language) const = 0;
};

}  // namespace sluice
