#include "script/host/run.hpp"

#include <algorithm>

#include <js/Array.h>
#include <js/CallAndConstruct.h>
#include <js/CompilationAndEvaluation.h>
#include <js/Conversions.h>
#include <js/ErrorReport.h>
#include <js/Exception.h>
#include <js/Object.h>
#include <js/Promise.h>
#include <js/PropertyAndElement.h>
#include <js/Stack.h>
#include <js/ValueArray.h>
#include <jsfriendapi.h>
#include <mozilla/Maybe.h>

#include "script/host/code.hpp"
#include "script/host/memory.hpp"
#include "script/host/watchdog.hpp"

namespace sluice::script {
namespace {

double now_us_ = 0;
bool no_memory_ = false;

Failure plain_failure(std::string code, std::string message) {
    Failure failure;
    failure.code = std::move(code);
    failure.message = std::move(message);
    return failure;
}

}  // namespace

double Run::now_us() {
    return now_us_;
}

void Run::ran_out_of_memory() {
    no_memory_ = true;
}

Run::Run(JSContext* context, Channel& channel) : context_(context), channel_(channel) {
    no_memory_ = false;
    JS_SetContextPrivate(context, this);
}

Run::~Run() {
    JS_SetContextPrivate(context_, nullptr);
}

bool Run::perform(std::string_view message) {
    JS::RootedObject parsed(context_);
    if (!parse_message(context_, message, &parsed) || !read_request(context_, parsed, request_)) {
        JS_ClearPendingException(context_);
        std::string answer = failure_message(
            plain_failure("script_killed", "the script host was told what it does not understand"));
        channel_.send(answer);
        return false;
    }
    random_ = SeededRandom(request_.seed);
    now_us_ = request_.now_ms * 1'000;
    Memory::allow(context_, request_.memory_bytes);
    Watchdog::arm({request_.timeout_ms, request_.processor_ms});
    std::string result = Channel::begin(R"({"type":"result","value":)");
    auto failure = execute(parsed, result);
    Watchdog::disarm();
    JS_ClearPendingException(context_);
    Memory::allow_all(context_);
    if (lines_ > request_.log_lines)
        send_line("warn", std::to_string(lines_ - request_.log_lines) +
                              " further lines of the console were dropped: a call may write " +
                              std::to_string(request_.log_lines));
    if (failure) {
        std::string answer = failure_message(*failure);
        channel_.send(answer);
        return failure->code != "script_timeout" && failure->code != "script_out_of_memory";
    }
    result += '}';
    channel_.send(result);
    return true;
}

std::optional<Failure> Run::execute(JS::HandleObject message, std::string& result) {
    JS::RootedValue type(context_);
    bool checks = false;
    if (!JS_GetProperty(context_, message, "type", &type) || !type.isString() ||
        !JS_StringEqualsLiteral(context_, type.toString(), "check", &checks))
        return stopped();
    if (checks) return check(message, result);
    JS::RootedValue function(context_);
    if (!compile(message, &function)) {
        Failure failure = stopped();
        if (failure.name == "SyntaxError") failure.code = "script_syntax";
        JS::RootedString code(context_);
        if (failure.module.empty() && failure.code == "script_syntax" &&
            read_text(context_, message, "code", &code))
            place_within(failure, code);
        return failure;
    }
    JS::RootedValue promise(context_);
    if (!JS::Call(context_, JS::UndefinedHandleValue, function, JS::HandleValueArray::empty(),
                  &promise))
        return stopped();
    const JS::RootedObject object(context_, &promise.toObject());
    JS::RootedValue value(context_);
    if (auto failure = settle(object, &value)) return failure;
    JsonWriter writer(context_, result, "the result", result.size() + request_.message_bytes);
    if (!writer.write(value)) return unusable(std::move(writer.problem()));
    if (Watchdog::late()) return stopped();
    return std::nullopt;
}

bool Run::compile(JS::HandleObject message, JS::MutableHandleValue function) {
    JS::RootedString code(context_);
    return define_scope(message) && run_modules(message) &&
           read_text(context_, message, "code", &code) &&
           compile_async_function(context_, code, function);
}

/// The names that the code sees become properties of the global object, not parameters: the code
/// may declare variables of the same names.
bool Run::define_scope(JS::HandleObject message) {
    JS::RootedValue scope(context_);
    if (!JS_GetProperty(context_, message, "scope", &scope)) return false;
    if (!scope.isObject()) return true;
    const JS::RootedObject global(context_, JS::CurrentGlobalOrNull(context_));
    const JS::RootedObject values(context_, &scope.toObject());
    JS::Rooted<JS::IdVector> ids(context_, JS::IdVector(context_));
    if (!JS_Enumerate(context_, values, &ids)) return false;
    JS::RootedId id(context_);
    JS::RootedValue value(context_);
    for (const JS::PropertyKey& key : ids) {
        id = key;
        if (!JS_GetPropertyById(context_, values, id, &value) ||
            !JS_DefinePropertyById(context_, global, id, value, JSPROP_ENUMERATE))
            return false;
    }
    return true;
}

bool Run::run_modules(JS::HandleObject message) {
    JS::RootedValue value(context_);
    bool is_array = false;
    if (!JS_GetProperty(context_, message, "modules", &value) ||
        !JS::IsArrayObject(context_, value, &is_array) || !is_array)
        return false;
    const JS::RootedObject modules(context_, &value.toObject());
    std::uint32_t count = 0;
    if (!JS::GetArrayLength(context_, modules, &count)) return false;
    JS::RootedScript script(context_);
    JS::RootedObject module(context_);
    JS::RootedString text(context_);
    for (std::uint32_t at = 0; at < count; ++at) {
        std::string name;
        if (!JS_GetElement(context_, modules, at, &value) || !value.isObject()) return false;
        module = &value.toObject();
        if (!read_text(context_, module, "name", &text) ||
            !append_utf8(context_, text, name, 300) ||
            !read_text(context_, module, "code", &text) ||
            !compile_module(context_, name, text, &script) || !JS_ExecuteScript(context_, script))
            return false;
    }
    return true;
}

/// Runs what is ready until the code's promise is settled.
std::optional<Failure> Run::settle(JS::HandleObject promise, JS::MutableHandleValue value) {
    for (;;) {
        js::RunJobs(context_);
        if (Watchdog::late()) return stopped();
        const JS::PromiseState state = JS::GetPromiseState(promise);
        if (state == JS::PromiseState::Fulfilled) {
            value.set(JS::GetPromiseResult(promise));
            return std::nullopt;
        }
        if (state == JS::PromiseState::Rejected) {
            const JS::RootedValue reason(context_, JS::GetPromiseResult(promise));
            return failed(reason, nullptr);
        }
        if (no_memory_) return stopped();
        if (open_.empty())
            return plain_failure("script_error",
                                 "the code awaits a promise that nothing will ever settle");
        Watchdog::pause();
        const bool came = channel_.wait(Watchdog::milliseconds_left());
        Watchdog::resume();
        if (Watchdog::milliseconds_left() == 0) Watchdog::expire();
        if (Watchdog::late() || (came && !take_answer())) return stopped();
    }
}

bool Run::take_answer() {
    JS::RootedObject answer(context_);
    double number = 0;
    double now_ms = 0;
    if (!parse_message(context_, channel_.read(), &answer) ||
        !read_number(context_, answer, "call", number) ||
        !read_number(context_, answer, "now_ms", now_ms))
        return false;
    now_us_ = now_ms * 1'000;
    const auto found = open_.find(static_cast<std::uint32_t>(number));
    if (found == open_.end()) return true;
    const std::unique_ptr<OpenCall> open = std::move(found->second);
    open_.erase(found);
    JS::RootedValue error(context_);
    JS::RootedValue value(context_);
    if (!JS_GetProperty(context_, answer, "error", &error) ||
        !JS_GetProperty(context_, answer, "value", &value))
        return false;
    if (!error.isObject()) return JS::ResolvePromise(context_, open->promise, value);
    const JS::RootedObject details(context_, &error.toObject());
    return reject(*open, details);
}

/// The code gets an Error with the failure's `message`, `code` and `details`, thrown where it made
/// the call.
bool Run::reject(const OpenCall& open, JS::HandleObject error) {
    JS::RootedValue member(context_);
    if (!JS_GetProperty(context_, error, "message", &member)) return false;
    const JS::RootedString message(context_, JS::ToString(context_, member));
    const JS::RootedString file(context_, JS_GetEmptyString(context_));
    const JS::Rooted<mozilla::Maybe<JS::Value>> cause(context_, mozilla::Nothing());
    JS::RootedValue thrown(context_);
    if (message == nullptr || !JS::CreateError(context_, JSEXN_ERR, open.stack, file, 0, 0, nullptr,
                                               message, cause, &thrown))
        return false;
    const JS::RootedObject object(context_, &thrown.toObject());
    for (const char* const name : {"code", "details"})
        if (!JS_GetProperty(context_, error, name, &member) ||
            !JS_SetProperty(context_, object, name, member))
            return false;
    return JS::RejectPromise(context_, open.promise, thrown);
}

bool Run::call(const char* name, JS::HandleValue argument, JS::MutableHandleValue promise) {
    if (calls_ >= request_.calls || open_.size() >= request_.open_calls) {
        JS_ReportErrorUTF8(context_, "the code may make %u calls, and %u at once",
                           unsigned{request_.calls}, unsigned{request_.open_calls});
        return false;
    }
    const std::uint32_t number = ++calls_;
    std::string message = Channel::begin(R"({"type":"call","name":")");
    message += name;
    message += R"(","call":)" + std::to_string(number) + R"(,"argument":)";
    const std::string what = std::string("the argument of ") + name + "()";
    JsonWriter writer(context_, message, what, message.size() + request_.message_bytes);
    if (!writer.write(argument)) {
        if (writer.problem().kind != WriteProblem::Kind::thrown)
            JS_ReportErrorUTF8(context_, "%s", writer.problem().message.c_str());
        return false;
    }
    message += '}';
    auto open = std::make_unique<OpenCall>(context_);
    open->promise = JS::NewPromiseObject(context_, nullptr);
    JS::RootedObject stack(context_);
    if (open->promise == nullptr || !JS::CaptureCurrentStack(context_, &stack)) return false;
    open->stack = stack;
    promise.setObject(*open->promise);
    open_.emplace(number, std::move(open));
    channel_.send(message);
    return true;
}

