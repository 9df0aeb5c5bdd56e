#include "engine/definition/native_blocks.hpp"

#include <array>
#include <optional>
#include <utility>

#include "engine/definition/json_pointer.hpp"
#include "engine/definition/names.hpp"
#include "engine/model/member.hpp"
#include "engine/model/retry_pattern.hpp"

namespace sluice::definition {

namespace {

constexpr std::array<std::string_view, 3> nested_keys{"nodes", "start", "output"};

std::string_view view(boost::json::string_view text) {
    return {text.data(), text.size()};
}

class BlocksReader {
  public:
    BlocksReader(JoinRule join, NodeTypeNames node_types, const Limits& limits, Problems& problems)
        : nodes_(join, node_types, limits, problems), limits_(limits), problems_(problems) {}

    NativeGraph read(const Value& value) {
        graph_.flow = nodes_.read(value, "/nodes");
        count_ = static_cast<NodeIndex>(graph_.flow.nodes.size());
        NativeNodes flow = std::move(graph_.flow);
        read_blocks_of(flow, 0, 0);
        graph_.flow = std::move(flow);
        // Each block may add further ones behind it.
        for (std::size_t at = 0; at < graph_.blocks.size(); ++at) {
            NativeNodes content = std::move(graph_.blocks[at].content);
            undoing_ = graph_.blocks[at].undoing;
            read_blocks_of(content, graph_.blocks[at].block.first, graph_.blocks[at].depth);
            graph_.blocks[at].content = std::move(content);
        }
        return std::move(graph_);
    }

  private:
    /// What the nodes of one block, whose first is `first`, hold.
    void read_blocks_of(const NativeNodes& content, NodeIndex first, std::size_t depth) {
        auto repeated = content.repeated.begin();
        for (NodeIndex at = 0; at < content.nodes.size(); ++at) {
            const Node& node = content.nodes[at];
            if (repeated != content.repeated.end() && repeated->loop == at) {
                add_repeated(*repeated++, content, first + at, depth);
                continue;
            }
            const Value* const compensation = find_member(*content.sources[at], "compensate");
            if (node.composite == Composite::none && compensation == nullptr) continue;
            if (depth == limits_.nested_blocks) {
                problems_.at_key(
                    content.pointers[at], "nested_too_deep",
                    "blocks nest deeper than " + std::to_string(limits_.nested_blocks) + " levels",
                    "move the inner part into a flow of its own (`flow.subflow`)");
                continue;
            }
            if (const auto section =
                    Section::open(*content.sources[at], content.pointers[at], problems_)) {
                if (node.composite != Composite::none)
                    read_node(*section, node.composite, first + at, depth);
                if (compensation != nullptr)
                    read_compensation(*compensation, section->pointer("compensate"), node,
                                      first + at, depth);
            }
        }
    }

    void read_node(const Section& section, Composite composite, NodeIndex owner,
                   std::size_t depth) {
        if (composite == Composite::parallel) {
            read_branches(section, owner, depth);
            return;
        }
        if (section.require("nodes", "what it runs"))
            add(section, owner, BlockRole::body, {}, depth);
        if (composite != Composite::attempt) return;
        read_handlers(section, owner, depth);
        if (const Value* const cleanup = section.find("finally"))
            if (const auto nested = open(*cleanup, section.pointer("finally")))
                add(*nested, owner, BlockRole::cleanup, {}, depth);
        if (section.find("catch") == nullptr && section.find("finally") == nullptr)
            problems_.at_key(section.pointer(), "missing_key",
                             "`flow.try` needs `catch` or `finally`");
    }

    /// `compensate` is a node without a name, or a block of nodes.
    void read_compensation(const Value& value, const std::string& pointer, const Node& node,
                           NodeIndex owner, std::size_t depth) {
        if (undoing_)
            return problems_.at_key(pointer, "compensation_of_compensation",
                                    "what undoes is not undone itself", "remove it");
        const auto section = Section::open(value, pointer, problems_);
        if (!section) return;
        if (section->find("type") == nullptr) {
            if (const auto nested = open(value, pointer))
                add(*nested, owner, BlockRole::compensation, {}, depth);
            return;
        }
        NativeBlock& added = graph_.blocks.emplace_back();
        added.depth = depth + 1;
        added.content = nodes_.read_unnamed(value, pointer, node.id + ".compensate");
        added.block.owner = owner;
        added.block.role = BlockRole::compensation;
        added.block.pointer = pointer;
        place(added);
    }

