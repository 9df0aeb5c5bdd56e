#include "script/host/code.hpp"

#include <js/CallAndConstruct.h>
#include <js/CompilationAndEvaluation.h>
#include <js/Principals.h>
#include <js/StableStringChars.h>
#include <js/String.h>
#include <js/ValueArray.h>

#include "script/host/compile_cache.hpp"

namespace sluice::script {
namespace {

constexpr std::string_view module_prefix = "module ";
constexpr std::u16string_view body_begin = u"(async function anonymous(\n) {\n";
constexpr std::u16string_view body_end = u"\n})";

bool compiling_ = false;

bool may_compile(JSContext*, JS::RuntimeCode kind, JS::HandleString) {
    return compiling_ && kind == JS::RuntimeCode::JS;
}

constexpr JSSecurityCallbacks callbacks{may_compile, nullptr};

/// Lives as long as the process: what it holds must not outlive the engine, which never ends.
CompileCache& cache() {
    static auto* const instance = new CompileCache;
    return *instance;
}

/// Whether the text is the body of one function, and nothing that ends the function early.
bool is_body(JSContext* context, JS::HandleString code) {
    JS::RootedObject constructor(context);
    if (!JS_GetClassObject(context, JSProto_AsyncFunction, &constructor)) return false;
    const JS::RootedValue callee(context, JS::ObjectValue(*constructor));
    const JS::RootedValue text(context, JS::StringValue(code));
    JS::RootedObject made(context);
    compiling_ = true;
    const bool compiled = JS::Construct(context, callee, JS::HandleValueArray(text), &made);
    compiling_ = false;
    return compiled;
}

bool units_of(JSContext* context, JS::HandleString code, std::u16string& units) {
    JS::AutoStableStringChars characters(context);
    if (!characters.initTwoByte(context, code)) return false;
    units.assign(characters.twoByteChars(), JS::GetStringLength(code));
    return true;
}

}  // namespace

bool compile_async_function(JSContext* context, JS::HandleString code,
                            JS::MutableHandleValue function) {
    std::u16string units;
    if (!units_of(context, code, units)) return false;
    JS::RootedScript script(context, cache().find(context, "code", units));
    if (script == nullptr) {
        if (JS_IsExceptionPending(context) || !is_body(context, code)) return false;
        std::u16string source(body_begin);
        source += units;
        source += body_end;
        script = cache().add(context, "code", units, source);
    }
    return script != nullptr && JS_ExecuteScript(context, script, function);
}

std::string module_source(std::string_view name) {
    return std::string(module_prefix) + std::string(name);
}

std::string module_of(std::string_view source) {
    return source.starts_with(module_prefix) ? std::string(source.substr(module_prefix.size()))
                                             : std::string();
}

bool compile_module(JSContext* context, std::string_view name, JS::HandleString code,
                    JS::MutableHandleScript script) {
    std::u16string units;
    if (!units_of(context, code, units)) return false;
    const std::string source = module_source(name);
    script.set(cache().find(context, source, units));
    if (script == nullptr && !JS_IsExceptionPending(context))
        script.set(cache().add(context, source, units, units));
    return script != nullptr;
}

void refuse_text_as_code(JSContext* context) {
    JS_SetSecurityCallbacks(context, &callbacks);
}

}  // namespace sluice::script
