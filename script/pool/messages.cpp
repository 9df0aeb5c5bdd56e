#include "script/pool/messages.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstring>
#include <optional>
#include <utility>

#include "engine/model/json_text.hpp"
#include "script/protocol.hpp"

namespace sluice::script {
namespace {

std::string begin_frame(std::string_view json) {
    std::string frame(frame_head_bytes, '\0');
    frame += json;
    return frame;
}

void finish_frame(std::string& frame) {
    const auto length = static_cast<std::uint32_t>(frame.size() - frame_head_bytes);
    std::memcpy(frame.data(), &length, frame_head_bytes);
}

void append_number(std::string& frame, std::string_view name, std::uint64_t number) {
    frame += ",\"";
    frame += name;
    frame += "\":";
    frame += std::to_string(number);
}

std::string hexadecimal(std::uint64_t number) {
    std::array<char, 16> digits{};
    const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), number, 16).ptr;
    return {digits.data(), end};
}

NodeError too_large(std::string_view what, std::size_t limit) {
    return {"script_too_large",
            std::string(what) + " takes more than the " + std::to_string(limit) +
                " bytes that code may be given",
            {},
            false};
}

NodeError nonsense(std::string_view what) {
    return {"script_killed",
            "the script host was ended: it sent " + std::string(what) + ", which no host does",
            {},
            true};
}

const boost::json::string* text_of(const Object& message, std::string_view name) {
    const Value* const member = message.if_contains(name);
    return member == nullptr ? nullptr : member->if_string();
}

std::string to_text(const boost::json::string& text) {
    return {text.data(), text.size()};
}

std::optional<HostMessage> parse_log(Object& message) {
    const auto* const level = text_of(message, "level");
    const auto* const text = text_of(message, "message");
    if (level == nullptr || text == nullptr) return std::nullopt;
    const auto known = log_level(*level);
    if (!known) return std::nullopt;
    HostMessage parsed;
    parsed.kind = HostMessage::Kind::log;
    parsed.level = *known;
    parsed.text = to_text(*text);
    return parsed;
}

std::optional<HostMessage> parse_call(Object& message) {
    const auto* const name = text_of(message, "name");
    const Value* const number = message.if_contains("call");
    Value* const argument = message.if_contains("argument");
    if (name == nullptr || number == nullptr || argument == nullptr) return std::nullopt;
    error_code error;
    HostMessage parsed;
    parsed.kind = HostMessage::Kind::call;
    parsed.text = to_text(*name);
    parsed.call = number->to_number<std::uint32_t>(error);
    if (error) return std::nullopt;
    parsed.value = std::move(*argument);
    return parsed;
}

std::optional<HostMessage> parse_failure(Object& message) {
    const auto* const code = text_of(message, "code");
    const auto* const text = text_of(message, "message");
    Value* const details = message.if_contains("details");
    if (code == nullptr || text == nullptr || details == nullptr || !details->is_object())
        return std::nullopt;
    HostMessage parsed;
    parsed.kind = HostMessage::Kind::failure;
    parsed.failure = {to_text(*code), to_text(*text), std::move(*details), false};
    return parsed;
}

std::optional<HostMessage> parse_result(Object& message) {
    Value* const value = message.if_contains("value");
    if (value == nullptr) return std::nullopt;
    HostMessage parsed;
    parsed.kind = HostMessage::Kind::result;
    parsed.value = std::move(*value);
    return parsed;
}

std::optional<HostMessage> parse_ready(Object& message) {
    const Value* const version = message.if_contains("protocol");
    if (version == nullptr || *version != Value(protocol_version)) return std::nullopt;
    return HostMessage{};
}

/// What bounds the run, and where its time and its chances begin.
void append_bounds(std::string& frame, const ScriptRequest& request, const Limits& limits) {
    append_number(frame, "now_ms",
                  static_cast<std::uint64_t>(request.now.time_since_epoch().count()));
    append_number(frame, "timeout_ms", static_cast<std::uint64_t>(request.timeout.count()));
    append_number(frame, "cpu_ms",
                  static_cast<std::uint64_t>(
                      std::min(limits.script_cpu, request.timeout + limits.script_grace).count()));
    append_number(frame, "memory_bytes", request.memory_bytes);
    append_number(frame, "message_bytes", limits.script_message_bytes);
    append_number(frame, "line_bytes", limits.log_line_bytes);
    append_number(frame, "log_lines", limits.script_log_lines);
    append_number(frame, "calls", limits.script_calls);
    append_number(frame, "open_calls", limits.script_open_calls);
    frame += R"(,"seed":")" + hexadecimal(request.seed) + '"';
}

/// One more text of code in an array, with its name under `key`.
void append_text(std::string& frame, std::string_view key, std::string_view name,
                 std::string_view code) {
    if (frame.back() != '[') frame += ',';
    frame += '{';
    frame += key;
    append_json_string(frame, name);
    frame += R"(,"code":)";
    append_json_string(frame, code);
    frame += '}';
}

void append_modules(std::string& frame, const ScriptRequest& request) {
    frame += '[';
    if (request.modules != nullptr)
        for (const CodeModule& module : *request.modules) {
            if (module.language != request.language) continue;
            append_text(frame, R"("name":)", module.name, module.text);
        }
    frame += ']';
}

