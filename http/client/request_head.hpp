#pragma once

#include <string>

#include "engine/nodes/http_client.hpp"
#include "engine/nodes/http_url.hpp"

namespace sluice::http {

/// The request line and the header section of `request` to `url`, with the empty line that ends
/// them (RFC 9112 §2). Host and User-Agent are the caller's if given. Headers that describe the
/// connection or the framing (Connection, Content-Length, Transfer-Encoding and the like) are the
/// client's own business: the caller's are left out, and so is Accept-Encoding, because answers are
/// not decompressed. Throws `NodeFailure` with code `http_invalid_request` for a method or a header
/// that cannot be sent.
[[nodiscard]] std::string request_head(const HttpRequest& request, const HttpUrl& url);

}  // namespace sluice::http
