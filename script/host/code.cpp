#include "script/host/code.hpp"

#include <js/CallAndConstruct.h>
#include <js/Principals.h>
#include <js/ValueArray.h>

namespace sluice::script {
namespace {

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

void refuse_text_as_code(JSContext* context) {
    JS_SetSecurityCallbacks(context, &callbacks);
}

}  // namespace sluice::script
