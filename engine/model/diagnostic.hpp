#pragma once

#include <cstddef>
#include <string>
#include <vector>

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

[[nodiscard]] inline bool has_errors(const Diagnostics& diagnostics) {
    for (const auto& diagnostic : diagnostics)
        if (diagnostic.severity == Severity::error) return true;
    return false;
}

}  // namespace sluice