bool Run::log(std::string_view level, const JS::CallArgs& arguments) {
    if (++lines_ > request_.log_lines) return true;
    std::string line;
    for (unsigned at = 0; at < arguments.length() && line.size() < request_.line_bytes; ++at) {
        if (at > 0) line += ' ';
        if (!append_inspected(arguments[at], line)) return false;
    }
    send_line(level, line);
    return true;
}

void Run::send_line(std::string_view level, std::string_view text) {
    std::string message = Channel::begin(R"({"type":"log","level":")");
    message += level;
    message += R"(","message":)";
    append_json_text(message, text);
    message += '}';
    channel_.send(message);
}

/// A value as a line of the console shows it: texts as they are, everything else as JSON.
bool Run::append_inspected(JS::HandleValue value, std::string& line) {
    const std::size_t room = request_.line_bytes;
    if (value.isObject()) {
        const JS::RootedObject object(context_, &value.toObject());
        if (JS_ErrorFromException(context_, object) != nullptr) {
            line += error_text(context_, object);
            return true;
        }
        std::string text;
        JsonWriter writer(context_, text, "what was logged", room);
        if (writer.write(value)) {
            line += text;
            return true;
        }
        if (writer.problem().kind == WriteProblem::Kind::thrown) return false;
        line += "[" + writer.problem().message + "]";
        return true;
    }
    if (value.isSymbol()) {
        line += "a symbol";
        return true;
    }
    const JS::RootedString text(context_, JS::ToString(context_, value));
    return text != nullptr && append_utf8(context_, text, line, room);
}

