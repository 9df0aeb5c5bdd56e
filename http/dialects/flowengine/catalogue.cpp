#include "http/dialects/flowengine/catalogue.hpp"

#include <algorithm>
#include <functional>
#include <memory>
#include <utility>

#include "engine/model/json_text.hpp"
#include "http/dialects/flowengine/typed_value.hpp"

namespace sluice::http::flowengine {
namespace {

/// What a node was given: ports first, then config.
class Given {
  public:
    explicit Given(const Value& parameters) : parameters_(parameters) {}

    /// In the engine's terms; nullptr when it is given nowhere, or is null.
    [[nodiscard]] const Value* find(std::string_view name) const {
        for (const std::string_view from : {"ports", "config"}) {
            const Value* const section = parameters_.as_object().if_contains(from);
            const auto* const members = section == nullptr ? nullptr : section->if_object();
            const Value* const found = members == nullptr ? nullptr : members->if_contains(name);
            if (found != nullptr && !found->is_null()) return found;
        }
        return nullptr;
    }

    /// Puts the plain value under the name that the engine's node has for it.
    void hand(Object& to, std::string_view name, std::string_view as) const {
        if (const Value* const found = find(name)) to[as] = to_plain(*found);
    }
    void hand(Object& to, std::string_view name) const { hand(to, name, name); }

