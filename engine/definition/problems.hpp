#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "engine/definition/source_map.hpp"
#include "engine/model/diagnostic.hpp"
#include "engine/model/value.hpp"

namespace sluice::definition {

/// Collects the problems of one document and gives each its place in the source.
class Problems {
  public:
    /// At most `limit` problems are listed; `positions` must outlive this.
    Problems(const SourceMap& positions, std::size_t limit)
        : positions_(positions), limit_(limit) {}

    /// A problem of the value at `pointer`.
    void at_value(std::string_view pointer, std::string code, std::string message,
                  std::string suggestion = {});
    /// A problem of the key at `pointer`, or of something that is missing in the value there.
    void at_key(std::string_view pointer, std::string code, std::string message,
                std::string suggestion = {});

    [[nodiscard]] bool empty() const noexcept { return diagnostics_.empty(); }

    /// All problems in the order of the source; problems over the limit become one `more_problems`
    /// at the end.
    [[nodiscard]] Diagnostics take();

  private:
    void add(std::string_view pointer, SourcePosition position, std::string code,
             std::string message, std::string suggestion);

    const SourceMap& positions_;
    std::size_t limit_;
    std::size_t unlisted_ = 0;
    Diagnostics diagnostics_;
};

/// A text of the document in backticks, cut to 60 bytes.
[[nodiscard]] std::string quoted(std::string_view text);

/// What kind of value it is, for "must be text, not an array".
[[nodiscard]] std::string_view kind_name(const Value& value);

/// "`a`, `b` and `c`"; long lists are cut.
[[nodiscard]] std::string listed(const auto& names) {
    constexpr std::size_t longest = 12;
    std::string text;
    std::size_t at = 0;
    const std::size_t count = static_cast<std::size_t>(std::size(names));
    for (std::string_view name : names) {
        if (at == longest && count > longest + 1)
            return text + " and " + std::to_string(count - at) + " more";
        if (at > 0) text += at + 1 == count ? " and " : ", ";
        text += quoted(name);
        ++at;
    }
    return text;
}

}  // namespace sluice::definition
