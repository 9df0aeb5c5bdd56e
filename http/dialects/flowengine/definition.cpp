#include "http/dialects/flowengine/definition.hpp"

#include <algorithm>
#include <cmath>
#include <map>
#include <optional>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

#include "engine/definition/graph_checks.hpp"
#include "engine/definition/json_pointer.hpp"
#include "engine/definition/problems.hpp"
#include "engine/definition/section.hpp"
#include "engine/model/identifier.hpp"
#include "engine/model/json_text.hpp"
#include "engine/model/nearest_name.hpp"
#include "http/dialects/flowengine/catalogue.hpp"
#include "http/dialects/flowengine/typed_value.hpp"

namespace sluice::http::flowengine {
namespace {

using definition::Problems;
using definition::quoted;
using definition::Section;

// Of `retry_policy` (checklist §3.3); its first wait is `delay_ms` itself (decision D-25).
constexpr std::int64_t default_attempts = 3;
constexpr std::int64_t default_delay_ms = 1'000;
constexpr double default_backoff = 2.0;
constexpr std::int64_t default_max_delay_ms = 60'000;
constexpr std::int64_t longest_ms = std::int64_t{10} * 366 * 24 * 3'600 * 1'000;
constexpr std::int64_t most_workflow_attempts = 100;
constexpr std::size_t most_suggestions = 20;
constexpr std::int64_t no_bound_ms = longest_ms * 100;

/// A value that a template leaves as it is: texts with `${` inside become expressions that say
/// them.
Value literal(const Value& value) {
    if (const auto* const text = value.if_string()) {
        if (std::string_view(*text).find("${") == std::string_view::npos) return value;
        std::string written;
        append_json_string(written, *text);
        std::string expression = "${";
        for (const char character : written)
            if (character == '$')
                expression += "\\u0024";
            else
                expression += character;
        return Value(expression + '}');
    }
    if (const auto* const items = value.if_array()) {
        Array copied;
        for (const Value& item : *items) copied.push_back(literal(item));
        return copied;
    }
    if (const auto* const members = value.if_object()) {
        Object copied;
        for (const auto& member : *members) copied.emplace(member.key(), literal(member.value()));
        return copied;
    }
    return value;
}

/// Reads what an output port of a node holds.
std::string port_expression(std::string_view node, std::string_view port) {
    std::string expression = "nodes[";
    append_json_string(expression, node);
    expression += "]?.[";
    append_json_string(expression, port);
    return expression + ']';
}

class WorkflowReader {
  public:
    WorkflowReader(FlowDefinition& flow, const Limits& limits, Problems& problems)
        : flow_(flow), limits_(limits), problems_(problems) {}

    void read(const Value& document) {
        const auto workflow = Section::open(document, "", problems_);
        if (!workflow) return;
        flow_.flow_namespace = flow_namespace;
        read_identity(*workflow);
        read_settings(*workflow);
        check_triggers(*workflow);
        read_nodes(*workflow);
        read_connections(*workflow);
        if (complete_) finish();
    }

  private:
    /// By port: what may bring its value, in the order of the connections.
    using Ports = std::map<std::string, std::vector<std::string>>;
    struct Connection {
        NodeIndex from = 0;
        NodeIndex to = 0;
        std::string from_port;
        std::string to_port;
    };

    /// Members that clients send as null are as good as absent.
    static const Value* given(const Section& section, std::string_view key) {
        const Value* const value = section.find(key);
        return value == nullptr || value->is_null() ? nullptr : value;
    }

    std::optional<std::string> text(const Section& section, std::string_view key) {
        if (given(section, key) == nullptr) return std::nullopt;
        const auto found = section.text(key);
        return found ? std::optional(std::string(*found)) : std::nullopt;
    }

    std::optional<std::int64_t> integer(const Section& section, std::string_view key,
                                        std::int64_t least, std::int64_t most) {
        if (given(section, key) == nullptr) return std::nullopt;
        return section.integer(key, least, most);
    }

    /// The array of that name; null when there is none.
    const Array* list(const Section& section, std::string_view key) {
        const Value* const value = given(section, key);
        if (value == nullptr) return nullptr;
        if (!value->is_array()) {
            section.wrong_type(key, "an array");
            complete_ = false;
        }
        return value->if_array();
    }