std::optional<ScriptProblem> parse_problem(const Value& value) {
    const Object* const object = value.if_object();
    if (object == nullptr) return std::nullopt;
    const auto* const message = text_of(*object, "message");
    if (message == nullptr) return std::nullopt;
    ScriptProblem problem;
    problem.message = to_text(*message);
    const auto read = [object](std::string_view name, std::size_t& into) {
        const Value* const number = object->if_contains(name);
        error_code error;
        if (number != nullptr) into = number->to_number<std::uint32_t>(error);
        return number != nullptr && !error;
    };
    if (!read("text", problem.text) || !read("line", problem.line) ||
        !read("column", problem.column))
        return std::nullopt;
    return problem;
}

}  // namespace

std::string check_frame(const std::vector<ScriptText>& texts, const Limits& limits) {
    ScriptRequest bounds;
    bounds.timeout = limits.script_check;
    bounds.memory_bytes = limits.script_memory_bytes;
    std::string frame = begin_frame(R"({"type":"check")");
    append_bounds(frame, bounds, limits);
    frame += R"(,"texts":[)";
    for (const ScriptText& text : texts) append_text(frame, R"("module":)", text.module, text.code);
    frame += "]}";
    finish_frame(frame);
    return frame;
}

node_result<std::vector<ScriptProblem>> parse_problems(const Value& result) {
    const Array* const list = result.if_array();
    if (list == nullptr) return nonsense("no list of problems");
    std::vector<ScriptProblem> problems;
    for (const Value& value : *list) {
        auto problem = parse_problem(value);
        if (!problem) return nonsense("what is no problem of a text");
        problems.push_back(std::move(*problem));
    }
    return {boost::system::in_place_value, std::move(problems)};
}

node_result<std::string> run_frame(const ScriptRequest& request, const Limits& limits) {
    if (request.code.size() > limits.script_code_bytes)
        return NodeError{"script_too_large",
                         "the code takes " + std::to_string(request.code.size()) +
                             " bytes, and may take " + std::to_string(limits.script_code_bytes),
                         {},
                         false};
    std::string frame = begin_frame(R"({"type":"run")");
    append_bounds(frame, request, limits);
    frame += R"(,"code":)";
    append_json_string(frame, request.code);
    frame += R"(,"modules":)";
    append_modules(frame, request);
    frame += R"(,"scope":)";
    const std::size_t before = frame.size();
    append_json(frame, request.scope);
    if (frame.size() - before > limits.script_message_bytes)
        return too_large("what the code reads (`input`, `nodes` ...)", limits.script_message_bytes);
    frame += '}';
    finish_frame(frame);
    return {boost::system::in_place_value, std::move(frame)};
}

std::string answer_frame(std::uint32_t call, WallTime now, const Value& value,
                         const Limits& limits) {
    std::string frame = begin_frame(R"({"type":"answer")");
    append_number(frame, "call", call);
    append_number(frame, "now_ms", static_cast<std::uint64_t>(now.time_since_epoch().count()));
    frame += R"(,"value":)";
    const std::size_t before = frame.size();
    append_json(frame, value);
    if (frame.size() - before > limits.script_message_bytes)
        return failure_frame(call, now,
                             too_large("what the call answers", limits.script_message_bytes));
    frame += '}';
    finish_frame(frame);
    return frame;
}

std::string failure_frame(std::uint32_t call, WallTime now, const NodeError& error) {
    std::string frame = begin_frame(R"({"type":"answer")");
    append_number(frame, "call", call);
    append_number(frame, "now_ms", static_cast<std::uint64_t>(now.time_since_epoch().count()));
    frame += R"(,"error":)";
    append_json(frame, error_value(error.code, error.message, error.details));
    frame += '}';
    finish_frame(frame);
    return frame;
}

std::size_t frame_size(std::string_view text) {
    if (text.size() < frame_head_bytes) return 0;
    std::uint32_t length = 0;
    std::memcpy(&length, text.data(), frame_head_bytes);
    return frame_head_bytes + std::size_t{length};
}

std::size_t largest_frame(const Limits& limits) {
    return limits.script_message_bytes + envelope_bytes + 2 * limits.log_line_bytes;
}

node_result<HostMessage> parse_host_message(std::string_view json) {
    auto value = parse_json(json, value_depth + 4);
    if (!value || !value->is_object()) return nonsense("what is no JSON object");
    Object& message = value->get_object();
    const auto* const type = text_of(message, "type");
    std::optional<HostMessage> parsed;
    if (type == nullptr)
        return nonsense("a message without a type");
    else if (*type == "log")
        parsed = parse_log(message);
    else if (*type == "call")
        parsed = parse_call(message);
    else if (*type == "result")
        parsed = parse_result(message);
    else if (*type == "failure")
        parsed = parse_failure(message);
    else if (*type == "ready")
        parsed = parse_ready(message);
    if (!parsed) return nonsense("a message that lacks something");
    return std::move(*parsed);
}

}  // namespace sluice::script
