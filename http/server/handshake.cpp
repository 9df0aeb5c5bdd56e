#include "http/server/handshake.hpp"

#include <algorithm>

#include "engine/model/ascii.hpp"
#include "http/server/request.hpp"

namespace sluice::http {

namespace {

std::string_view trimmed(std::string_view text) {
    const std::size_t first = text.find_first_not_of(" \t");
    if (first == std::string_view::npos) return {};
    return text.substr(first, text.find_last_not_of(" \t") - first + 1);
}

// Looks for a token in all list fields of that name (RFC 9110 §5.6.1).
bool lists(const Request& request, std::string_view name, std::string_view token) {
    for (std::size_t index = 0; index < request.header_count(); ++index) {
        if (!equal_ignoring_case(request.header_name(index), name)) continue;
        std::string_view left = request.header_value(index);
        while (!left.empty()) {
            const std::size_t comma = std::min(left.find(','), left.size());
            if (equal_ignoring_case(trimmed(left.substr(0, comma)), token)) return true;
            left.remove_prefix(std::min(comma + 1, left.size()));
        }
    }
    return false;
}

// 16 bytes in base64: 22 digits, of which the last has four bits that are not used.
bool is_key(std::string_view key) {
    return key.size() == 24 && key.ends_with("==") &&
           std::ranges::all_of(key.substr(0, 22), [](char character) {
               return (character >= '0' && character <= '9') ||
                      (ascii_lower(character) >= 'a' && ascii_lower(character) <= 'z') ||
                      character == '+' || character == '/';
           });
}

// A browser tells where a page comes from; other clients say nothing.
bool is_foreign(std::string_view origin, std::string_view host) {
    if (origin.empty()) return false;
    const std::size_t scheme = origin.find("://");
    return scheme == std::string_view::npos ||
           !equal_ignoring_case(origin.substr(scheme + 3), host);
}

}  // namespace

Handshake Handshake::none() {
    return {.status = 426, .detail = "this is a WebSocket: ask for an upgrade to websocket"};
}

Handshake Handshake::of(const Request& request) {
    if (request.minor_version() == 0 || !lists(request, "upgrade", "websocket")) return none();
    if (request.method() != Method::get)
        return {.status = 400, .detail = "a WebSocket is opened with GET"};
    if (!lists(request, "connection", "upgrade"))
        return {.status = 400, .detail = "the Connection field does not name Upgrade"};
    if (request.header("sec-websocket-version") != "13")
        return {.status = request.has_header("sec-websocket-version") ? 426u : 400u,
                .detail = "the only version of WebSocket spoken here is 13"};
    const std::string_view key = request.header("sec-websocket-key");
    if (!is_key(key))
        return {.status = 400, .detail = "Sec-WebSocket-Key is not 16 bytes in base64"};
    Handshake handshake{.key = std::string(key)};
    const std::string_view origin = request.header("origin");
    if (is_foreign(origin, request.header("host"))) handshake.origin = origin;
    return handshake;
}

}  // namespace sluice::http