    void read_identity(const Section& workflow) {
        if (const auto id = text(workflow, "id"); id && !Uuid::parse(*id))
            problems_.at_value("/id", "invalid_value", "`id` must be a UUID, not " + quoted(*id),
                               "leave it out, and one is made");
        if (workflow.require("name", "what the workflow is called")) {
            const auto name = text(workflow, "name");
            if (name && name->size() > limits_.name_length)
                problems_.at_value(
                    "/name", "out_of_range",
                    "`name` is longer than " + std::to_string(limits_.name_length) + " bytes");
            else if (name)
                flow_.labels.emplace(name_label, *name);
        }
        flow_.description = text(workflow, "description").value_or("");
    }

    void read_settings(const Section& workflow) {
        flow_.settings.max_parallel = default_parallel_nodes;
        const Value* const value = given(workflow, "settings");
        if (value == nullptr) return;
        const auto settings = Section::open(*value, "/settings", problems_);
        if (!settings) return;
        if (const auto most = integer(*settings, "max_parallel_nodes", 1, longest_ms))
            flow_.settings.max_parallel =
                static_cast<std::uint32_t>(std::min<std::int64_t>(*most, limits_.max_parallel));
        if (const auto time = integer(*settings, "max_execution_time_ms", 1, longest_ms))
            flow_.settings.timeout = std::chrono::milliseconds(*time);
        if (const Value* const rule = given(*settings, "on_error")) read_on_error(*settings, *rule);
    }

    void read_on_error(const Section& settings, const Value& rule) {
        const auto* const word = rule.if_string();
        const auto* const object = rule.if_object();
        if (word != nullptr && *word == "StopWorkflow") return;
        if (word != nullptr && *word == "ContinueOnError") {
            flow_.settings.on_error = OnError::continue_path;
            return;
        }
        const Value* const retry = object == nullptr || object->size() != 1
                                       ? nullptr
                                       : object->if_contains("RetryWorkflow");
        if (retry == nullptr)
            return problems_.at_value(
                settings.pointer("on_error"), "unknown_value",
                "`on_error` must be \"StopWorkflow\", \"ContinueOnError\" or {\"RetryWorkflow\": "
                "{\"max_attempts\": 3}}");
        const auto section =
            Section::open(*retry, settings.pointer("on_error") + "/RetryWorkflow", problems_);
        if (!section || !section->require("max_attempts", "how often the workflow is run in all"))
            return;
        flow_.settings.on_error = OnError::retry;
        flow_.settings.max_attempts = static_cast<std::uint32_t>(
            section->integer("max_attempts", 1, most_workflow_attempts).value_or(1));
    }

    /// They are kept in the source and shown; nothing fires them here, as in the API's own server.
    void check_triggers(const Section& workflow) {
        const Array* const triggers = list(workflow, "triggers");
        for (std::size_t at = 0; triggers != nullptr && at < triggers->size(); ++at)
            (void)Section::open((*triggers)[at], definition::child_pointer("/triggers", at),
                                problems_);
    }

    void read_nodes(const Section& workflow) {
        if (!workflow.require("nodes", "what the workflow does")) return;
        const Array* const nodes = list(workflow, "nodes");
        if (nodes == nullptr) return;
        if (nodes->empty())
            problems_.at_value("/nodes", "no_nodes", "a workflow needs at least one node");
        if (nodes->size() > limits_.nodes) {
            problems_.at_value("/nodes", "too_many_nodes",
                               "the workflow has " + std::to_string(nodes->size()) +
                                   " nodes; the limit is " + std::to_string(limits_.nodes));
            complete_ = false;
            return;
        }
        complete_ = complete_ && !nodes->empty();
        for (std::size_t at = 0; at < nodes->size(); ++at) {
            const auto node =
                Section::open((*nodes)[at], definition::child_pointer("/nodes", at), problems_);
            if (node)
                read_node(*node);
            else
                complete_ = false;
        }
    }

