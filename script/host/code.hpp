#pragma once

#include <jsapi.h>

namespace sluice::script {

/// Compiles `code` as the body of an async function. The code's first line is
/// line `lines_before_code` + 1 there. False with a pending SyntaxError when it does not parse.
[[nodiscard]] bool compile_async_function(JSContext* context, JS::HandleValue code,
                                          JS::MutableHandleValue function);

/// Lets nobody but `compile_async_function` turn text into code.
void refuse_text_as_code(JSContext* context);

}  // namespace sluice::script
