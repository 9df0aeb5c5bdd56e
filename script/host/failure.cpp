#include "script/host/failure.hpp"

#include <js/Conversions.h>
#include <js/ErrorReport.h>
#include <js/Exception.h>
#include <js/PropertyAndElement.h>
#include <js/SavedFrameAPI.h>

#include "script/host/channel.hpp"
#include "script/host/code.hpp"
#include "script/host/json_writer.hpp"

namespace sluice::script {
namespace {

constexpr std::size_t text_bytes = 8u << 10;  // of a message or a name
constexpr std::size_t frames = 20;
const std::string code_name = "code";

constexpr JS::SavedFrameSelfHosted users_own = JS::SavedFrameSelfHosted::Exclude;

/// The text of a member that is one; code of the object may run, and may fail.
std::string text_member(JSContext* context, JS::HandleObject object, const char* name) {
    std::string text;
    JS::RootedValue value(context);
    if (!JS_GetProperty(context, object, name, &value)) {
        JS_ClearPendingException(context);
    } else if (value.isString()) {
        const JS::RootedString string(context, value.toString());
        if (!append_utf8(context, string, text, text_bytes)) JS_ClearPendingException(context);
    }
    return text;
}

unsigned user_line(unsigned line) {
    return line > lines_before_code ? line - lines_before_code : 0;
}

struct Frame {
    unsigned line = 0;
    unsigned column = 0;
    std::string function;
    std::string module;
};

std::string source_of(JSContext* context, JS::HandleObject saved) {
    JS::RootedString name(context);
    std::string source;
    if (JS::GetSavedFrameSource(context, nullptr, saved, &name, users_own) ==
            JS::SavedFrameResult::Ok &&
        name != nullptr && !append_utf8(context, name, source, 300))
        JS_ClearPendingException(context);
    return source;
}

/// Where a frame or the parser is, in words: `3:12`, `prices:3:12`.
std::string place_text(const std::string& module, unsigned line, unsigned column) {
    return (module.empty() ? "" : module + ":") + std::to_string(line) + ":" +
           std::to_string(column);
}

Frame frame_of(JSContext* context, JS::HandleObject saved) {
    Frame frame;
    std::uint32_t number = 0;
    frame.module = module_of(source_of(context, saved));
    if (JS::GetSavedFrameLine(context, nullptr, saved, &number, users_own) ==
        JS::SavedFrameResult::Ok)
        frame.line = frame.module.empty() ? user_line(number) : number;
    if (JS::GetSavedFrameColumn(context, nullptr, saved, &number, users_own) ==
        JS::SavedFrameResult::Ok)
        frame.column = number;
    JS::RootedString name(context);
    if (JS::GetSavedFrameFunctionDisplayName(context, nullptr, saved, &name, users_own) ==
            JS::SavedFrameResult::Ok &&
        name != nullptr && !append_utf8(context, name, frame.function, 100))
        JS_ClearPendingException(context);
    return frame;
}

void describe_stack(JSContext* context, JS::HandleObject stack, Failure& failure) {
    JS::RootedObject saved(context, stack);
    while (saved != nullptr && failure.stack.size() < frames) {
        const Frame frame = frame_of(context, saved);
        if (frame.line > 0) {
            if (failure.line == 0) {
                failure.module = frame.module;
                failure.line = frame.line;
                failure.column = frame.column;
            }
            const bool inner = !frame.function.empty() && frame.function != "anonymous";
            const std::string& outer = frame.module.empty() ? code_name : frame.module;
            failure.stack.push_back((inner ? frame.function : outer) + " (" +
                                    place_text(frame.module, frame.line, frame.column) + ")");
        }
        JS::RootedObject parent(context);
        JS::RootedObject waiting(context);
        if (JS::GetSavedFrameParent(context, nullptr, saved, &parent, users_own) !=
                JS::SavedFrameResult::Ok ||
            JS::GetSavedFrameAsyncParent(context, nullptr, saved, &waiting, users_own) !=
                JS::SavedFrameResult::Ok)
            return;
        saved = parent != nullptr ? parent : waiting;
    }
}

void describe_error(JSContext* context, JS::HandleObject error, Failure& failure) {
    failure.name = text_member(context, error, "name");
    failure.message = error_text(context, error);
    failure.call_code = text_member(context, error, "code");
}

/// Where the parser stopped: the one error that has no frame. It counts columns from 0.
void describe_place(JSContext* context, JS::HandleObject error, Failure& failure) {
    const JSErrorReport* const report = JS_ErrorFromException(context, error);
    if (report == nullptr) return;
    std::string module = module_of(report->filename == nullptr ? "" : report->filename);
    const unsigned line = module.empty() ? user_line(report->lineno) : report->lineno;
    if (line == 0) return;
    failure.module = std::move(module);
    failure.line = line;
    failure.column = report->column + 1;
}

/// What people are shown of a value that is no Error.
std::string value_text(JSContext* context, JS::HandleValue value) {
    std::string text;
    if (value.isObject()) {
        JsonWriter writer(context, text, "what was thrown", text_bytes);
        if (!writer.write(value)) text = "an object that is no Error";
    } else {
        const JS::RootedString string(context,
                                      value.isSymbol() ? nullptr : JS::ToString(context, value));
        if (string == nullptr || !append_utf8(context, string, text, text_bytes)) text = "a symbol";
    }
    JS_ClearPendingException(context);
    return text;
}

}  // namespace

std::string error_text(JSContext* context, JS::HandleObject error) {
    const std::string name = text_member(context, error, "name");
    const std::string message = text_member(context, error, "message");
    if (name.empty()) return message.empty() ? "an Error without a message" : message;
    return message.empty() ? name : name + ": " + message;
}

Failure describe_thrown(JSContext* context, JS::HandleValue thrown, JS::HandleObject stack) {
    Failure failure;
    failure.code = "script_error";
    JS::RootedObject where(context, stack);
    JS::RootedObject object(context, thrown.isObject() ? &thrown.toObject() : nullptr);
    if (object != nullptr && JS_ErrorFromException(context, object) != nullptr) {
        describe_error(context, object, failure);
        JS::RootedObject own(context, JS::ExceptionStackOrNull(object));
        if (own != nullptr) where = own;
    } else {
        failure.message = "the code threw " + value_text(context, thrown);
    }
    describe_stack(context, where, failure);
    if (failure.line == 0 && object != nullptr) describe_place(context, object, failure);
    failure.plain_message = failure.message;
    if (failure.line > 0)
        failure.message += " (line " + std::to_string(failure.line) + ", column " +
                           std::to_string(failure.column) + " of the " +
                           (failure.module.empty() ? "code" : "module " + failure.module) + ")";
    return failure;
}

std::string failure_message(const Failure& failure) {
    std::string text = Channel::begin(R"({"type":"failure","code":)");
    append_json_text(text, failure.code);
    text += R"(,"message":)";
    append_json_text(text, failure.message);
    text += R"(,"details":{)";
    std::string more;
    const auto member = [&more](std::string_view name) {
        if (!more.empty()) more += ',';
        append_json_text(more, name);
        more += ':';
    };
    if (!failure.name.empty()) {
        member("name");
        append_json_text(more, failure.name);
    }
    if (!failure.call_code.empty()) {
        member("code");
        append_json_text(more, failure.call_code);
    }
    if (!failure.module.empty()) {
        member("module");
        append_json_text(more, failure.module);
    }
    if (failure.line > 0) {
        member("line");
        more += std::to_string(failure.line);
        member("column");
        more += std::to_string(failure.column);
    }
    if (!failure.stack.empty()) {
        member("stack");
        char separator = '[';
        for (const auto& frame : failure.stack) {
            more += separator;
            append_json_text(more, frame);
            separator = ',';
        }
        more += ']';
    }
    return text + more + "}}";
}

}  // namespace sluice::script
