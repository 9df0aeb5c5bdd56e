#pragma once

#include <memory>
#include <string>
#include <vector>

#include "engine/model/error.hpp"
#include "engine/model/value.hpp"

namespace sluice::definition {

/// One way in which a value breaks its schema.
struct Violation {
    std::string pointer;  ///< JSON Pointer into the value
    std::string
        message;  ///< what is wrong, to be read behind the place: "must be a number, not text"
    std::string schema_pointer;  ///< JSON Pointer of the keyword in the schema, references resolved
};

/// A JSON Schema (draft 7), compiled once and cheap to copy. Validation is const, keeps no state
/// and may be called from several threads.
///
/// Supported are all assertions and applicators of draft 7. `$ref` must point into the same schema
/// (`#/...`): nothing is ever fetched. Patterns run on RE2 (schema_pattern.hpp), formats are those
/// of schema_format.hpp.
class JsonSchema {
  public:
    /// Accepts every value.
    JsonSchema() = default;

    /// Compiles `schema`; null, `true` and `{}` accept everything. Refused as `invalid_schema`:
    /// what breaks the meta-schema, references that lead nowhere, out of the document or in a
    /// circle, unusable patterns, keywords of later drafts. `details.problems` lists every problem
    /// as {pointer, message}.
    [[nodiscard]] static result<JsonSchema> compile(const Value& schema);

    /// True when every value is accepted without looking at it.
    [[nodiscard]] bool accepts_everything() const noexcept { return compiled_ == nullptr; }

    /// Whether the value obeys the schema; stops at the first violation.
    [[nodiscard]] bool accepts(const Value& value) const;

    /// All violations, at most `Limits::schema_violations`, in the order of the schema; empty when
    /// the value obeys. Costs no more than `accepts` then.
    [[nodiscard]] std::vector<Violation> validate(const Value& value) const;

  private:
    struct Compiled;
    class Judge;
    friend result<JsonSchema> compile_trusted_schema(const Value& schema);
    explicit JsonSchema(std::shared_ptr<const Compiled> compiled)
        : compiled_(std::move(compiled)) {}

    std::shared_ptr<const Compiled> compiled_;
};

/// Compiles without checking against the meta-schema: for the meta-schema itself.
[[nodiscard]] result<JsonSchema> compile_trusted_schema(const Value& schema);

}  // namespace sluice::definition
