#pragma once

#include <string>
#include <string_view>

namespace sluice::http {

class Request;

/// What a request says about becoming a WebSocket (RFC 6455 §4.2.1), kept because the request may
/// be gone when the handler decides.
struct Handshake {
    /// Why it cannot become one: the status to refuse it with (426 or 400), or 0.
    unsigned status = 0;
    std::string_view detail = {};
    std::string key = {};     ///< Sec-WebSocket-Key
    std::string origin = {};  ///< the Origin field of a browser that comes from another site

    [[nodiscard]] static Handshake of(const Request& request);
    /// Of a request that does not ask for it.
    [[nodiscard]] static Handshake none();
};

}  // namespace sluice::http
