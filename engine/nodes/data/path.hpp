#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "engine/model/limits.hpp"
#include "engine/model/value.hpp"

namespace sluice::nodes {

/// Where something stands in an item: `total`, `customer.address.city`, `lines[0].sku`, or, for
/// keys that hold dots, a list of keys and indexes: `["odd.key", 0]`. The empty path is the item
/// itself.
class Path {
  public:
    Path() = default;
    /// Nullopt when it is not written so, or has more than `Limits::data_rule_depth` parts.
    [[nodiscard]] static std::optional<Path> parse(const Value& written, const Limits& limits);

    /// nullptr when there is nothing.
    [[nodiscard]] const Value* find(const Value& item) const;
    /// As it is written with dots, for messages and as the name of what was found.
    [[nodiscard]] const std::string& text() const { return text_; }

  private:
    using Part = std::variant<std::string, std::size_t>;

    bool add(Part part, const Limits& limits);
    bool parse_text(std::string_view text, const Limits& limits);

    std::vector<Part> parts_;
    std::string text_;
};

inline constexpr std::string_view path_expectation =
    "must be a path such as customer.city or lines[0].sku, or a list of keys and indexes";

}  // namespace sluice::nodes