    void read_node(const Section& section) {
        Node& node = flow_.graph.nodes.emplace_back();
        if (section.require("id", "what connections call the node"))
            node.id = text(section, "id").value_or("");
        if (section.find("id") != nullptr &&
            (node.id.empty() || node.id.size() > limits_.name_length))
            problems_.at_value(
                section.pointer("id"), "invalid_value",
                "`id` must be a text of 1 to " + std::to_string(limits_.name_length) + " bytes");
        const auto place = static_cast<NodeIndex>(flow_.graph.nodes.size() - 1);
        if (!places_.emplace(node.id, place).second)
            problems_.at_value(section.pointer("id"), "duplicate_node",
                               "there is another node " + quoted(node.id));
        read_type(section, node);
        node.with = Object{{"config", read_config(section)}};
        read_retry_policy(section, node.retry);
    }

    void read_type(const Section& section, Node& node) {
        if (!section.require("node_type", "what the node does, such as http.request")) return;
        const auto type = text(section, "node_type");
        if (!type) return;
        node.type = engine_type(*type);
        if (!node.type.empty()) return;
        std::vector<std::string> names;
        for (const auto& entry : catalogue()) names.emplace_back(entry.type);
        const std::string nearest = nearest_name(*type, names);
        problems_.at_value(section.pointer("node_type"), "unknown_node_type",
                           "there is no node type " + quoted(*type) + "; the types are " +
                               definition::listed(names),
                           nearest.empty() ? "" : "write `" + nearest + '`');
    }

    Value read_config(const Section& section) {
        Object config;
        const Value* const value = given(section, "config");
        if (value == nullptr) return config;
        const auto values = Section::open(*value, section.pointer("config"), problems_);
        if (!values) return config;
        for (const auto& member : values->members()) {
            std::vector<TypedProblem> wrong;
            config.emplace(member.key(), literal(from_wire(member.value(), wrong)));
            for (const auto& problem : wrong)
                problems_.at_value(values->pointer(member.key()) + problem.pointer, "invalid_value",
                                   problem.message);
        }
        return config;
    }

    void read_retry_policy(const Section& node, RetryPolicy& policy) {
        const Value* const value = given(node, "retry_policy");
        if (value == nullptr) return;
        const auto section = Section::open(*value, node.pointer("retry_policy"), problems_);
        if (!section) return;
        policy.attempts =
            static_cast<std::uint32_t>(integer(*section, "max_attempts", 1, limits_.retry_attempts)
                                           .value_or(default_attempts));
        policy.delay = std::chrono::milliseconds(
            integer(*section, "delay_ms", 0, longest_ms).value_or(default_delay_ms));
        policy.backoff = given(*section, "backoff_multiplier") == nullptr
                             ? default_backoff
                             : section->number("backoff_multiplier", 1, 100).value_or(1);
        policy.max_delay = std::chrono::milliseconds(
            integer(*section, "max_delay_ms", 0, no_bound_ms).value_or(default_max_delay_ms));
        policy.on = {"*"};
        const Value* const on_timeout = given(*section, "retry_on_timeout");
        if (on_timeout != nullptr && !on_timeout->is_bool())
            section->wrong_type("retry_on_timeout", "true or false");
        else if (on_timeout != nullptr && !on_timeout->get_bool())
            policy.on.emplace_back("!timeout");
    }

    void read_connections(const Section& workflow) {
        const Array* const connections = list(workflow, "connections");
        if (connections == nullptr) return;
        if (connections->size() > limits_.edges) {
            problems_.at_value("/connections", "too_many_edges",
                               "the workflow has " + std::to_string(connections->size()) +
                                   " connections; the limit is " + std::to_string(limits_.edges));
            complete_ = false;
            return;
        }
        for (std::size_t at = 0; at < connections->size(); ++at) {
            const auto section = Section::open(
                (*connections)[at], definition::child_pointer("/connections", at), problems_);
            if (section)
                read_connection(*section);
            else
                complete_ = false;
        }
    }

