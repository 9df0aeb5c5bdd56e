#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "engine/model/value.hpp"

namespace sluice {

/// A node's place in `Graph::nodes`.
using NodeIndex = std::uint32_t;

/// When a node with several incoming edges starts.
enum class JoinRule : std::uint8_t {
    all,  ///< once, after every incoming edge is settled and at least one was taken (DAGs)
    any,  ///< for each token that arrives (state machines; the only rule allowed on a cycle)
};

/// How often and when a failed attempt is repeated. The n-th repetition waits
/// min(delay * backoff^(n-1), max_delay), varied by +/- jitter of itself; longer when the failure
/// says so (`Retry-After`).
struct RetryPolicy {
    std::uint32_t attempts = 1;  ///< in all, the first included
    std::chrono::milliseconds delay{1'000};
    double backoff = 1.0;  ///< 1 is a fixed delay
    std::chrono::milliseconds max_delay{3'600'000};
    double jitter = 0.0;  ///< 0 to 1
    /// Which failures: codes of errors, `timeout`, `http_429` (a status), `http_5xx` (a class), `*`
    /// (all); with `!` before it: not these (`!timeout`). None without `!`: those that the node
    /// type calls retryable.
    std::vector<std::string> on;
};

/// What becomes of an effect that was in flight when the process ended: nobody knows whether it
/// acted.
enum class OnInterrupt : std::uint8_t {
    retry,  ///< it is run again, with the same idempotency key (default of idempotent node types)
    fail,   ///< the node fails with `interrupted`
    hold,   ///< somebody must decide (default of the others)
};

/// One node as its author wrote it. Parameters and conditions are source text here; `Program`
/// (engine/run) holds them compiled.
struct Node {
    std::string id;
    std::string type;  ///< id of a NodeType
    Value with;        ///< parameters, strings may contain `${ ... }`; null when absent
    std::optional<Value>
        when;  ///< condition: a bool or a template; the node is skipped when it is falsy
    JoinRule join = JoinRule::all;
    RetryPolicy retry;
    std::optional<std::chrono::milliseconds> timeout;  ///< of one attempt, or of a hold
    std::optional<OnInterrupt> on_interrupt;
};

/// Outcome of an edge that is taken by every outcome except `error`.
inline constexpr const char* any_outcome = "*";
/// Outcome of an edge that is taken by every outcome, `error` included.
inline constexpr const char* always_outcome = "**";
inline constexpr const char* success_outcome = "success";
inline constexpr const char* error_outcome = "error";

/// Leaves `from` when it ends with `outcome` (`success`, `error`, `true`, any text, `*` or `**`).
/// One that carries data names the ports that it joins, for those who draw or list the graph; the
/// value itself is read by an expression in the target's parameters.
struct Edge {
    NodeIndex from = 0;
    NodeIndex to = 0;
    std::string outcome = any_outcome;
    std::string from_port = {};
    std::string to_port = {};

    [[nodiscard]] bool is_taken_by(std::string_view ended_as) const {
        if (ended_as.empty()) return false;
        if (outcome == ended_as || outcome == always_outcome) return true;
        return outcome == any_outcome && ended_as != error_outcome;
    }
};

/// The compiled form of a flow's nodes: plain data that the planner works on.
struct Graph {
    std::vector<Node> nodes;
    std::vector<Edge> edges;
    std::vector<NodeIndex> entries;  ///< where an execution begins; never empty in a valid graph

    [[nodiscard]] std::optional<NodeIndex> find(std::string_view id) const {
        for (NodeIndex index = 0; index < nodes.size(); ++index)
            if (nodes[index].id == id) return index;
        return std::nullopt;
    }
};

}  // namespace sluice
