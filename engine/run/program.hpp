#pragma once

#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "engine/definition/json_schema.hpp"
#include "engine/expression/template.hpp"
#include "engine/model/flow.hpp"
#include "engine/model/identifier.hpp"
#include "engine/model/limits.hpp"
#include "engine/nodes/registry.hpp"
#include "engine/run/topology.hpp"

namespace sluice {

class Secrets;  // engine/secrets/secrets.hpp

/// A problem found while compiling: `path` is a JSON Pointer into the definition
/// (`/nodes/big/when`), `offset` a byte offset into the string there.
struct ProgramProblem {
    std::string code;
    std::string message;
    std::string path;
    std::size_t offset = 0;
    std::string hint;
};

/// Which stored revision a program is; zeros for a program that is in no store.
struct ProgramIdentity {
    Uuid flow;
    std::int64_t flow_number = 0;
    std::int64_t revision_number = 0;
    std::uint32_t version = 0;
};

/// A revision, ready to run: its graph analysed, its expressions compiled, its node types found.
/// Immutable and shared by all its executions.
class Program {
  public:
    struct CompiledNode {
        std::shared_ptr<const NodeType> type;
        expression::Template with;
        std::optional<expression::Template> when;
        std::vector<std::string> outcomes;  ///< labels of its edges
        /// Of a loop: asked before or after each iteration, in its scope.
        std::optional<expression::Template> condition;
        BlockIndex first_block = flow_block;  ///< of those that it holds; 0: none
        BlockIndex block_count = 0;
    };

    /// The secrets that its expressions read.
    struct SecretsRead {
        std::vector<std::string> names;  ///< each once, ascending
        bool any = false;  ///< a name is computed: it may read every secret that there is
        [[nodiscard]] bool none() const { return names.empty() && !any; }
    };

    /// All problems are returned at once; no program then. With `secrets`, those that are read but
    /// not there are warned of.
    static boost::system::result<std::shared_ptr<const Program>, std::vector<ProgramProblem>>
    compile(FlowDefinition definition, const NodeRegistry& registry, ProgramIdentity identity = {},
            const Limits& limits = {}, const Secrets* secrets = nullptr);

    [[nodiscard]] const FlowDefinition& definition() const { return definition_; }
    [[nodiscard]] const Graph& graph() const { return definition_.graph; }
    [[nodiscard]] const FlowSettings& settings() const { return definition_.settings; }
    /// Of the flow itself.
    [[nodiscard]] const Topology& topology() const { return topologies_.front(); }
    /// By BlockIndex.
    [[nodiscard]] std::span<const Topology> topologies() const { return topologies_; }
    /// The result of a block, where an expression says what it is; nullptr otherwise.
    [[nodiscard]] const expression::Template* block_output(BlockIndex block) const {
        const auto& output = block_outputs_[block - 1];
        return output ? &*output : nullptr;
    }
    [[nodiscard]] const CompiledNode& node(NodeIndex index) const { return nodes_[index]; }
    [[nodiscard]] const std::string& node_id(NodeIndex index) const {
        return definition_.graph.nodes[index].id;
    }
    [[nodiscard]] const std::optional<expression::Template>& output() const { return output_; }
    [[nodiscard]] const ProgramIdentity& identity() const { return identity_; }
    /// What the root `flow` of expressions is: {id, name, namespace, version}.
    [[nodiscard]] const Value& flow_value() const { return flow_value_; }

    /// The key of `settings.concurrency`; nullptr when it has none.
    [[nodiscard]] const expression::Template* concurrency_key() const {
        return concurrency_key_ ? &*concurrency_key_ : nullptr;
    }
    [[nodiscard]] const expression::Template* debounce_key() const {
        return debounce_key_ ? &*debounce_key_ : nullptr;
    }

    [[nodiscard]] const SecretsRead& secrets_read() const { return secrets_read_; }

    /// What is no problem, but probably a mistake.
    [[nodiscard]] const std::vector<ProgramProblem>& warnings() const { return warnings_; }

    /// The nodes in no block whose output is a webhook's answer.
    [[nodiscard]] const std::vector<NodeIndex>& responders() const { return responders_; }

    /// Checks an input: empty, or error `invalid_input` with every violation in `details.errors`.
    [[nodiscard]] std::optional<Error> check_input(const Value& input) const;

  private:
    Program(FlowDefinition definition, ProgramIdentity identity);

    FlowDefinition definition_;
    std::vector<Topology> topologies_;
    std::vector<std::optional<expression::Template>> block_outputs_;  // from block 1
    ProgramIdentity identity_;
    std::vector<CompiledNode> nodes_;
    std::vector<NodeIndex> responders_;
    std::optional<expression::Template> output_;
    std::optional<expression::Template> concurrency_key_;
    std::optional<expression::Template> debounce_key_;
    SecretsRead secrets_read_;
    std::optional<definition::JsonSchema> input_schema_;
    std::vector<ProgramProblem> warnings_;
    Value flow_value_;
};

}  // namespace sluice