    void read_connection(const Section& section) {
        const auto from = end_of(section, "from_node");
        const auto to = end_of(section, "to_node");
        for (const std::string_view port : {"from_port", "to_port"})
            (void)section.require(port, "the name of the port");
        const auto from_port = text(section, "from_port");
        const auto to_port = text(section, "to_port");
        if (from && to && from_port && to_port)
            connections_.push_back({*from, *to, *from_port, *to_port});
        else
            complete_ = false;
    }

    std::optional<NodeIndex> end_of(const Section& section, std::string_view key) {
        if (!section.require(key, "the id of a node")) return std::nullopt;
        const auto id = text(section, key);
        if (!id) return std::nullopt;
        if (const auto found = places_.find(*id); found != places_.end()) return found->second;
        // A suggestion costs a look at every node: the first few problems get one.
        std::string nearest;
        if (++unknown_nodes_ <= most_suggestions) {
            std::vector<std::string> ids;
            ids.reserve(flow_.graph.nodes.size());
            for (const auto& node : flow_.graph.nodes) ids.push_back(node.id);
            nearest = nearest_name(*id, ids);
        }
        problems_.at_value(section.pointer(key), "unknown_node", "there is no node " + quoted(*id),
                           nearest.empty() ? "" : "write `" + nearest + '`');
        return std::nullopt;
    }

    /// The graph: every connection an edge, every port an expression.
    void finish() {
        Graph& graph = flow_.graph;
        // Under ContinueOnError a failed node counts as completed, with nothing at its ports.
        const bool goes_on = flow_.settings.on_error == OnError::continue_path;
        std::vector<Ports> ports(graph.nodes.size());
        for (const auto& connection : connections_) {
            graph.edges.push_back({connection.from, connection.to,
                                   goes_on ? always_outcome : success_outcome, connection.from_port,
                                   connection.to_port});
            ports[connection.to][connection.to_port].push_back(
                port_expression(graph.nodes[connection.from].id, connection.from_port));
        }
        graph.entries = definition::nodes_without_incoming(graph);
        for (NodeIndex at = 0; at < graph.nodes.size(); ++at) {
            Object& parameters = graph.nodes[at].with.as_object();
            if (ports[at].empty()) {
                parameters["ports"] = "${input}";
                continue;
            }
            Object& values = parameters["ports"].emplace_object();
            for (const auto& [port, sources] : ports[at]) values[port] = last_of(sources);
        }
        for (const auto& cycle : definition::cycles_under_all(graph)) report(cycle);
    }

    /// Of several connections to one port the last one counts that brings something.
    static std::string last_of(const std::vector<std::string>& sources) {
        std::string text = "${";
        for (auto source = sources.rbegin(); source != sources.rend(); ++source) {
            if (source != sources.rbegin()) text += " ?? ";
            text += *source;
        }
        return text += '}';
    }

    void report(const definition::Cycle& cycle) {
        std::string path;
        for (const NodeIndex node : cycle.path)
            path += (path.empty() ? "" : " -> ") + flow_.graph.nodes[node].id;
        problems_.at_value("/connections", "cycle_under_all",
                           "connections lead in a circle: " + quoted(path),
                           "take one of them away");
    }

    FlowDefinition& flow_;
    const Limits& limits_;
    Problems& problems_;
    std::unordered_map<std::string, NodeIndex> places_;
    std::vector<Connection> connections_;
    std::size_t unknown_nodes_ = 0;
    bool complete_ = true;  // the graph can be made
};

}  // namespace

definition::ParsedFlow FrontEnd::parse(std::string_view source, definition::SourceFormat /*json*/,
                                       definition::NodeTypeNames /*node_types*/,
                                       const Limits& limits) const {
    auto document = definition::parse_document(source, definition::SourceFormat::json, limits);
    definition::ParsedFlow parsed;
    parsed.positions = std::move(document.positions);
    parsed.diagnostics = std::move(document.diagnostics);
    if (!document.complete) return parsed;
    Problems problems(parsed.positions,
                      limits.diagnostics - std::min(limits.diagnostics, parsed.diagnostics.size()));
    WorkflowReader(parsed.definition, limits, problems).read(document.value);
    for (auto& diagnostic : problems.take()) parsed.diagnostics.push_back(std::move(diagnostic));
    return parsed;
}

}  // namespace sluice::http::flowengine
