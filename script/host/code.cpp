#include "script/host/code.hpp"

#include <js/CallAndConstruct.h>
#include <js/CompilationAndEvaluation.h>
#include <js/Principals.h>
#include <js/SourceText.h>
#include <js/StableStringChars.h>
#include <js/String.h>
#include <js/ValueArray.h>

namespace sluice::script {
namespace {

constexpr std::string_view module_prefix = "module ";

bool compiling_ = false;

bool may_compile(JSContext*, JS::RuntimeCode kind, JS::HandleString) {
    return compiling_ && kind == JS::RuntimeCode::JS;
}

constexpr JSSecurityCallbacks callbacks{may_compile, nullptr};

}  // namespace

bool compile_async_function(JSContext* context, JS::HandleValue code,
                            JS::MutableHandleValue function) {
    JS::RootedObject constructor(context);
    if (!JS_GetClassObject(context, JSProto_AsyncFunction, &constructor)) return false;
    const JS::RootedValue callee(context, JS::ObjectValue(*constructor));
    JS::RootedObject made(context);
    compiling_ = true;
    const bool compiled = JS::Construct(context, callee, JS::HandleValueArray(code), &made);
    compiling_ = false;
    if (compiled) function.setObject(*made);
    return compiled;
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
    JS::AutoStableStringChars characters(context);
    JS::SourceText<char16_t> text;
    if (!characters.initTwoByte(context, code) ||
        !text.init(context, characters.twoByteChars(), JS::GetStringLength(code),
                   JS::SourceOwnership::Borrowed))
        return false;
    const std::string source = module_source(name);
    JS::CompileOptions options(context);
    options.setFileAndLine(source.c_str(), 1);
    script.set(JS::Compile(context, options, text));
    return script != nullptr;
}

void refuse_text_as_code(JSContext* context) {
    JS_SetSecurityCallbacks(context, &callbacks);
}

}  // namespace sluice::script
