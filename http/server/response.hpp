#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "engine/model/value.hpp"

namespace sluice::http {

/// Text that lives as long as the program: made from string literals only, so it is never copied.
class Literal {
  public:
    template <std::size_t Size>
    consteval Literal(const char (&text)[Size])  // NOLINT: converts on purpose
        : text_(text, Size - 1) {}
    consteval Literal() = default;
    [[nodiscard]] constexpr std::string_view text() const { return text_; }

  private:
    std::string_view text_;
};

/// One answer. The session adds Date, Server, Content-Length and, where needed, Connection.
struct Response {
    unsigned status = 200;  ///< 200 to 599; anything else is answered with internal_error
    /// Left out when there is no text, or no body allowed (204, 304). A type made at run time goes
    /// into `headers` instead.
    Literal content_type = "";
    /// Further fields. Control characters in values are sent as spaces; names that are not tokens,
    /// and those that the session writes itself (Content-Length, Connection, ...), are left out.
    std::vector<std::pair<std::string, std::string>> headers;
    std::string body;
    bool close = false;  ///< close the connection after this answer

    /// `value` as application/json.
    [[nodiscard]] static Response json(unsigned status, const Value& value);
    /// JSON that is text already.
    [[nodiscard]] static Response json_text(unsigned status, std::string text);
    /// text/plain in UTF-8.
    [[nodiscard]] static Response text(unsigned status, std::string text);
    /// No body; 204 by default.
    [[nodiscard]] static Response empty(unsigned status = 204);

    /// Adds a field: `return Response::json(201, flow).with("Location", where);`
    [[nodiscard]] Response with(std::string name, std::string value) && {
        headers.emplace_back(std::move(name), std::move(value));
        return std::move(*this);
    }
};

}  // namespace sluice::http
