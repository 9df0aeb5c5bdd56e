#include "engine/definition/native.hpp"

#include <array>
#include <string_view>
#include <utility>

#include "engine/definition/json_pointer.hpp"
#include "engine/definition/json_schema.hpp"
#include "engine/definition/names.hpp"
#include "engine/definition/native_code.hpp"
#include "engine/definition/native_graph.hpp"
#include "engine/definition/native_blocks.hpp"
#include "engine/definition/native_parameters.hpp"
#include "engine/definition/native_settings.hpp"
#include "engine/definition/problems.hpp"
#include "engine/definition/section.hpp"
#include "engine/model/nearest_name.hpp"

namespace sluice::definition {

namespace {

constexpr std::array<std::string_view, 12> flow_keys{"name",   "namespace", "description", "labels",
                                                     "inputs", "triggers",  "nodes",       "start",
                                                     "output", "settings",  "code", "vars"};
constexpr std::array<std::string_view, 2> trigger_types{"webhook", "manual"};
constexpr std::array<std::string_view, 3> webhook_keys{"type", "key", "respond"};
constexpr std::array<std::string_view, 1> manual_keys{"type"};

std::string_view view(boost::json::string_view text) {
    return {text.data(), text.size()};
}

class FlowReader {
  public:
    FlowReader(FlowDefinition& flow, NodeTypeNames node_types, const Limits& limits,
               Problems& problems)
        : flow_(flow), node_types_(node_types), limits_(limits), problems_(problems) {}

    void read(const Value& document) {
        const auto section = Section::open(document, "", problems_);
        if (!section) return;
        section->only(flow_keys);
        if (section->require("name", "the flow's name within its namespace"))
            read_name(*section, "name", flow_.name);
        read_name(*section, "namespace", flow_.flow_namespace);
        flow_.description = section->text("description").value_or("");
        read_labels(*section);
        read_inputs(*section);
        read_triggers(*section);
        flow_.code = read_code(*section, limits_);
        const JoinRule join = read_settings(*section, limits_, flow_.settings);
        if (const Value* output = section->find("output")) flow_.output = *output;
        read_vars(*section);
        if (!section->require("nodes", "what the flow does")) return;
        NativeGraph nodes =
            read_graph(*section->find("nodes"), join, node_types_, limits_, problems_);
        check_parameters(nodes.flow, node_types_, problems_);
        for (const auto& nested : nodes.blocks)
            check_parameters(nested.content, node_types_, problems_);
        flow_.graph =
            connect(std::move(nodes), section->find("start"), node_types_, limits_, problems_);
    }

  private:
    void read_name(const Section& section, std::string_view key, std::string& name) {
        const auto text = section.text(key);
        if (!text) return;
        name = *text;
        if (!is_flow_name(name)) {
            const std::string fitting = as_flow_name(name);
            problems_.at_value(section.pointer(key), "invalid_name",
                               quoted(name) + " is not a " + std::string(key) +
                                   ": lower-case letters, digits, `.`, `_` and `-`, beginning with "
                                   "a letter or digit",
                               fitting.empty() ? "" : "write `" + fitting + '`');
        } else if (name.size() > limits_.name_length) {
            problems_.at_value(
                section.pointer(key), "invalid_name",
                quoted(key) + " is longer than " + std::to_string(limits_.name_length) + " bytes");
        }
    }

    void read_labels(const Section& flow) {
        const Value* labels = flow.find("labels");
        if (labels == nullptr) return;
        const auto section = Section::open(*labels, flow.pointer("labels"), problems_);
        if (!section) return;
        for (const auto& member : section->members()) {
            const std::string_view key = view(member.key());
            const auto text = section->text(key);
            if (key.empty() || key.size() > limits_.name_length ||
                (text && text->size() > limits_.name_length))
                problems_.at_key(section->pointer(key), "invalid_name",
                                 "a label has a key of 1 to " +
                                     std::to_string(limits_.name_length) +
                                     " bytes and a text of at most as many");
            if (text) flow_.labels.emplace(key, *text);
        }
    }

