#pragma once

#include <jsapi.h>

namespace sluice::script {

/// Makes the realm of one run: the language, and console, crypto.randomUUID, sleep and http.
/// nullptr with a pending exception when there is no memory. `beside` is any object of an older
/// realm, whose heap it shares, or null.
[[nodiscard]] JSObject* make_realm(JSContext* context, JS::HandleObject beside);

/// Does in the realm what nearly all code does, so that a run need not wait for it: the machine
/// makes the parts of a realm when they are first used. `context` is in the realm.
void warm_realm(JSContext* context);

}  // namespace sluice::script
