#pragma once

#include <string>
#include <string_view>

#include "engine/async/clock.hpp"
#include "http/server/response.hpp"

namespace sluice::http {

/// The standard phrase of a status (RFC 9110 §15); "Unknown" for one that has none.
[[nodiscard]] std::string_view reason_phrase(unsigned status);

/// `Sun, 06 Nov 1994 08:49:37 GMT` (RFC 9110 §5.6.7).
[[nodiscard]] std::string http_date(WallTime time);

/// The fields that are the same in every answer of one second: `Server` and `Date`.
class CommonFields {
  public:
    /// `clock` outlives this; `server` goes into the Server field, which is left out when empty.
    CommonFields(const Clock& clock, std::string server);

    /// Two complete lines. `now` is the steady time; the wall clock is asked once a second.
    [[nodiscard]] std::string_view at(SteadyTime now) {
        if (now >= next_) refresh(now);
        return lines_;
    }

  private:
    void refresh(SteadyTime now);

    const Clock& clock_;
    std::string server_;
    std::string lines_;
    SteadyTime next_ = SteadyTime::min();
};

/// True for the name of a field (RFC 9110 §5.6.2).
[[nodiscard]] bool is_token(std::string_view text);

/// What the session decides about an answer.
struct Framing {
    bool head_only = false;            ///< answers HEAD: the length stays, the body is not sent
    bool close = false;                ///< Connection: close
    bool say_keep_alive = false;       ///< Connection: keep-alive, which HTTP/1.0 has to be told
    std::string_view request_id = {};  ///< X-Request-Id, left out when empty
};

/// True when an answer with this status has neither a body nor a Content-Length (RFC 9110 §8.6).
[[nodiscard]] constexpr bool is_bodiless(unsigned status) {
    return status == 204 || status == 304 || status < 200;
}

/// Appends the status line and all fields with the empty line after them.
void append_head(std::string& out, const Response& response, std::string_view common,
                 const Framing& framing);

}  // namespace sluice::http
