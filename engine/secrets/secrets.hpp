#pragma once

#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "engine/model/error.hpp"
#include "engine/model/limits.hpp"
#include "engine/model/value.hpp"
#include "engine/secrets/redaction.hpp"

namespace sluice {

/// The secrets of one process: what `${secrets.NAME}` gives to flows, and how it is kept out of
/// everything that is stored, logged, published or answered. Immutable.
class Secrets {
  public:
    /// By name, `[A-Za-z_][A-Za-z0-9_]*`. Values are UTF-8. Errors, which never tell a value:
    /// `invalid_secret_name`, `secret_not_text`, `secret_too_short`, `secret_too_long`,
    /// `secret_too_simple` (fewer than four different characters), `secret_in_mark` (it stands in
    /// what would replace it), `too_many_secrets`, `secrets_too_large`. Takes milliseconds.
    [[nodiscard]] static result<std::shared_ptr<const Secrets>> create(
        const std::map<std::string, std::string>& values, const Limits& limits = {});

    /// The value, a text; nullptr when there is no such secret. Lives as long as this.
    [[nodiscard]] const Value* find(std::string_view name) const;
    /// In ascending order.
    [[nodiscard]] const std::vector<std::string>& names() const { return names_; }

    /// Of those named; unknown names are ignored.
    [[nodiscard]] Redaction redaction(std::span<const std::string> names) const;
    /// Of all.
    [[nodiscard]] Redaction redaction() const;

  private:
    Secrets() = default;
    [[nodiscard]] std::optional<std::string> name_in_mark() const;

    std::vector<std::string> names_;
    std::vector<Value> values_;
    std::shared_ptr<const RedactionTable> table_;
};

}  // namespace sluice
