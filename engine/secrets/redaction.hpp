#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "engine/model/error.hpp"
#include "engine/model/value.hpp"
#include "engine/secrets/pattern_search.hpp"

namespace sluice {

/// What stands in the place of a secret: `[redacted:NAME]`.
[[nodiscard]] std::string redaction_mark(std::string_view name);

/// How secrets are known in texts; made once by `Secrets`, shared by all redactions.
struct RedactionTable {
    PatternSearch search;
    std::vector<std::string> marks;  ///< by secret
    std::vector<bool> numeric;       ///< by secret: its value may be written as a number
    std::vector<bool> escapes;       ///< by secret: its value may look as if it held escapes
};

/// Takes some secrets out of texts and values. A place is redacted when it is a secret's value or
/// one of its forms (secret_forms.hpp), escaped or not; places that overlap become one. Linear in
/// the size: a MiB takes a few milliseconds. Cheap to copy; does nothing when it is empty.
class Redaction {
  public:
    Redaction() = default;
    Redaction(std::shared_ptr<const RedactionTable> table, std::vector<bool> wanted);

    explicit operator bool() const { return table_ != nullptr; }

    /// The text without secrets; nullopt when there is none in it.
    [[nodiscard]] std::optional<std::string> redacted(std::string_view text) const;

    /// True when there was something to redact.
    bool redact(std::string& text) const;
    /// Texts, keys of objects, and numbers where a secret is one. A key that is there already gets
    /// a number behind it.
    bool redact(Value& value) const;
    void redact(Error& error) const;

  private:
    struct Span {
        std::size_t begin;
        std::size_t end;
        std::uint32_t owner;
        std::size_t bytes;  // of the longest place in it
    };
    void find(std::string_view text, std::vector<Span>& spans) const;
    void find_escaped(std::string_view text, std::uint8_t kinds, std::vector<Span>& spans) const;
    bool redact_members(Object& object) const;

    std::shared_ptr<const RedactionTable> table_;
    std::vector<bool> wanted_;
    bool numbers_ = false;
    bool escapes_ = false;
};

}  // namespace sluice
