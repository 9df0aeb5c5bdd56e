#pragma once

#include <cstddef>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "engine/model/error.hpp"
#include "engine/model/value.hpp"

namespace sluice {

/// Appends `value` as compact JSON (RFC 8259). Numbers are written in their shortest exact form
/// (`5.5`, where Boost.JSON's own serializer writes `5.5E0`); NaN and infinities, which JSON has
/// not, become null.
void append_json(std::string& out, const Value& value);

/// Appends `text` as a JSON string with its quotes. `text` is UTF-8.
void append_json_string(std::string& out, std::string_view text);

[[nodiscard]] std::string to_json(const Value& value);
/// Two spaces an indentation level, for people.
[[nodiscard]] std::string to_pretty_json(const Value& value);

/// The text of `append_json` in pieces of `piece_bytes` each (the last one is shorter), so that
/// large values need no memory for their whole text. A piece is valid during the call.
void write_json(const Value& value, std::size_t piece_bytes,
                const std::function<void(std::string_view)>& take);

/// Parses one JSON text that comes in pieces.
class JsonReader {
  public:
    explicit JsonReader(std::size_t max_depth = 64);
    JsonReader(const JsonReader&) = delete;
    JsonReader& operator=(const JsonReader&) = delete;
    ~JsonReader();

    /// False when the text is no JSON, or too deep: further pieces are not looked at.
    bool take(std::string_view piece);
    /// After the last piece. Errors: as `parse_json`, without a place.
    [[nodiscard]] result<Value> end();

  private:
    struct Parser;
    std::unique_ptr<Parser> parser_;
};

/// Parses one JSON text. Errors: `invalid_json` (details: byte `offset`, `line`, `column`),
/// `json_too_deep`.
[[nodiscard]] result<Value> parse_json(std::string_view text, std::size_t max_depth = 64);

}  // namespace sluice
