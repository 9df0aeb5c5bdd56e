#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <utility>

#include "engine/model/error.hpp"

namespace sluice {

/// An absolute http or https URL (RFC 3986, RFC 9110 §4.2), split into what a client needs.
struct HttpUrl {
    bool secure = false;       ///< https
    std::string host;          ///< lower case; an IPv6 address is without its brackets
    std::uint16_t port = 80;   ///< the scheme's own when the URL names none
    std::string target = "/";  ///< path and query, percent-encoded, never empty

    /// `host` or `host:port` as the Host header has it: the scheme's own port is left out.
    [[nodiscard]] std::string authority() const;
    [[nodiscard]] std::string to_string() const;
    /// Without the query, where credentials may hide: for messages.
    [[nodiscard]] std::string without_query() const;
    /// The same scheme, host and port (RFC 6454 §4).
    [[nodiscard]] bool same_origin(const HttpUrl& other) const;
};

/// Characters that URLs may not contain, but people and templates write, are percent-encoded first.
/// Refuses with code `invalid_url`: other schemes, no host, credentials before the host (they
/// belong into a header, where they are redacted), names outside ASCII. The fragment is dropped.
/// The message does not repeat the URL.
[[nodiscard]] result<HttpUrl> parse_http_url(std::string_view text);

/// What `location` (absolute or relative, RFC 3986 §5) means in an answer from `base`.
[[nodiscard]] result<HttpUrl> resolve_http_url(const HttpUrl& base, std::string_view location);

using QueryParameters = std::span<const std::pair<std::string, std::string>>;

/// Adds `parameters` after the query that `url` has, before its fragment, percent-encoded so that
/// only unreserved characters (RFC 3986 §2.3) stay as they are.
[[nodiscard]] std::string append_query(std::string_view url, QueryParameters parameters);

/// Percent-encodes a text as one segment of a path: only unreserved characters stay as they are.
[[nodiscard]] std::string encode_path_segment(std::string_view text);

/// The same pairs as `application/x-www-form-urlencoded` (a space is a plus).
[[nodiscard]] std::string form_encode(QueryParameters parameters);

}  // namespace sluice
