#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "engine/model/error.hpp"

namespace re2 {
class RE2;
}

namespace sluice::definition {

/// A regular expression of a JSON Schema (ECMA 262, as draft 7 validation §4.3 asks), run by RE2:
/// linear time and no recursion, whatever the text. Matches anywhere unless anchored. Safe to share
/// between threads.
class SchemaPattern {
  public:
    /// Refuses as `invalid_pattern` what is no regular expression, and what RE2 does not have:
    /// lookaround and back references.
    [[nodiscard]] static result<SchemaPattern> compile(std::string_view pattern);

    [[nodiscard]] bool matches(std::string_view text) const;

  private:
    explicit SchemaPattern(std::shared_ptr<const re2::RE2> expression)
        : expression_(std::move(expression)) {}

    std::shared_ptr<const re2::RE2> expression_;
};

/// `pattern` in RE2's spelling: `\uXXXX`, `\cX`, `\s`, `.`, `[^]` and named groups differ.
[[nodiscard]] std::string to_re2_syntax(std::string_view pattern);

}  // namespace sluice::definition