    void read_branches(const Section& section, NodeIndex owner, std::size_t depth) {
        if (!section.require("branches", "what runs side by side")) return;
        const auto branches =
            Section::open(*section.find("branches"), section.pointer("branches"), problems_);
        if (!branches) return;
        if (branches->members().empty())
            problems_.at_value(branches->pointer(), "no_nodes", "there is no branch");
        for (const auto& member : branches->members()) {
            const std::string name(view(member.key()));
            const std::string pointer = branches->pointer(name);
            if (!is_node_id(name) || name.size() > limits_.name_length)
                problems_.at_key(pointer, "invalid_name",
                                 quoted(name) +
                                     " is not a name of a branch: letters, digits, `_` and `-`, "
                                     "not beginning with a digit or `-`");
            if (const auto nested = open(member.value(), pointer))
                add(*nested, owner, BlockRole::branch, name, depth);
        }
    }

    /// `catch` is a map from error codes to handlers.
    void read_handlers(const Section& section, NodeIndex owner, std::size_t depth) {
        const Value* const source = section.find("catch");
        if (source == nullptr) return;
        const auto handlers = Section::open(*source, section.pointer("catch"), problems_);
        if (!handlers) return;
        for (const auto& member : handlers->members()) {
            const std::string_view key = view(member.key());
            const std::string pointer = handlers->pointer(key);
            std::string patterns;
            for (std::string_view rest = key; !rest.empty();) {
                const auto comma = rest.find(',');
                std::string_view pattern = rest.substr(0, comma);
                rest.remove_prefix(comma == std::string_view::npos ? rest.size() : comma + 1);
                while (pattern.starts_with(' ')) pattern.remove_prefix(1);
                while (pattern.ends_with(' ')) pattern.remove_suffix(1);
                if (!is_retry_pattern(pattern) || pattern.starts_with('!'))
                    problems_.at_key(pointer, "invalid_catch",
                                     quoted(pattern) +
                                         " is no failure to catch: write the code of an error, "
                                         "`timeout`, `http_429`, `http_5xx`, or `*` for all; "
                                         "several are separated by commas");
                patterns += (patterns.empty() ? "" : ",") + std::string(pattern);
            }
            if (const auto nested = open(member.value(), pointer))
                add(*nested, owner, BlockRole::handler, std::move(patterns), depth);
        }
    }

    std::optional<Section> open(const Value& value, const std::string& pointer) {
        auto section = Section::open(value, pointer, problems_);
        if (!section) return std::nullopt;
        section->only(nested_keys);
        if (!section->require("nodes", "what it runs")) return std::nullopt;
        return section;
    }

    void add(const Section& section, NodeIndex owner, BlockRole role, std::string name,
             std::size_t depth) {
        const Value* const source = section.find("nodes");
        NativeBlock& added = graph_.blocks.emplace_back();
        added.depth = depth + 1;
        added.start = section.find("start");
        added.content = nodes_.read(*source, section.pointer("nodes"));
        added.block.owner = owner;
        added.block.role = role;
        added.block.name = std::move(name);
        added.block.pointer = section.pointer();
        if (const Value* const output = section.find("output")) added.block.output = *output;
        place(added);
    }

    /// The body of a node with `foreach`: one node.
    void add_repeated(const NativeNodes::Repeated& repeated, const NativeNodes& content,
                      NodeIndex owner, std::size_t depth) {
        const NodeIndex at = repeated.loop;
        NativeBlock& added = graph_.blocks.emplace_back();
        added.depth = depth + 1;
        added.content.nodes.push_back(repeated.node);
        added.content.nodes.back().pointer = content.pointers[at];
        added.content.pointers.push_back(content.pointers[at]);
        added.content.sources.push_back(content.sources[at]);
        added.block.owner = owner;
        added.block.pointer = content.pointers[at];
        place(added);
    }

    void place(NativeBlock& added) {
        added.undoing = undoing_ || added.block.role == BlockRole::compensation;
        added.block.first = count_;
        added.block.count = static_cast<NodeIndex>(added.content.nodes.size());
        count_ += added.block.count;
    }

    NodesReader nodes_;
    const Limits& limits_;
    Problems& problems_;
    NativeGraph graph_;
    NodeIndex count_ = 0;
    bool undoing_ = false;  // the block whose nodes are read
};

}  // namespace

NativeGraph read_graph(const Value& value, JoinRule join, NodeTypeNames node_types,
                       const Limits& limits, Problems& problems) {
    return BlocksReader(join, node_types, limits, problems).read(value);
}

}  // namespace sluice::definition
