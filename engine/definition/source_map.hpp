#pragma once

#include <compare>
#include <cstddef>
#include <functional>
#include <string>
#include <string_view>
#include <unordered_map>

namespace sluice::definition {

/// A place in a source text; both count from 1, the column in characters. 0 means unknown.
struct SourcePosition {
    std::size_t line = 0;
    std::size_t column = 0;

    auto operator<=>(const SourcePosition&) const = default;
};

/// The place so many bytes into a text that begins at `begin`: exact where the source writes the
/// text on one line and without escapes before it, else the beginning.
[[nodiscard]] SourcePosition position_inside(std::string_view source, SourcePosition begin,
                                             std::size_t offset);

/// The place of a line and column (from 1, in characters) of `text`, which begins at `begin`: exact
/// in a literal block (`|`) and where the source writes the text on one line and without escapes
/// before it, else the beginning.
[[nodiscard]] SourcePosition position_in_text(std::string_view source, SourcePosition begin,
                                              std::string_view text, SourcePosition within);

/// Where each value of a document stands in its source text, by JSON Pointer.
class SourceMap {
  public:
    /// `key` is where the value's key stands; for elements of arrays and the root it equals
    /// `value`.
    void add(std::string pointer, SourcePosition value, SourcePosition key);

    /// Place of the value at `pointer`. A value without one of its own (the inside of an alias, a
    /// value that is missing) has the place of its nearest ancestor.
    [[nodiscard]] SourcePosition value(std::string_view pointer) const;
    /// Place of the key of the value at `pointer`, else as `value()`.
    [[nodiscard]] SourcePosition key(std::string_view pointer) const;

  private:
    struct Places {
        SourcePosition value;
        SourcePosition key;
    };
    struct Hash {
        using is_transparent = void;
        std::size_t operator()(std::string_view text) const noexcept {
            return std::hash<std::string_view>{}(text);
        }
    };

    std::unordered_map<std::string, Places, Hash, std::equal_to<>> places_;
};

}  // namespace sluice::definition
