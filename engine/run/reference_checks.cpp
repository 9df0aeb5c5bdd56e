#include "engine/run/reference_checks.hpp"

#include <algorithm>
#include <string>
#include <utility>

#include "engine/definition/graph_checks.hpp"
#include "engine/model/nearest_name.hpp"
#include "engine/secrets/secrets.hpp"

namespace sluice {
namespace {

class Checker {
  public:
    Checker(const Program& program, const Secrets* secrets)
        : program_(program),
          graph_(program.graph()),
          secrets_(secrets),
          sources_(graph_.nodes.size()) {
        for (const Edge& edge : graph_.edges) sources_[edge.to].push_back(edge.from);
    }

    ReferenceFindings run() {
        for (NodeIndex index = 0; index < graph_.nodes.size(); ++index) {
            const auto& compiled = program_.node(index);
            const std::string path = definition::node_pointer(graph_.nodes[index]);
            check(index, compiled.with, path + "/with");
            if (compiled.when) check(index, *compiled.when, path + "/when");
            if (compiled.condition)
                check_inside(compiled.first_block, *compiled.condition, path + "/with/condition");
        }
        for (BlockIndex index = 1; index <= graph_.blocks.size(); ++index)
            if (const auto* const output = program_.block_output(index))
                check_inside(index, *output, graph_.block(index).pointer + "/output");
        if (program_.output()) {
            for (const auto& use : program_.output()->node_uses()) {
                if (is_visible(use.node, flow_block))
                    check_keys(use, "/output");
                else
                    report_hidden(use, "/output");
            }
            check_secrets(*program_.output(), "/output");
        }
        if (const auto* const key = program_.concurrency_key())
            check_secrets(*key, "/settings/concurrency/key");
        if (const auto* const key = program_.debounce_key())
            check_secrets(*key, "/settings/debounce/key");
        return std::move(findings_);
    }

  private:
    void check(NodeIndex reader, const expression::Template& source, const std::string& path) {
        check_secrets(source, path);
        if (source.node_uses().empty()) return;
        std::vector<NodeIndex> wanted;
        for (const auto& use : source.node_uses()) wanted.push_back(use.node);
        const std::vector<bool> before = nodes_before(reader, std::move(wanted));
        for (const auto& use : source.node_uses()) {
            if (!is_visible(use.node, graph_.nodes[reader].block)) {
                report_hidden(use, path);
                continue;
            }
            if (!before[use.node]) report_order(reader, use, path);
            check_keys(use, path);
        }
    }

    /// What is evaluated when a frame of the block is at its end.
    void check_inside(BlockIndex block, const expression::Template& source,
                      const std::string& path) {
        check_secrets(source, path);
        for (const auto& use : source.node_uses()) {
            if (is_visible(use.node, block))
                check_keys(use, path);
            else
                report_hidden(use, path);
        }
    }

    /// Whether a node is in the block or in one around it.
    [[nodiscard]] bool is_visible(NodeIndex node, BlockIndex from) const {
        const BlockIndex block = graph_.nodes[node].block;
        while (from != block && from != flow_block)
            from = graph_.nodes[graph_.block(from).owner].block;
        return from == block;
    }

    void report_hidden(const expression::NodeUse& use, const std::string& path) {
        const Node& read = graph_.nodes[use.node];
        const std::string& owner = graph_.nodes[graph_.block(read.block).owner].id;
        findings_.problems.push_back(
            {"node_not_visible",
             "`nodes." + read.id + "` is inside of " + owner + ", and is not seen from here",
             path + use.path, use.offset, "read what the whole puts out: `nodes." + owner + "`"});
    }

    void check_secrets(const expression::Template& source, const std::string& path) {
        if (secrets_ == nullptr) return;
        for (const auto& use : source.secret_uses()) {
            if (use.name.empty() || secrets_->find(use.name) != nullptr) continue;
            const std::vector<std::string_view> known(secrets_->names().begin(),
                                                      secrets_->names().end());
            const std::string nearest = nearest_name(use.name, known);
            findings_.warnings.push_back(
                {"unknown_secret", "this server has no secret named `" + use.name + "`",
                 path + use.path, use.offset,
                 nearest.empty() ? "give it as the environment variable SLUICE_SECRET_" + use.name +
                                       ", or in the file of --secrets"
                                 : "did you mean `secrets." + nearest + "`?"});
        }
    }

