#include "http/client/redirect.hpp"

#include <algorithm>
#include <span>
#include <string_view>

#include "engine/model/ascii.hpp"

namespace sluice::http {
namespace {

constexpr std::string_view of_body[] = {"Content-Type",     "Content-Encoding", "Content-Language",
                                        "Content-Location", "Content-Length",   "Transfer-Encoding",
                                        "Digest",           "Last-Modified"};
constexpr std::string_view of_origin[] = {"Authorization", "Cookie", "Proxy-Authorization", "Host"};

void remove(HttpHeaders& headers, std::span<const std::string_view> names) {
    std::erase_if(headers, [names](const auto& header) {
        return std::any_of(names.begin(), names.end(), [&header](std::string_view name) {
            return equal_ignoring_case(header.first, name);
        });
    });
}

}  // namespace

bool is_redirect(unsigned status) {
    return status == 301 || status == 302 || status == 303 || status == 307 || status == 308;
}

void follow_redirect(HttpRequest& request, unsigned status, const HttpUrl& from,
                     const HttpUrl& to) {
    const bool found = status == 301 || status == 302;
    if ((found && request.method == "POST") || (status == 303 && request.method != "HEAD")) {
        request.method = "GET";
        request.body.clear();
        remove(request.headers, of_body);
    }
    if (!from.same_origin(to)) remove(request.headers, of_origin);
    request.url = to.to_string();
}

}  // namespace sluice::http