  private:
    const Value& parameters_;
};

std::string text_of(const Value& plain) {
    const auto* const text = plain.if_string();
    return text == nullptr ? to_json(plain) : std::string(*text);
}

NodeError missing(std::string_view name, std::string_view what) {
    return {"invalid_parameters",
            "the input `" + std::string(name) + "` is missing: " + std::string(what), nullptr,
            false};
}

// What each bound type makes of what it is given ------------------------------------------------

Value request_of(const Value& parameters) {
    const Given given(parameters);
    // Any answer is an answer here: its status is an output. Its body is text, as it came.
    Object request{{"fail_on_status", false}, {"parse", false}, {"log", true}};
    for (const std::string_view name : {"url", "method", "headers", "query", "body"})
        given.hand(request, name);
    given.hand(request, "timeout_ms", "timeout");
    return request;
}

Value delay_of(const Value& parameters) {
    const Given given(parameters);
    double milliseconds = -1;
    if (const Value* const found = given.find("duration_ms");
        found != nullptr && found->is_number())
        milliseconds = found->to_number<double>();
    else if (const Value* const seconds = given.find("seconds");
             seconds != nullptr && seconds->is_number())
        milliseconds = seconds->to_number<double>() * 1'000;
    constexpr double longest = 1e12;  // the engine's node has a bound of its own, below this
    if (!(milliseconds >= 0)) return Object{};
    return Object{
        {"duration",
         std::to_string(static_cast<std::int64_t>(std::min(milliseconds, longest))) + "ms"}};
}

Value process_of(const Value& parameters) {
    const Given given(parameters);
    Object process{{"fail_on_exit", false}};
    const Value* const command = given.find("command");
    const Value* const arguments = given.find("args");
    const Value plain_command = command == nullptr ? Value() : to_plain(*command);
    if (plain_command.is_array()) {
        process["command"] = plain_command;
    } else if (arguments != nullptr) {
        Array words{plain_command};
        const Value plain = to_plain(*arguments);
        if (const auto* const items = plain.if_array())
            words.insert(words.end(), items->begin(), items->end());
        process["command"] = std::move(words);
    } else if (command != nullptr) {
        process["script"] = plain_command;
    }
    given.hand(process, "env");
    given.hand(process, "stdin");
    given.hand(process, "working_dir", "directory");
    given.hand(process, "timeout_ms", "timeout");
    return process;
}

NodeOutcome write_log(PureContext& context) {
    const Given given(context.parameters);
    const Value* message = given.find("message");
    // What arrives at another port is a message as well: people connect what they have.
    const Value* const ports = context.parameters.as_object().if_contains("ports");
    const auto* const members = ports == nullptr ? nullptr : ports->if_object();
    if (message == nullptr && members != nullptr && members->size() == 1)
        message = &members->begin()->value();
    context.log.write(LogLevel::info, message == nullptr ? "null" : text_of(to_plain(*message)),
                      nullptr);
    NodeResult passed_on;
    passed_on.output = members == nullptr ? Object{} : *members;
    if (message != nullptr && !passed_on.output.as_object().contains("message"))
        passed_on.output.as_object()["message"] = *message;
    return passed_on;
}

NodeOutcome parse_text(PureContext& context) {
    const Value* const input = Given(context.parameters).find("input");
    if (input == nullptr) return missing("input", "connect the text that is to be parsed");
    const Value plain = to_plain(*input);
    const auto* const text = plain.if_string();
    if (text == nullptr)
        return NodeError{"invalid_parameters", "the input `input` must be a text", nullptr, false};
    auto parsed = parse_json(*text, context.limits.value_depth);
    if (!parsed) {
        const Error error = parsed.error();
        return NodeError{error.code, error.message, error.details, false};
    }
    NodeResult result;
    result.output = Object{{"output", json_value(std::move(*parsed))}};
    return result;
}

NodeOutcome write_text(PureContext& context) {
    const Value* const input = Given(context.parameters).find("input");
    NodeResult result;
    result.output = Object{{"output", input == nullptr ? "null" : to_json(to_plain(*input))}};
    return result;
}

// The catalogue -----------------------------------------------------------------------------------

/// How a type comes to its code: one of the three.
struct Binding {
    CatalogueEntry entry;
    const char* engine_type = nullptr;            ///< bound to this type of the engine, ...
    Value (*parameters)(const Value&) = nullptr;  ///< ... with what this makes of the parameters
    NodeOutcome (*pure)(PureContext&) = nullptr;  ///< or a function of its own
    const char* refusal = nullptr;                ///< or none: why it fails
};

constexpr const char* no_sandbox =
    "this server has no sandbox service; run the work as a program by `shell.exec`, or behind "
    "`http.request`";

const std::vector<Binding>& bindings() {
    static const std::vector<Binding> all{
        {{"http.request", "http", "Make HTTP requests"}, "http.request", request_of},
        {{"debug.log", "debug", "Log values for debugging"}, nullptr, nullptr, write_log},
        {{"time.delay", "time", "Wait for a duration"}, "flow.delay", delay_of},
        {{"transform.json_parse", "transform", "Parse a text as JSON"},
         nullptr,
         nullptr,
         parse_text},
        {{"transform.json_stringify", "transform", "Write a value as JSON text"},
         nullptr,
         nullptr,
         write_text},
        {{"shell.exec", "shell", "Run a program; off unless the server allows it"},
         "shell.exec",
         process_of},
        {{"docker.run", "docker", "Run a container (not available here)"},
         nullptr,
         nullptr,
         nullptr,
         "this server runs no containers; run the program by `shell.exec` with docker's client, or "
         "behind `http.request`"},
        {{"browser.render", "browser", "Render a page in a browser (not available here)"},
         nullptr,
         nullptr,
         nullptr,
         "this server has no browser; call a rendering service by `http.request`"},
        {{"zypi.exec", "zypi", "Run a program in a sandbox (not available here)"},
         nullptr,
         nullptr,
         nullptr,
         no_sandbox},
        {{"zypi.session_create", "zypi", "Open a sandbox session (not available here)"},
         nullptr,
         nullptr,
         nullptr,
         no_sandbox},
        {{"api.call", "api", "Run a Python script in a sandbox (not available here)"},
         nullptr,
         nullptr,
         nullptr,
         no_sandbox},
    };
    return all;
}

NodeType refused(const Binding& binding) {
    NodeType type;
    type.kind = NodeKind::pure;
    type.pure = [name = std::string(binding.entry.type),
                 why = std::string(binding.refusal)](PureContext&) -> NodeOutcome {
        return NodeError{"node_type_unavailable", "`" + name + "` is not available: " + why,
                         nullptr, false};
    };
    return type;
}

NodeType bound(const Binding& binding, const NodeRegistry& registry) {
    const auto core = registry.find(binding.engine_type);
    if (core == nullptr) {
        Binding missing = binding;
        missing.refusal = "this program was built without it";
        return refused(missing);
    }
    NodeType type = *core;
    type.prepare = nullptr;
    const auto parameters = binding.parameters;
    if (core->effect)
        type.effect = [core, parameters](NodeContext context) {
            context.parameters = parameters(context.parameters);
            return core->effect(std::move(context));
        };
    if (core->hold)
        type.hold = [core, parameters](const Value& given, WallTime now) {
            return core->hold(parameters(given), now);
        };
    return type;
}

}  // namespace

const std::vector<CatalogueEntry>& catalogue() {
    static const std::vector<CatalogueEntry> entries = [] {
        std::vector<CatalogueEntry> made;
        for (const auto& binding : bindings()) made.push_back(binding.entry);
        return made;
    }();
    return entries;
}

std::string engine_type(std::string_view type) {
    const bool known = std::any_of(catalogue().begin(), catalogue().end(),
                                   [type](const auto& entry) { return entry.type == type; });
    return known ? std::string(type_prefix) + std::string(type) : std::string();
}

std::string_view client_type(std::string_view engine_type) {
    return engine_type.starts_with(type_prefix) ? engine_type.substr(type_prefix.size())
                                                : engine_type;
}

void add_node_types(NodeRegistry& registry) {
    for (const auto& binding : bindings()) {
        NodeType type;
        if (binding.engine_type != nullptr) {
            type = bound(binding, registry);
        } else if (binding.pure != nullptr) {
            type.kind = NodeKind::pure;
            type.pure = binding.pure;
        } else {
            type = refused(binding);
        }
        type.id = std::string(type_prefix) + std::string(binding.entry.type);
        type.category = binding.entry.category;
        type.description = std::string(binding.entry.description) +
                           ". With the ports and typed config of the dialect `flowengine`.";
        type.input_schema = Object{{"type", "object"}};
        type.output_schema = Object{{"type", "object"}, {"description", "Ports and their values."}};
        type.outcomes = {"success"};
        registry.add(std::move(type)).value();
    }
}

}  // namespace sluice::http::flowengine
