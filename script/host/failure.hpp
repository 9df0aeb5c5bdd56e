#pragma once

#include <string>
#include <vector>

#include <jsapi.h>

namespace sluice::script {

/// Why a run failed, in the words of docs/code.md.
struct Failure {
    std::string code;
    std::string message;
    std::string plain_message;  ///< without the place; only of what was thrown
    // Of what the code threw; empty and 0 where it does not say.
    std::string name;
    std::string call_code;           ///< of a call that failed: `http_timeout`
    std::string module;              ///< that the place is in; empty: the node's code
    unsigned line = 0;               ///< within the user's code, from 1
    unsigned column = 0;             ///< from 1
    std::vector<std::string> stack;  ///< the user's frames, innermost first: `total (3:12)`
};

/// Lines that the machine puts in front of the user's code.
inline constexpr unsigned lines_before_code = 2;

/// Describes what was thrown; `stack` is where, or null. Ends no run: what throws while it is asked
/// about itself is described by less. `context` is in the code's realm.
[[nodiscard]] Failure describe_thrown(JSContext* context, JS::HandleValue thrown,
                                      JS::HandleObject stack);

/// As a `failure` message.
[[nodiscard]] std::string failure_message(const Failure& failure);

/// What people are shown of an Error: `TypeError: x is undefined`.
[[nodiscard]] std::string error_text(JSContext* context, JS::HandleObject error);

}  // namespace sluice::script
