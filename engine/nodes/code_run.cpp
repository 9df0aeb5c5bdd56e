#include "engine/nodes/code_run.hpp"

#include <algorithm>
#include <utility>

#include "engine/nodes/code_scope.hpp"
#include "engine/nodes/code_world.hpp"
#include "engine/nodes/parameters.hpp"
#include "engine/nodes/schema.hpp"
#include "engine/nodes/script_runner.hpp"

namespace sluice::nodes {
namespace {

/// FNV-1a: the same number for the same run of the node, in every process.
std::uint64_t seed_of(std::string_view text) {
    std::uint64_t hash = 0xCBF29CE484222325;
    for (const char byte : text) {
        hash ^= static_cast<unsigned char>(byte);
        hash *= 0x100000001B3;
    }
    return hash;
}

/// A parameter that is a whole number within its bounds, or what it is when it is not given.
node_result<std::int64_t> whole_number(const Value& parameters, std::string_view name,
                                       std::int64_t otherwise, std::int64_t most) {
    const Value* const value = find_parameter(parameters, name);
    if (value == nullptr) return std::min(otherwise, most);
    error_code error;
    const auto number = value->is_number() ? value->to_number<std::int64_t>(error) : 0;
    if (error || number < 1 || number > most)
        return invalid_parameter(name, "a whole number from 1 to " + std::to_string(most), value);
    return number;
}

node_result<ScriptRequest> request_of(NodeContext& context, CodeLanguage language) {
    const Limits& limits = *context.limits;
    const auto timeout =
        whole_number(context.parameters, "timeout_ms", limits.script_timeout.count(),
                     limits.script_timeout_ceiling.count());
    if (!timeout) return timeout.error();
    const auto memory = whole_number(context.parameters, "memory_mb",
                                     static_cast<std::int64_t>(limits.script_memory_bytes >> 20),
                                     static_cast<std::int64_t>(limits.script_memory_ceiling >> 20));
    if (!memory) return memory.error();
    const Value* const code = find_parameter(context.parameters, "code");
    if (code == nullptr || !code->is_string())
        return invalid_parameter("code", "the text of a function's body", code);
    ScriptRequest request;
    request.language = language;
    request.code = as_text(*code);
    request.modules = std::move(context.code);
    request.scope = std::move(context.parameters.get_object()["scope"]);
    request.now = context.clock->wall();
    request.seed = seed_of(context.idempotency_key);
    request.timeout = std::chrono::milliseconds(*timeout);
    request.memory_bytes = static_cast<std::size_t>(*memory) << 20;
    return request;
}

task<NodeResult> run_code(NodeContext context, CodeLanguage language) {
    if (context.scripts == nullptr)
        throw NodeFailure(NodeError{"script_unavailable",
                                    "this program has given the engine nothing that runs code",
                                    {},
                                    false});
    auto request = request_of(context, language);
    if (!request) throw NodeFailure(request.error());
    ScriptRunner& scripts = *context.scripts;
    const auto world = std::make_shared<CodeWorld>(std::move(context));
    NodeResult result;
    result.output = co_await scripts.run(std::move(*request), world);
    co_return result;
}

/// The code is taken as it stands, and sees what it mentions.
Value prepare(const Value& with, std::span<const std::string> nodes, CodeLanguage language) {
    const auto* const parameters = with.if_object();
    if (parameters == nullptr) return with;
    Object prepared = *parameters;
    const Value* const code = parameters->if_contains("code");
    const Value* const input = parameters->if_contains("input");
    prepared.erase("input");
    if (code != nullptr && code->is_string()) {
        const std::string text = as_text(*code);
        prepared["code"] = verbatim(text);
        prepared["scope"] = code_scope(text, input == nullptr ? Value{} : *input, nodes, language);
    }
    return prepared;
}

}  // namespace

NodeType code_node(CodeLanguage language, std::string description) {
    NodeType type;
    type.id = "code." + std::string(to_word(language));
    type.category = "code";
    type.description = std::move(description);
    type.input_schema = object_schema(
        {{"code", "string", "The function's body, taken as it stands.", true, {}},
         {"input", "", "What the code sees as `input`, instead of the flow's.", false, {}},
         {"timeout_ms", "", "Of the whole run, its calls included.", false,
          Object{{"default", 10'000}}},
         {"memory_mb", "", "What the code may use.", false, Object{{"default", 64}}}});
    type.output_schema =
        Object{{"description", "What the code returned, as JSON; null when nothing."}};
    type.kind = NodeKind::effect;
    type.language = language;
    type.prepare = [language](const Value& with, std::span<const std::string> nodes) {
        return prepare(with, nodes, language);
    };
    type.effect = [language](NodeContext context) {
        return run_code(std::move(context), language);
    };
    return type;
}

}  // namespace sluice::nodes
