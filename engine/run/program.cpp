#include "engine/run/program.hpp"

#include <algorithm>
#include <iterator>
#include <set>

#include "engine/definition/graph_checks.hpp"
#include "engine/run/reference_checks.hpp"

namespace sluice {
namespace {

/// Compiles templates and gathers what is wrong with them, each with its place in the definition.
class Compiler {
  public:
    Compiler(const expression::Names& names, const Limits& limits)
        : names_(names), limits_(limits) {}

    expression::Template compile(const Value& source, const std::string& path) {
        auto compiled = expression::Template::compile(source, names_, limits_);
        if (compiled) {
            for (const auto& use : compiled->secret_uses()) secrets_.insert(use.name);
            return std::move(*compiled);
        }
        for (auto& problem : compiled.error())
            problems.push_back({std::move(problem.code), std::move(problem.message),
                                path + problem.path, problem.offset, std::move(problem.hint)});
        return {};
    }

    /// Of all templates compiled so far.
    [[nodiscard]] Program::SecretsRead secrets_read() const {
        Program::SecretsRead read;
        for (const auto& name : secrets_)
            if (name.empty())
                read.any = true;
            else
                read.names.push_back(name);
        return read;
    }

    std::vector<ProgramProblem> problems;

  private:
    const expression::Names& names_;
    const Limits& limits_;
    std::set<std::string> secrets_;  // empty: a computed name
};

}  // namespace

Program::Program(FlowDefinition definition, ProgramIdentity identity)
    : definition_(std::move(definition)), identity_(identity) {
    flow_value_ = Object{
        {"id", identity_.flow == Uuid{} ? Value(nullptr) : Value(identity_.flow.to_string())},
        {"name", definition_.name},
        {"namespace", definition_.flow_namespace},
        {"version", identity_.version}};
}

boost::system::result<std::shared_ptr<const Program>, std::vector<ProgramProblem>> Program::compile(
    FlowDefinition definition, const NodeRegistry& registry, ProgramIdentity identity,
    const Limits& limits, const Secrets* secrets) {
    const std::shared_ptr<Program> program(new Program(std::move(definition), identity));
    Graph& graph = program->definition_.graph;
    for (Node& node : graph.nodes) {
        const auto type = registry.find(node.type);
        if (type == nullptr) continue;
        node.composite = type->composite;
        node.sets_vars = type->sets_vars;
        node.responds = type->responds;
    }
    program->topologies_ = Topology::of_blocks(graph);
    std::vector<std::string> ids;
    ids.reserve(graph.nodes.size());
    for (const auto& node : graph.nodes) ids.push_back(node.id);
    const expression::Names names{ids};
    Compiler compiler(names, limits);

    for (NodeIndex index = 0; index < graph.nodes.size(); ++index) {
        const Node& node = graph.nodes[index];
        const std::string path = definition::node_pointer(node);
        CompiledNode compiled;
        compiled.type = registry.find(node.type);
        if (compiled.type == nullptr)
            compiler.problems.push_back({"unknown_node_type",
                                         "there is no node type '" + node.type + "'",
                                         path + "/type",
                                         0,
                                         {}});
        const bool prepared = compiled.type != nullptr && compiled.type->prepare;
        Value with = prepared ? compiled.type->prepare(node.with, ids) : node.with;
        if (node.composite == Composite::loop_while || node.composite == Composite::loop_until)
            if (auto* const parameters = with.if_object())
                if (const auto condition = parameters->find("condition");
                    condition != parameters->end()) {
                    compiled.condition =
                        compiler.compile(condition->value(), path + "/with/condition");
                    parameters->erase(condition);
                }
        compiled.with = compiler.compile(with, path + "/with");
        if (node.when) compiled.when = compiler.compile(*node.when, path + "/when");
        for (const Edge& edge : program->topologies_[node.block].edges_of(index))
            if (std::find(compiled.outcomes.begin(), compiled.outcomes.end(), edge.outcome) ==
                compiled.outcomes.end())
                compiled.outcomes.push_back(edge.outcome);
        if (compiled.type != nullptr && compiled.type->responds && node.block == flow_block)
            program->responders_.push_back(index);
        program->nodes_.push_back(std::move(compiled));
    }
    for (BlockIndex index = 1; index <= graph.blocks.size(); ++index) {
        const Block& block = graph.block(index);
        auto& owner = program->nodes_[block.owner];
        if (block.role != BlockRole::compensation && owner.block_count++ == 0)
            owner.first_block = index;
        program->block_outputs_.emplace_back();
        if (block.output)
            program->block_outputs_.back() =
                compiler.compile(*block.output, block.pointer + "/output");
    }
    const auto& source = program->definition_;
    if (source.output) program->output_ = compiler.compile(*source.output, "/output");
    if (const auto& rule = source.settings.concurrency; rule && !rule->key.is_null())
        program->concurrency_key_ = compiler.compile(rule->key, "/settings/concurrency/key");
    if (const auto& rule = source.settings.debounce; rule && !rule->key.is_null())
        program->debounce_key_ = compiler.compile(rule->key, "/settings/debounce/key");
    if (!source.inputs.is_null()) {
        auto schema = definition::JsonSchema::compile(source.inputs);
        if (schema)
            program->input_schema_ = std::move(*schema);
        else
            compiler.problems.push_back(
                {"invalid_schema", schema.error().message, "/inputs", 0, {}});
    }
    program->secrets_read_ = compiler.secrets_read();
    auto findings = check_references(*program, secrets);
    std::ranges::move(findings.problems, std::back_inserter(compiler.problems));
    if (!compiler.problems.empty()) return std::move(compiler.problems);
    program->warnings_ = std::move(findings.warnings);
    return std::shared_ptr<const Program>(program);
}

std::optional<Error> Program::check_input(const Value& input) const {
    if (!input_schema_) return std::nullopt;
    const auto violations = input_schema_->validate(input);
    if (violations.empty()) return std::nullopt;
    Array errors;
    for (const auto& violation : violations)
        errors.push_back(Object{{"pointer", violation.pointer}, {"message", violation.message}});
    return Error{"invalid_input",
                 "the input breaks the flow's schema in " + std::to_string(violations.size()) +
                     (violations.size() == 1 ? " place" : " places") + "; the first: " +
                     violations.front().message + " at '" + violations.front().pointer + "'",
                 Object{{"errors", std::move(errors)}}};
}

}  // namespace sluice
