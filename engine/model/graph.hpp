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

/// A node's sub-graph: the place of a `Block` in `Graph::blocks`, from 1. 0 is the flow itself.
using BlockIndex = std::uint32_t;
inline constexpr BlockIndex flow_block = 0;

/// How a composite node runs the blocks that it holds.
enum class Composite : std::uint8_t {
    none,        ///< no composite: it holds no block
    each,        ///< its body for every item of a list, several at once
    loop_while,  ///< its body again and again; a condition is asked before each time
    loop_until,  ///< the same; the condition is asked after each time
    parallel,    ///< its branches side by side
    attempt,     ///< its body, a handler when that fails, and what is done in any case
};

/// What a block is to the node that holds it.
enum class BlockRole : std::uint8_t {
    body,
    branch,        ///< of `parallel`
    handler,       ///< of `attempt`: runs when the body has failed with an error that it names
    cleanup,       ///< of `attempt`: runs in any case, also when the execution is ending
    compensation,  ///< of any node: undoes what it did when its execution does not succeed
};

/// One node as its author wrote it. Parameters and conditions are source text here; `Program`
/// (engine/run) holds them compiled.
struct Node {
    std::string id;
    std::string type;     ///< id of a NodeType
    std::string pointer;  ///< JSON Pointer to it in the definition; empty: `/nodes/ID`
    Value with;           ///< parameters, strings may contain `${ ... }`; null when absent
    std::optional<Value>
        when;  ///< condition: a bool or a template; the node is skipped when it is falsy
    JoinRule join = JoinRule::all;
    RetryPolicy retry;
    std::optional<std::chrono::milliseconds> timeout;  ///< of one attempt, or of a hold
    std::optional<OnInterrupt> on_interrupt;
    BlockIndex block = flow_block;          ///< that it is part of
    Composite composite = Composite::none;  ///< the kind of its type
    bool sets_vars = false;                 ///< its output becomes part of the root `vars`
    bool responds = false;                  ///< its output is the answer of a webhook
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

/// A sub-graph that a composite node holds. Its nodes stand side by side in `Graph::nodes`; edges
/// never lead into a block or out of it. A run of it is a frame.
struct Block {
    NodeIndex owner = 0;
    BlockRole role = BlockRole::body;
    std::string name;     ///< of a branch; the error codes that a handler is for; else empty
    NodeIndex first = 0;  ///< of its nodes
    NodeIndex count = 0;
    std::vector<NodeIndex> entries;
    std::optional<Value> output;  ///< template of its result; none: the output that came last
    std::string pointer;          ///< JSON Pointer to the block in the definition
};

/// The compiled form of a flow's nodes: plain data that the planner works on. The nodes of the flow
/// itself come first, then those of each block in the order of `blocks`; a node id is unique in
/// all of them.
struct Graph {
    std::vector<Node> nodes;
    std::vector<Edge> edges;
    std::vector<NodeIndex> entries;  ///< where an execution begins; never empty in a valid graph
    std::vector<Block> blocks = {};  ///< those of one node stand side by side

    [[nodiscard]] const Block& block(BlockIndex index) const { return blocks[index - 1]; }

    /// How many nodes are the flow's own, in no block.
    [[nodiscard]] NodeIndex outermost() const {
        return blocks.empty() ? static_cast<NodeIndex>(nodes.size()) : blocks.front().first;
    }

    [[nodiscard]] std::optional<NodeIndex> find(std::string_view id) const {
        for (NodeIndex index = 0; index < nodes.size(); ++index)
            if (nodes[index].id == id) return index;
        return std::nullopt;
    }
};

}  // namespace sluice