/// Why a call into the engine returned false.
Failure Run::stopped() {
    if (Watchdog::late()) {
        const std::string computed = std::to_string(Watchdog::processor_us() / 1'000);
        if (Watchdog::computed_too_long())
            return plain_failure("script_timeout", "the code computed for more than " +
                                                       std::to_string(request_.processor_ms) +
                                                       " ms, which is as long as code may here");
        return plain_failure("script_timeout", "the code took longer than its `timeout_ms` of " +
                                                   std::to_string(request_.timeout_ms) +
                                                   " (it computed for " + computed +
                                                   " ms of them)");
    }
    if (JS_IsExceptionPending(context_)) {
        JS::ExceptionStack thrown(context_);
        if (JS::StealPendingExceptionStack(context_, &thrown))
            return failed(thrown.exception(), thrown.stack());
    }
    const JS::RootedValue nothing(context_);
    if (no_memory_) return failed(nothing, nullptr);
    return plain_failure("script_killed", "the script host stopped the code for no known reason");
}

Failure Run::failed(JS::HandleValue thrown, JS::HandleObject stack) {
    Failure failure = describe_thrown(context_, thrown, stack);
    const bool memory = no_memory_ && !thrown.isObject();
    const bool overflow = failure.message.starts_with("InternalError: allocation size overflow");
    if (memory || overflow)
        return plain_failure("script_out_of_memory",
                             "the code needed more than its `memory_mb` of " +
                                 std::to_string(request_.memory_bytes >> 20));
    return failure;
}

Failure Run::unusable(WriteProblem problem) {
    switch (problem.kind) {
        case WriteProblem::Kind::thrown:
            return stopped();
        case WriteProblem::Kind::not_json:
            return plain_failure("script_error", std::move(problem.message));
        case WriteProblem::Kind::too_large:
            return plain_failure("script_too_large", std::move(problem.message));
    }
    return stopped();
}

}  // namespace sluice::script
