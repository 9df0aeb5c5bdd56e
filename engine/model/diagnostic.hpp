#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "engine/model/value.hpp"

namespace sluice {

enum class Severity : unsigned char { error, warning };

/// One problem of a definition. Validation returns all of them at once.
struct Diagnostic {
    Severity severity = Severity::error;
    std::string
        code;  ///< stable, snake_case: `unknown_key`, `unknown_node_type`, `cycle_under_all` ...
    std::string message;     ///< one sentence
    std::string path;        ///< JSON Pointer (RFC 6901) into the document
    std::size_t line = 0;    ///< from 1; 0 when unknown
    std::size_t column = 0;  ///< from 1, in characters
    std::string suggestion;  ///< what to write instead; may be empty
};

using Diagnostics = std::vector<Diagnostic>;

/// {severity, code, message, path, line, column, suggestion}: as the API shows it.
[[nodiscard]] inline Value to_value(const Diagnostic& diagnostic) {
    Object object{{"severity", diagnostic.severity == Severity::error ? "error" : "warning"},
                  {"code", diagnostic.code},
                  {"message", diagnostic.message},
                  {"path", diagnostic.path},
                  {"line", diagnostic.line},
                  {"column", diagnostic.column}};
    if (!diagnostic.suggestion.empty()) object["suggestion"] = diagnostic.suggestion;
    return object;
}

[[nodiscard]] inline bool has_errors(const Diagnostics& diagnostics) {
    for (const auto& diagnostic : diagnostics)
        if (diagnostic.severity == Severity::error) return true;
    return false;
}

}  // namespace sluice
