#pragma once

#include <array>
#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <boost/system/result.hpp>

#include "engine/async/task.hpp"
#include "engine/async/timer_queue.hpp"
#include "engine/model/code.hpp"
#include "engine/model/entry.hpp"
#include "engine/model/error.hpp"
#include "engine/model/event.hpp"
#include "engine/model/graph.hpp"
#include "engine/model/identifier.hpp"
#include "engine/model/limits.hpp"
#include "engine/model/value.hpp"
#include "engine/nodes/http_client.hpp"

namespace sluice {

class ScriptRunner;   // engine/nodes/script_runner.hpp
class ProcessRunner;  // engine/nodes/process_runner.hpp

/// How a node of this type runs.
enum class NodeKind : std::uint8_t {
    pure,    ///< a function: runs inline, in the same turn of the loop, without a coroutine
    effect,  ///< a coroutine that acts on the world: begins after everything before it is on disk
    hold,    ///< parks its path until a time, a decision or a signal
    composite,  ///< holds blocks of nodes and runs them, as `NodeType::composite` says
    entry,  ///< a function that reads or changes one entry, once that is in memory and the start
            ///< of the execution on disk; the change is committed with the node's result
};

[[nodiscard]] constexpr std::string_view to_word(NodeKind kind) {
    constexpr std::array<std::string_view, 5> words{"pure", "effect", "hold", "composite", "entry"};
    return words[static_cast<std::size_t>(kind)];
}

/// What a hold node waits for.
struct HoldRequest {
    HoldKind kind = HoldKind::timer;
    std::optional<WallTime> due;  ///< a timer's end; of others set by the node's `timeout`
    std::string name;             ///< of a signal
    Value details;                ///< what people need to resolve it
};

struct NodeResult {
    std::string outcome = "success";
    Value output;
};

/// The calls that the code of a node makes, kept in the journal: when its attempt is interrupted
/// and begins anew, a call that it makes again is told what it was told before, and not performed
/// a second time. `number` counts the calls of an attempt from 1.
class NodeCalls {
  public:
    virtual ~NodeCalls() = default;
    /// What this call was answered before the interruption; nullopt when it was not, or when
    /// another call has this number now.
    [[nodiscard]] virtual std::optional<node_result<Value>> answered(std::uint32_t number,
                                                                     std::string_view name,
                                                                     const Value& argument) = 0;
    /// Keeps an answer. One that takes more than `Limits::artifact_bytes` is told in the journal,
    /// but not kept: its call would be performed again.
    virtual void keep(std::uint32_t number, std::string_view name, const Value& argument,
                      const node_result<Value>& answer) = 0;
    /// Returns when all that was kept is on disk, as far as the flow's durability asks for it: what
    /// acts on the world comes after it.
    virtual task<void> on_disk() = 0;
};

/// A node's result, or why it failed.
using NodeOutcome = node_result<NodeResult>;

/// Where a node's log lines go. They become events of its execution.
class NodeLog {
  public:
    virtual ~NodeLog() = default;
    virtual void write(LogLevel level, std::string message, Value fields) = 0;
};

/// What a pure node is given. Everything is borrowed for the call, except `parameters`, which it
/// may move from.
struct PureContext {
    Value& parameters;                      ///< `with`, evaluated
    std::span<const std::string> outcomes;  ///< labels of the edges that leave this node
    NodeLog& log;
    const Limits& limits;
    Random* random = nullptr;
    WallTime now{};
};

/// What an entry node is given, in the turn in which it is decided: nothing changes the entry
/// between this and the node's end. Everything is borrowed for the call.
struct EntryContext {
    Value& parameters;  ///< `with`, evaluated and free of secrets
    const EntryKey& key;
    const Entry* current;  ///< null when there is none
    WallTime now;
    std::span<const std::string> outcomes;  ///< labels of the edges that leave this node
    const Limits& limits;
};

/// What an entry node puts out, and what becomes of its entry.
struct EntryDecision {
    NodeResult result;
    std::optional<EntryChange> change = std::nullopt;
};

/// What an effectful node is given. `parameters` and the identity are its own; services outlive it.
struct NodeContext {
    Value parameters;  ///< `with`, evaluated
    Uuid execution;
    std::string node;
    std::uint32_t attempt = 1;
    /// The same for every attempt of this run of this node, also after a crash: send it along with
    /// effects.
    std::string idempotency_key;
    std::shared_ptr<NodeLog> log;
    std::shared_ptr<NodeCalls> calls;
    HttpClient* http = nullptr;               ///< null when the embedding program has given none
    ScriptRunner* scripts = nullptr;          ///< the same
    ProcessRunner* processes = nullptr;       ///< null where processes are not allowed
    std::shared_ptr<const CodeModules> code;  ///< the flow's; may be null
    timer_queue* timers = nullptr;
    const Clock* clock = nullptr;
    const Limits* limits = nullptr;
};

/// A kind of node: its entry in the catalogue and the code that runs it. Exactly one of `pure`,
/// `effect`, `hold` and `entry` is set, as `kind` says; none of a composite.
struct NodeType {
    std::string id = {};        ///< `http.request`
    std::string category = {};  ///< `http`
    std::string description = {};
    Value input_schema = {};  ///< JSON Schema of `with`, evaluated
    Value output_schema = {};
    std::vector<std::string> outcomes = {"success"};  ///< besides `error`; empty means any text
    NodeKind kind = NodeKind::pure;
    bool idempotent = true;  ///< an effect of unknown outcome may be repeated after a crash (its
                             ///< receiver can tell by the idempotency key)
    bool responds = false;   ///< its output is the webhook's answer: {status, headers, body}
    bool sets_vars = false;  ///< the members of its output become variables of the execution
    bool returns = false;    ///< the execution ends with its output as the result
    Composite composite = Composite::none;  ///< of a composite: how it runs what it holds
    /// Makes the template that is compiled out of a node's `with` as it was written, for types that
    /// take some of it verbatim or read more of the scope than it says. `nodes` are the ids of the
    /// flow's nodes. Empty: `with` is the template.
    std::function<Value(const Value& with, std::span<const std::string> nodes)> prepare = {};
    /// What `with.code` is written in, for types that run code: validation has it parsed.
    std::optional<CodeLanguage> language = {};

    std::function<NodeOutcome(PureContext&)> pure = {};
    /// Fails by throwing `NodeFailure`. Cancelled by cancellation of the coroutine.
    std::function<task<NodeResult>(NodeContext)> effect = {};
    /// Hold nodes: what the path waits for.
    std::function<node_result<HoldRequest>(const Value& parameters, WallTime now)> hold = {};
    /// Entry nodes: `with.key` and `with.namespace` say which entry (engine/nodes/kv_entry.hpp).
    std::function<node_result<EntryDecision>(EntryContext&)> entry = {};
};

}  // namespace sluice
