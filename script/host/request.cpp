#include "script/host/request.hpp"

#include <cstdlib>

#include <js/JSON.h>
#include <js/PropertyAndElement.h>
#include <js/String.h>

#include "script/host/json_writer.hpp"

namespace sluice::script {
namespace {

template <typename Integer>
bool read_integer(JSContext* context, JS::HandleObject message, const char* name, Integer& into) {
    double number = 0;
    if (!read_number(context, message, name, number) || !(number >= 0) || number > 9e15)
        return false;
    into = static_cast<Integer>(number);
    return true;
}

/// Sixteen hexadecimal digits: a number of JSON cannot hold 64 bits here.
bool read_seed(JSContext* context, JS::HandleObject message, std::uint64_t& seed) {
    JS::RootedValue value(context);
    if (!JS_GetProperty(context, message, "seed", &value) || !value.isString()) return false;
    const JS::RootedString string(context, value.toString());
    std::string text;
    if (!append_utf8(context, string, text, 16)) return false;
    seed = std::strtoull(text.c_str(), nullptr, 16);
    return true;
}

}  // namespace

bool parse_message(JSContext* context, std::string_view json, JS::MutableHandleObject message) {
    const JS::RootedString text(
        context, JS_NewStringCopyUTF8N(context, JS::UTF8Chars(json.data(), json.size())));
    JS::RootedValue value(context);
    if (text == nullptr || !JS_ParseJSON(context, text, &value) || !value.isObject()) return false;
    message.set(&value.toObject());
    return true;
}

bool read_number(JSContext* context, JS::HandleObject message, const char* name, double& number) {
    JS::RootedValue value(context);
    if (!JS_GetProperty(context, message, name, &value) || !value.isNumber()) return false;
    number = value.toNumber();
    return true;
}

bool read_text(JSContext* context, JS::HandleObject message, const char* name,
               JS::MutableHandleString text) {
    JS::RootedValue value(context);
    if (!JS_GetProperty(context, message, name, &value) || !value.isString()) return false;
    text.set(value.toString());
    return true;
}

bool read_request(JSContext* context, JS::HandleObject message, Request& request) {
    return read_number(context, message, "now_ms", request.now_ms) &&
           read_seed(context, message, request.seed) &&
           read_integer(context, message, "timeout_ms", request.timeout_ms) &&
           read_integer(context, message, "cpu_ms", request.processor_ms) &&
           read_integer(context, message, "memory_bytes", request.memory_bytes) &&
           read_integer(context, message, "message_bytes", request.message_bytes) &&
           read_integer(context, message, "line_bytes", request.line_bytes) &&
           read_integer(context, message, "log_lines", request.log_lines) &&
           read_integer(context, message, "calls", request.calls) &&
           read_integer(context, message, "open_calls", request.open_calls);
}

}  // namespace sluice::script
