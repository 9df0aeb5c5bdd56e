#pragma once

#include <optional>

#include "engine/model/error.hpp"
#include "engine/model/limits.hpp"
#include "engine/model/value.hpp"
#include "engine/nodes/http_client.hpp"

namespace sluice {

/// The output of an `http.request` node: `{status, headers, body}`. Header names are in lower case;
/// a repeated header is joined with `, `, except `set-cookie`, which is always an array. `body` is
/// the parsed JSON when the content type is `application/json` or ends in `+json` (null when it is
/// empty) and `parse` is set, the text when it is valid UTF-8, and `{base64: text}` otherwise.
///
/// A JSON body that does not parse fails with `http_invalid_json`, unless the status is 400 or
/// above: then it is text, so that the status is what the user hears about.
[[nodiscard]] node_result<Value> render_http_response(const HttpResponse& response,
                                                      const Limits& limits, bool parse = true);

/// What a node fails with because of the status of its rendered answer: code `http_status`, details
/// `{status, headers, body}` and, when the answer names seconds, `retry_after_ms`. Retryable for
/// 408, 425, 429 and 5xx. Nullopt below 400.
[[nodiscard]] std::optional<NodeError> status_failure(const Value& rendered);

}  // namespace sluice
