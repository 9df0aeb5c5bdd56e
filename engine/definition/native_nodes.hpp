#pragma once

#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <unordered_set>
#include <vector>

#include "engine/definition/front_end.hpp"
#include "engine/definition/problems.hpp"
#include "engine/definition/section.hpp"
#include "engine/model/graph.hpp"
#include "engine/model/limits.hpp"
#include "engine/model/value.hpp"

namespace sluice::definition {

/// An edge as its author wrote it: by names, not resolved yet.
struct Link {
    enum class Side : unsigned char { source, target };

    std::string from;
    std::string to;
    std::string outcome;
    Side named;  ///< which end the author named: `next` names the target, `needs` the source
    std::string pointer;  ///< of that name
};

/// The `nodes` of a flow or of a block, before they are connected.
struct NativeNodes {
    std::vector<Node> nodes;            ///< in the order of the source
    std::vector<std::string> pointers;  ///< of each node's section, for problems
    std::vector<const Value*> sources;  ///< the sections themselves
    std::vector<Link> links;
    bool in_order = false;  ///< `nodes` was a list
    /// What a node with `foreach` runs for each item; the node itself is the loop.
    struct Repeated {
        NodeIndex loop;
        Node node;
    };
    std::vector<Repeated> repeated;
};

/// Reads sections of nodes, one after the other; ids and counts are those of the whole flow.
class NodesReader {
  public:
    /// `join` is the rule of nodes that do not name one.
    NodesReader(JoinRule join, NodeTypeNames node_types, const Limits& limits, Problems& problems)
        : join_(join), node_types_(node_types), limits_(limits), problems_(problems) {}

    /// The nodes of the section at `pointer`, a list or a map, without those that are nested in
    /// them.
    [[nodiscard]] NativeNodes read(const Value& value, const std::string& pointer);
    /// One node that has no name in the definition and no edges.
    [[nodiscard]] NativeNodes read_unnamed(const Value& value, const std::string& pointer,
                                           std::string id);

  private:
    struct ReadNode {
        std::string id;
        bool has_needs = false;
        bool has_next = false;
    };

    void read_list(const Array& items, const std::string& pointer);
    std::optional<ReadNode> read_node(const Value& value, std::string id, std::string pointer,
                                      bool is_item);
    void check_id(const std::string& id, const std::string& pointer, bool is_item);
    [[nodiscard]] Composite composite_of(const Section& section) const;
    void read_when(const Section& section, Node& node);
    void read_retry(const Section& node_section, Node& node);
    void read_retry_pattern(RetryPolicy& policy, std::string pattern, const std::string& place);
    void read_foreach(const Section& section, Node& node);
    void read_links(const Section& section, const std::string& id);
    void read_targets(const Value& value, const std::string& id, const std::string& outcome,
                      const std::string& pointer);
    void for_each_text(const Value& value, const std::string& pointer, std::string_view expected,
                       const std::function<void(std::string, std::string)>& use);

    JoinRule join_;
    NodeTypeNames node_types_;
    const Limits& limits_;
    Problems& problems_;
    NativeNodes result_;
    std::unordered_set<std::string> ids_;
    std::size_t count_ = 0;
    bool too_many_ = false;
    bool unnamed_ = false;  // the node that is read has an id that nobody wrote
};

/// The keys that a node has besides the others because of what it holds.
[[nodiscard]] std::span<const std::string_view> block_keys(Composite composite);

}  // namespace sluice::definition
