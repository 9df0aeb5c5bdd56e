#include "script/host/realm.hpp"

#include <string>

#include <js/CompilationAndEvaluation.h>
#include <js/GlobalObject.h>
#include <js/PropertyAndElement.h>
#include <js/Realm.h>
#include <js/SourceText.h>
#include <jsfriendapi.h>

#include "script/host/run.hpp"

namespace sluice::script {
namespace {

constexpr JSClass global_class{
    "global", JSCLASS_GLOBAL_FLAGS, &JS::DefaultGlobalClassOps, nullptr, nullptr, nullptr};

constexpr char debug_level[] = "debug";
constexpr char info_level[] = "info";
constexpr char warn_level[] = "warn";
constexpr char error_level[] = "error";

template <const char* level>
bool log(JSContext* context, unsigned count, JS::Value* values) {
    const JS::CallArgs arguments = JS::CallArgsFromVp(count, values);
    arguments.rval().setUndefined();
    return Run::of(context).log(level, arguments);
}

constexpr char sleep_call[] = "sleep";
constexpr char http_call[] = "http";

template <const char* name>
bool call(JSContext* context, unsigned count, JS::Value* values) {
    const JS::CallArgs arguments = JS::CallArgsFromVp(count, values);
    return Run::of(context).call(name, arguments.get(0), arguments.rval());
}

bool random_number(JSContext* context, unsigned count, JS::Value* values) {
    JS::CallArgsFromVp(count, values).rval().setDouble(Run::of(context).random().fraction());
    return true;
}

bool random_uuid(JSContext* context, unsigned count, JS::Value* values) {
    const std::string text = Run::of(context).random().uuid();
    JSString* const string = JS_NewStringCopyN(context, text.data(), text.size());
    if (string == nullptr) return false;
    JS::CallArgsFromVp(count, values).rval().setString(string);
    return true;
}

constexpr JSFunctionSpec console_functions[] = {
    JS_FN("debug", log<debug_level>, 0, JSPROP_ENUMERATE),
    JS_FN("log", log<info_level>, 0, JSPROP_ENUMERATE),
    JS_FN("info", log<info_level>, 0, JSPROP_ENUMERATE),
    JS_FN("warn", log<warn_level>, 0, JSPROP_ENUMERATE),
    JS_FN("error", log<error_level>, 0, JSPROP_ENUMERATE),
    JS_FS_END};

constexpr JSFunctionSpec crypto_functions[] = {
    JS_FN("randomUUID", random_uuid, 0, JSPROP_ENUMERATE), JS_FS_END};

bool define_object(JSContext* context, JS::HandleObject global, const char* name,
                   const JSFunctionSpec* functions) {
    const JS::RootedObject object(context, JS_NewPlainObject(context));
    return object != nullptr && JS_DefineFunctions(context, object, functions) &&
           JS_DefineProperty(context, global, name, object, 0);
}

bool fill(JSContext* context, JS::HandleObject global) {
    JS::RootedValue math(context);
    if (!JS_GetProperty(context, global, "Math", &math)) return false;
    const JS::RootedObject object(context, &math.toObject());
    return JS_DefineFunction(context, object, "random", random_number, 0, 0) != nullptr &&
           define_object(context, global, "console", console_functions) &&
           define_object(context, global, "crypto", crypto_functions) &&
           JS_DefineFunction(context, global, "sleep", call<sleep_call>, 1, 0) != nullptr &&
           JS_DefineFunction(context, global, "http", call<http_call>, 1, 0) != nullptr;
}

}  // namespace

JSObject* make_realm(JSContext* context, JS::HandleObject beside) {
    JS::RealmOptions options;
    options.creationOptions()
        .setSharedMemoryAndAtomicsEnabled(false)
        .setDefineSharedArrayBufferConstructor(false)
        .setWeakRefsEnabled(JS::WeakRefSpecifier::Disabled);
    if (beside != nullptr) options.creationOptions().setNewCompartmentInExistingZone(beside);
    JS::RootedObject global(context, JS_NewGlobalObject(context, &global_class, nullptr,
                                                        JS::FireOnNewGlobalHook, options));
    if (global == nullptr) return nullptr;
    const JSAutoRealm in(context, global);
    return fill(context, global) ? global.get() : nullptr;
}

void warm_realm(JSContext* context) {
    static constexpr std::string_view code =
        "(async () => { await null; for (const item of [1]); return {} })(); 0";
    JS::CompileOptions options(context);
    options.setFileAndLine("warm", 1);
    JS::SourceText<mozilla::Utf8Unit> text;
    JS::RootedValue value(context);
    if (!text.init(context, code.data(), code.size(), JS::SourceOwnership::Borrowed) ||
        !JS::Evaluate(context, options, text, &value))
        JS_ClearPendingException(context);
    js::RunJobs(context);
}

}  // namespace sluice::script
