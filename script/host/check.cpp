// The message `check`: texts of code are parsed, and none is run.
#include <algorithm>

#include <js/Array.h>
#include <js/PropertyAndElement.h>

#include "script/host/code.hpp"
#include "script/host/run.hpp"

namespace sluice::script {

/// Parses texts and runs none: the result is a list of what is wrong with them.
std::optional<Failure> Run::check(JS::HandleObject message, std::string& result) {
    JS::RootedValue value(context_);
    bool is_array = false;
    if (!JS_GetProperty(context_, message, "texts", &value) ||
        !JS::IsArrayObject(context_, value, &is_array) || !is_array)
        return stopped();
    const JS::RootedObject texts(context_, &value.toObject());
    std::uint32_t count = 0;
    if (!JS::GetArrayLength(context_, texts, &count)) return stopped();
    JS::RootedObject text(context_);
    result += '[';
    for (std::uint32_t at = 0; at < count; ++at) {
        if (!JS_GetElement(context_, texts, at, &value) || !value.isObject()) return stopped();
        text = &value.toObject();
        if (check_text(text)) continue;
        Failure failure = stopped();
        if (failure.name != "SyntaxError") return failure;
        JS::RootedString code(context_);
        if (failure.module.empty() && read_text(context_, text, "code", &code))
            place_within(failure, code);
        if (result.back() != '[') result += ',';
        result += R"({"text":)" + std::to_string(at) + R"(,"line":)" +
                  std::to_string(failure.line) + R"(,"column":)" + std::to_string(failure.column) +
                  R"(,"message":)";
        append_json_text(result, failure.plain_message);
        result += '}';
    }
    result += ']';
    return std::nullopt;
}

/// Where the parser met the machine's own end of the function: the code is over too early.
void Run::place_within(Failure& failure, JS::HandleString code) {
    std::string text;
    if (!append_utf8(context_, code, text, JS_GetStringLength(code) * 3)) {
        JS_ClearPendingException(context_);
        return;
    }
    text.erase(text.find_last_not_of(" \t\r\n") + 1);
    const auto lines = static_cast<unsigned>(std::count(text.begin(), text.end(), '\n')) + 1;
    if (failure.line <= lines) return;
    const std::string last = text.substr(text.rfind('\n') + 1);
    const auto is_begin = [](char byte) {
        return (static_cast<unsigned char>(byte) & 0xC0) != 0x80;
    };
    failure.line = lines;
    failure.column = static_cast<unsigned>(std::count_if(last.begin(), last.end(), is_begin)) + 1;
    failure.plain_message = "SyntaxError: unexpected end of the code";
    failure.message = failure.plain_message + " (line " + std::to_string(failure.line) +
                      ", column " + std::to_string(failure.column) + " of the code)";
}

bool Run::check_text(JS::HandleObject text) {
    JS::RootedString code(context_);
    JS::RootedString module(context_);
    std::string name;
    if (!read_text(context_, text, "code", &code) ||
        !read_text(context_, text, "module", &module) || !append_utf8(context_, module, name, 300))
        return false;
    if (!name.empty()) {
        JS::RootedScript script(context_);
        return compile_module(context_, name, code, &script);
    }
    JS::RootedValue function(context_);
    return compile_async_function(context_, code, &function);
}

}  // namespace sluice::script
