#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "engine/model/code.hpp"
#include "engine/model/graph.hpp"
#include "engine/model/retention_rule.hpp"
#include "engine/model/value.hpp"

namespace sluice {

/// What an acknowledgement means (design.md §8).
enum class Durability : std::uint8_t {
    step,       ///< on disk at acceptance, before every effect, and at the end (default)
    execution,  ///< on disk at acceptance and at the end
    none,       ///< memory only
};

/// What an unhandled node failure does to its execution.
enum class OnError : std::uint8_t {
    stop,           ///< the execution fails and its running nodes are cancelled (default)
    continue_path,  ///< only the path behind the failed node dies
    retry,  ///< it begins anew, up to `FlowSettings::max_attempts` times in all; then `stop`
};

/// What a start does that a concurrency limit has no room for.
enum class WhenFull : std::uint8_t {
    queue,           ///< waits for its turn (default)
    reject,          ///< is refused with `concurrency_limit`
    cancel_running,  ///< those that run are cancelled, and it takes their place
    skip,            ///< nothing happens
};

/// How many executions of a flow, or of a flow and a key, may run at once.
struct ConcurrencyRule {
    std::uint32_t limit = 1;
    Value key;  ///< template; null: the flow as a whole
    WhenFull when_full = WhenFull::queue;
};

/// How many executions of a flow may start in a span of time.
struct RateRule {
    std::uint32_t count = 1;
    std::chrono::milliseconds per{1'000};
};

/// Starts of a flow, or of a flow and a key, that come close together: the last one runs.
struct DebounceRule {
    std::chrono::milliseconds quiet{1'000};  ///< runs when no further one came for this long
    std::optional<std::chrono::milliseconds> max_wait;  ///< but so long after the first at most
    Value key;                                          ///< template; null: the flow as a whole
};

inline constexpr int default_priority = 5;

struct FlowSettings {
    Durability durability = Durability::step;
    OnError on_error = OnError::stop;
    std::uint32_t max_attempts = 3;  ///< of the whole execution, under `OnError::retry`
    std::optional<std::chrono::milliseconds> timeout;  ///< of the whole execution
    std::optional<std::uint32_t> max_parallel;         ///< effectful nodes at once
    std::optional<std::uint32_t> max_steps;            ///< node runs, cycles included
    std::optional<ConcurrencyRule> concurrency;
    std::optional<RateRule> rate_limit;
    std::optional<DebounceRule> debounce;
    int priority = default_priority;  ///< 0 to 9; higher is earlier among those that wait
    RetentionRule retention;          ///< of its ended executions; the server's rule where not set
};

/// How a webhook answers its caller.
enum class WebhookRespond : std::uint8_t {
    result,    ///< after the execution: its `http.respond`, else its output (default)
    accepted,  ///< 202 with the execution's id as soon as its start is on disk
};

/// `POST /hooks/{key}` starts the flow.
struct WebhookTrigger {
    std::string id;
    std::string key;
    WebhookRespond respond = WebhookRespond::result;
};

/// A flow as a front end (the native language or a dialect) understood its source: plain data.
struct FlowDefinition {
    std::string name;
    std::string flow_namespace = "default";
    std::string description;
    std::map<std::string, std::string> labels;
    Value inputs;  ///< JSON Schema of the input; null accepts anything
    std::vector<WebhookTrigger> webhooks;
    CodeModules code;  ///< shared by its code nodes
    Value vars;        ///< what the root `vars` is at first: an object, or null for an empty one
    Graph graph;
    std::optional<Value> output;  ///< template of the execution's result
    FlowSettings settings;
};

}  // namespace sluice