    /// Those from which a path leads to the node; ends when all those wanted are found.
    [[nodiscard]] std::vector<bool> nodes_before(NodeIndex node,
                                                 std::vector<NodeIndex> wanted) const {
        std::ranges::sort(wanted);
        wanted.erase(std::ranges::unique(wanted).begin(), wanted.end());
        std::size_t missing = wanted.size();
        std::vector<bool> reached(graph_.nodes.size(), false);
        std::vector<bool> entered(graph_.nodes.size(), false);
        std::vector<NodeIndex> open{node};
        // The nearest first: what expressions read is near as a rule.
        for (std::size_t at = 0; at < open.size() && missing > 0; ++at) {
            // What runs before a composite node runs before everything in it.
            if (const BlockIndex block = graph_.nodes[open[at]].block; block != flow_block)
                if (const NodeIndex owner = graph_.block(block).owner; !entered[owner]) {
                    entered[owner] = true;
                    // What undoes a node runs after it.
                    if (graph_.block(block).role == BlockRole::compensation && !reached[owner]) {
                        reached[owner] = true;
                        if (std::ranges::binary_search(wanted, owner)) --missing;
                    }
                    open.push_back(owner);
                }
            for (const NodeIndex source : sources_[open[at]]) {
                if (reached[source]) continue;
                reached[source] = true;
                open.push_back(source);
                if (std::ranges::binary_search(wanted, source)) --missing;
            }
        }
        return reached;
    }

    void report_order(NodeIndex reader, const expression::NodeUse& use, const std::string& path) {
        const std::string& id = graph_.nodes[reader].id;
        const std::string& read = graph_.nodes[use.node].id;
        const std::string place = path + use.path;
        if (use.node == reader) {
            findings_.problems.push_back(
                {"node_runs_later",
                 "`nodes." + read + "` is this node itself, which has no output yet", place,
                 use.offset, "name a node before it"});
        } else if (nodes_before(use.node, {reader})[reader]) {
            findings_.problems.push_back(
                {"node_runs_later",
                 "`nodes." + read + "` has no output here: " + read + " runs after " + id, place,
                 use.offset, "name a node before it"});
        } else {
            findings_.warnings.push_back(
                {"node_perhaps_later", "nothing makes sure that " + read + " has run before " + id,
                 place, use.offset, "write needs: " + read + " at the node " + id});
        }
    }

    /// Walks the keys through what is known of the node's output.
    void check_keys(const expression::NodeUse& use, const std::string& path) {
        const Node& node = graph_.nodes[use.node];
        const auto& type = program_.node(use.node).type;
        if (type == nullptr) return;
        // A node that puts its parameters out says more than its schema.
        if (type->id == "core.set") return check_literal(use, node.with, path);
        const Value* schema = &type->output_schema;
        std::string shown = "nodes." + node.id;
        for (const std::string& key : use.keys) {
            const Object* const object = schema->if_object();
            const Value* const properties =
                object == nullptr ? nullptr : object->if_contains("properties");
            if (properties == nullptr || !properties->is_object() ||
                properties->get_object().empty())
                return;
            if (const Value* const more = object->if_contains("additionalProperties");
                more != nullptr && !(more->is_bool() && !more->get_bool()))
                return;
            schema = properties->get_object().if_contains(key);
            if (schema == nullptr)
                return report_key(use, path, shown, key, properties->get_object());
            shown += "." + key;
        }
    }

    void check_literal(const expression::NodeUse& use, const Value& literal,
                       const std::string& path) {
        const Value* value = &literal;
        std::string shown = "nodes." + graph_.nodes[use.node].id;
        for (const std::string& key : use.keys) {
            if (!value->is_object()) return;
            const Object& object = value->get_object();
            value = object.if_contains(key);
            if (value == nullptr) return report_key(use, path, shown, key, object);
            shown += "." + key;
        }
    }

    void report_key(const expression::NodeUse& use, const std::string& path,
                    const std::string& shown, const std::string& key, const Object& known) {
        std::vector<std::string_view> names;
        for (const auto& member : known) names.emplace_back(member.key());
        const std::string nearest = nearest_name(key, names);
        std::string hint = nearest.empty() ? "it has" : "did you mean `" + nearest + "`?";
        if (nearest.empty()) {
            for (const std::string_view name : names)
                hint += (hint.size() > 6 ? ", " : " ") + std::string(name);
        }
        findings_.warnings.push_back({"unknown_output",
                                      "`" + shown + "` has nothing named `" + key + "`",
                                      path + use.path, use.offset, std::move(hint)});
    }

    const Program& program_;
    const Graph& graph_;
    const Secrets* secrets_;
    std::vector<std::vector<NodeIndex>> sources_;
    ReferenceFindings findings_;
};

}  // namespace

ReferenceFindings check_references(const Program& program, const Secrets* secrets) {
    return Checker(program, secrets).run();
}

}  // namespace sluice
