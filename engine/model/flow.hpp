#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

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
};

struct FlowSettings {
    Durability durability = Durability::step;
    OnError on_error = OnError::stop;
    std::optional<std::chrono::milliseconds> timeout;  ///< of the whole execution
    std::optional<std::uint32_t> max_parallel;         ///< effectful nodes at once
    std::optional<std::uint32_t> max_steps;            ///< node runs, cycles included
    RetentionRule retention;  ///< of its ended executions; the server's rule where not set
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
    Graph graph;
    std::optional<Value> output;  ///< template of the execution's result
    FlowSettings settings;
};

}  // namespace sluice
