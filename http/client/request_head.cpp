#include "http/client/request_head.hpp"

#include <algorithm>
#include <array>
#include <string_view>

#include "engine/model/ascii.hpp"
#include "engine/nodes/http_fields.hpp"
#include "http/client/failure.hpp"

namespace sluice::http {
namespace {

constexpr std::array<std::string_view, 10> ours{
    "Connection",       "Content-Length", "Transfer-Encoding", "Keep-Alive",
    "Proxy-Connection", "Upgrade",        "Accept-Encoding",   "TE",
    "Trailer",          "Expect"};

bool is_ours(std::string_view name) {
    return std::any_of(ours.begin(), ours.end(),
                       [name](std::string_view own) { return equal_ignoring_case(name, own); });
}

void append_field(std::string& head, std::string_view name, std::string_view value) {
    head += name;
    head += ": ";
    head += value;
    head += "\r\n";
}

/// A method that means something with a body says so even when there is none (RFC 9110 §8.6).
bool needs_length(const HttpRequest& request) {
    return !request.body.empty() || request.method == "POST" || request.method == "PUT" ||
           request.method == "PATCH";
}

}  // namespace

std::string request_head(const HttpRequest& request, const HttpUrl& url) {
    if (!is_http_token(request.method) || request.method == "CONNECT")
        throw failure("http_invalid_request", "this method cannot be sent");
    std::string head;
    head.reserve(512);
    head += request.method;
    head += ' ';
    head += url.target;
    head += " HTTP/1.1\r\n";

    const auto* host = find_http_header(request.headers, "Host");
    append_field(head, "Host", host != nullptr ? *host : url.authority());
    if (find_http_header(request.headers, "User-Agent") == nullptr)
        append_field(head, "User-Agent", "sluice/" SLUICE_VERSION);
    if (needs_length(request))
        append_field(head, "Content-Length", std::to_string(request.body.size()));
    for (const auto& [name, value] : request.headers) {
        if (!is_http_token(name) || !is_http_field_value(value))
            throw failure("http_invalid_request",
                          "header `" + (is_http_token(name) ? name : std::string("?")) +
                              "` cannot be sent: a name or a value has characters that headers "
                              "must not have");
        if (!is_ours(name) && !equal_ignoring_case(name, "Host")) append_field(head, name, value);
    }
    head += "\r\n";
    return head;
}

}  // namespace sluice::http
