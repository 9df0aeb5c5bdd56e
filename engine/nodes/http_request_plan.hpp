#pragma once

#include "engine/model/error.hpp"
#include "engine/model/limits.hpp"
#include "engine/model/value.hpp"
#include "engine/nodes/http_client.hpp"

namespace sluice {

/// What an `http.request` node is about to do.
struct HttpRequestPlan {
    HttpRequest request;
    bool fail_on_status = true;  ///< a status of 400 and above fails the node
    bool parse = true;           ///< a JSON answer becomes its value
    bool log = false;            ///< the request is told in the execution's log
};

/// Reads the evaluated parameters of an `http.request` node:
///
/// | key | value |
/// | --- | --- |
/// | `url` | text; the only one that is required |
/// | `method` | text, default `GET`; any method but CONNECT |
/// | `headers` | object of scalars, or arrays of them for a repeated header; null leaves one out |
/// | `query` | the same; added to the query of `url`, percent-encoded |
/// | `json` | any value: the body, as `application/json` |
/// | `form` | object as `query`: the body, as `application/x-www-form-urlencoded` |
/// | `body` | text, as `text/plain`; `{base64: text}` for bytes; any other value as `json` |
/// | `auth` | `{basic: {username, password}}` or `{bearer: token}` |
/// | `follow_redirects` | true (default), false, or how many |
/// | `timeout` | `10s`, or a number of milliseconds; at most a day |
/// | `max_response_bytes` | number, up to the limit of the server |
/// | `verify_tls` | bool, default true |
/// | `fail_on_status` | bool, default true |
/// | `parse` | bool, default true |
/// | `log` | bool, default false |
///
/// At most one of `json`, `form` and `body`. A Content-Type among the headers wins over the ones
/// above. Fails with `invalid_parameters` whose message names every problem, and whose details are
/// `{problems: [{parameter, message}]}`.
[[nodiscard]] node_result<HttpRequestPlan> plan_http_request(const Value& parameters,
                                                             const Limits& limits);

}  // namespace sluice
