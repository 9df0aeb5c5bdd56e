#include "tests/expression/javascript.hpp"

#include <cstdlib>
#include <fstream>
#include <iterator>
#include <stdexcept>
#include <vector>

#include <js/CharacterEncoding.h>
#include <js/CompilationAndEvaluation.h>
#include <js/Conversions.h>
#include <js/Initialization.h>
#include <js/JSON.h>
#include <js/SourceText.h>
#include <jsapi.h>

namespace sluice::expression::test {

namespace {

const JSClass global_class = {
    "global", JSCLASS_GLOBAL_FLAGS, &JS::DefaultGlobalClassOps, nullptr, nullptr, nullptr};

std::string prelude() {
    std::ifstream file(std::string(SLUICE_EXPRESSION_TESTS) + "/javascript_prelude.js");
    return {std::istreambuf_iterator<char>(file), {}};
}

}  // namespace

struct JavaScript::Engine {
    JSContext* context = nullptr;
    JS::PersistentRootedObject global;
    JS::PersistentRootedValue function;

    std::string text_of(JS::HandleValue value) const {
        JS::RootedString string(context, JS::ToString(context, value));
        if (!string) return "?";
        JS::UniqueChars bytes = JS_EncodeStringToUTF8(context, string);
        return bytes ? std::string(bytes.get()) : "?";
    }
    std::string thrown() const {
        JS::RootedValue exception(context);
        if (!JS_GetPendingException(context, &exception)) return "uncatchable";
        JS_ClearPendingException(context);
        return text_of(exception);
    }
    bool run(std::string_view source, JS::MutableHandleValue result) const {
        JS::CompileOptions options(context);
        options.setFileAndLine("expression", 1);
        JS::SourceText<mozilla::Utf8Unit> text;
        if (!text.init(context, source.data(), source.size(), JS::SourceOwnership::Borrowed)) {
            return false;
        }
        return JS::Evaluate(context, options, text, result);
    }
    void must_run(std::string_view source, JS::MutableHandleValue result) const {
        if (!run(source, result)) throw std::runtime_error("JavaScript: " + thrown());
    }
    JSString* string(std::string_view text) const {
        return JS_NewStringCopyUTF8N(context, JS::UTF8Chars(text.data(), text.size()));
    }
};

JavaScript::JavaScript() : engine_(std::make_unique<Engine>()) {
    static const bool initialised = JS_Init();
    if (!initialised) throw std::runtime_error("JavaScript cannot be initialised");
    JSContext* const context = JS_NewContext(256u << 20);
    if (context == nullptr || !JS::InitSelfHostedCode(context)) {
        throw std::runtime_error("JavaScript has no context");
    }
    engine_->context = context;
    JS::RealmOptions options;
    engine_->global.init(context, JS_NewGlobalObject(context, &global_class, nullptr,
                                                     JS::FireOnNewGlobalHook, options));
    engine_->function.init(context);
    const JSAutoRealm realm(context, engine_->global);
    JS::RootedValue ignored(context);
    engine_->must_run(prelude(), &ignored);
    engine_->must_run(R"js(
        globalThis.__names = [];
        globalThis.__values = [];
        globalThis.__scope = (json) => {
            const fields = JSON.parse(json);
            __names = Object.keys(fields);
            __values = Object.values(fields);
        };
        globalThis.__evaluate = (expression) => {
            const run = new Function(...__names, `"use strict"; return (\n${expression}\n);`);
            const value = run(...__values);
            return JSON.stringify(value === undefined ? null : value) ?? "null";
        };
    )js",
                      &ignored);
}

JavaScript::~JavaScript() {
    engine_->function.reset();
    engine_->global.reset();
    JS_DestroyContext(engine_->context);
    JS_ShutDown();
}

void JavaScript::set_scope(std::string_view json) {
    const JSAutoRealm realm(engine_->context, engine_->global);
    JS::RootedValueVector arguments(engine_->context);
    JS::RootedValue ignored(engine_->context);
    if (!arguments.append(JS::StringValue(engine_->string(json))) ||
        !JS_CallFunctionName(engine_->context, engine_->global, "__scope", arguments, &ignored)) {
        throw std::runtime_error("JavaScript: " + engine_->thrown());
    }
}

JavaScript::Answer JavaScript::evaluate(std::string_view expression) {
    const JSAutoRealm realm(engine_->context, engine_->global);
    JS::RootedValueVector arguments(engine_->context);
    JS::RootedValue result(engine_->context);
    if (!arguments.append(JS::StringValue(engine_->string(expression))) ||
        !JS_CallFunctionName(engine_->context, engine_->global, "__evaluate", arguments, &result)) {
        return {true, engine_->thrown()};
    }
    return {false, engine_->text_of(result)};
}

void JavaScript::define(std::string_view expression) {
    const JSAutoRealm realm(engine_->context, engine_->global);
    engine_->must_run("(json => { const {input, nodes} = JSON.parse(json); return JSON.stringify(" +
                          std::string(expression) + "); })",
                      &engine_->function);
}

std::string JavaScript::call(std::string_view json) {
    const JSAutoRealm realm(engine_->context, engine_->global);
    JS::RootedValueVector arguments(engine_->context);
    JS::RootedValue result(engine_->context);
    if (!arguments.append(JS::StringValue(engine_->string(json))) ||
        !JS_CallFunctionValue(engine_->context, engine_->global, engine_->function, arguments,
                              &result)) {
        throw std::runtime_error("JavaScript: " + engine_->thrown());
    }
    return engine_->text_of(result);
}

}  // namespace sluice::expression::test
