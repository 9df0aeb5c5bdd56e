#pragma once

#include "engine/nodes/http_client.hpp"
#include "engine/nodes/http_url.hpp"

namespace sluice::http {

/// True for the statuses that send the client elsewhere (RFC 9110 §15.4): 301, 302, 303, 307, 308.
[[nodiscard]] bool is_redirect(unsigned status);

/// Turns `request`, which `from` answered with the redirect `status` to `to`, into the next one.
/// After 301 and 302 a POST becomes a GET, after 303 everything but a HEAD does (Fetch Standard,
/// "HTTP-redirect fetch"; RFC 9110 §15.4), without the body and the headers that describe it;
/// otherwise method and body stay, so that no PUT or DELETE is lost. Credentials (Authorization,
/// Cookie, Proxy-Authorization) and a Host of the caller's go to the same origin only.
void follow_redirect(HttpRequest& request, unsigned status, const HttpUrl& from, const HttpUrl& to);

}  // namespace sluice::http
