#pragma once

#include <string>
#include <string_view>

#include <jsapi.h>

namespace sluice::script {

/// Compiles `code` as the body of an async function. The code's first line is
/// line `lines_before_code` + 1 there. False with a pending SyntaxError when it does not parse.
[[nodiscard]] bool compile_async_function(JSContext* context, JS::HandleString code,
                                          JS::MutableHandleValue function);

/// Source name of a module: what tells its frames from those of the code.
[[nodiscard]] std::string module_source(std::string_view name);
/// The module that a source name means; empty for other sources.
[[nodiscard]] std::string module_of(std::string_view source);

/// Compiles a module: a script, whose declarations become those of the realm. False with a pending
/// SyntaxError when it does not parse.
[[nodiscard]] bool compile_module(JSContext* context, std::string_view name, JS::HandleString code,
                                  JS::MutableHandleScript script);

/// Lets nobody but `compile_async_function` turn text into code.
void refuse_text_as_code(JSContext* context);

}  // namespace sluice::script