    void read_inputs(const Section& flow) {
        const Value* inputs = flow.find("inputs");
        if (inputs == nullptr) return;
        flow_.inputs = *inputs;
        if (!inputs->is_object() && !inputs->is_bool())
            return flow.wrong_type("inputs", "a JSON Schema");
        const auto schema = JsonSchema::compile(*inputs);
        if (schema) return;
        const Error error = schema.error();
        for (const Value& problem : error.details.at("problems").get_array()) {
            const std::string_view pointer = view(problem.at("pointer").get_string());
            const std::string place = readable_path("/inputs" + std::string(pointer));
            problems_.at_key(
                flow.pointer("inputs") + std::string(pointer), "invalid_schema",
                quoted(place) + ' ' + std::string(view(problem.at("message").get_string())));
        }
    }

    void read_vars(const Section& flow) {
        const Value* const vars = flow.find("vars");
        if (vars == nullptr || vars->is_null()) return;
        if (!vars->is_object()) return flow.wrong_type("vars", "a map of variables");
        flow_.vars = *vars;
    }

    void read_triggers(const Section& flow) {
        const Value* triggers = flow.find("triggers");
        if (triggers == nullptr) return;
        const auto section = Section::open(*triggers, flow.pointer("triggers"), problems_);
        if (!section) return;
        for (const auto& member : section->members()) {
            const std::string id(view(member.key()));
            const std::string pointer = section->pointer(id);
            if (!is_node_id(id) || id.size() > limits_.name_length) {
                const std::string fitting = as_node_id(id);
                problems_.at_key(pointer, "invalid_name",
                                 quoted(id) +
                                     " is not a trigger id: letters, digits, `_` and `-`, not "
                                     "beginning with a digit or `-`",
                                 fitting.empty() ? "" : "write `" + fitting + '`');
            }
            if (const auto trigger = Section::open(member.value(), pointer, problems_))
                read_trigger(id, *trigger);
        }
    }

    void read_trigger(const std::string& id, const Section& trigger) {
        if (!trigger.require("type", "the kind of trigger")) return;
        const auto type = trigger.text("type");
        if (!type) return;
        if (*type == "webhook") return read_webhook(id, trigger);
        if (*type == "manual") return trigger.only(manual_keys);
        const std::string nearest = nearest_name(*type, trigger_types);
        problems_.at_value(trigger.pointer("type"), "unknown_trigger_type",
                           "there is no trigger type " + quoted(*type) + "; the types are " +
                               listed(trigger_types),
                           nearest.empty() ? "" : "write `" + nearest + '`');
    }

    void read_webhook(const std::string& id, const Section& trigger) {
        trigger.only(webhook_keys);
        WebhookTrigger webhook;
        webhook.id = id;
        webhook.respond =
            trigger
                .choice<WebhookRespond>("respond", {{"result", WebhookRespond::result},
                                                    {"accepted", WebhookRespond::accepted}})
                .value_or(WebhookRespond::result);
        if (!trigger.require("key", "the last part of its address, /hooks/KEY")) return;
        const auto key = trigger.text("key");
        if (!key) return;
        webhook.key = *key;
        if (!is_webhook_key(webhook.key) || webhook.key.size() > limits_.name_length)
            return problems_.at_value(trigger.pointer("key"), "invalid_name",
                                      quoted(webhook.key) +
                                          " is not a webhook key: letters, digits, `.`, `_`, `~` "
                                          "and `-`, beginning with a letter or digit");
        for (const auto& other : flow_.webhooks)
            if (other.key == webhook.key)
                return problems_.at_value(trigger.pointer("key"), "duplicate_trigger",
                                          "the trigger " + quoted(other.id) +
                                              " already has the key " + quoted(webhook.key));
        flow_.webhooks.push_back(std::move(webhook));
    }

    FlowDefinition& flow_;
    NodeTypeNames node_types_;
    const Limits& limits_;
    Problems& problems_;
};

}  // namespace

ParsedFlow parse_native(std::string_view source, SourceFormat format, NodeTypeNames node_types,
                        const Limits& limits) {
    Document document = parse_document(source, format, limits);
    ParsedFlow parse;
    parse.positions = std::move(document.positions);
    parse.diagnostics = std::move(document.diagnostics);
    if (!document.complete) return parse;
    Problems problems(parse.positions,
                      limits.diagnostics - std::min(limits.diagnostics, parse.diagnostics.size()));
    FlowReader(parse.definition, node_types, limits, problems).read(document.value);
    for (auto& diagnostic : problems.take()) parse.diagnostics.push_back(std::move(diagnostic));
    return parse;
}

}  // namespace sluice::definition
