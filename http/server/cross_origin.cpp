#include "http/server/cross_origin.hpp"

#include <algorithm>
#include <string>
#include <string_view>

#include "engine/model/ascii.hpp"
#include "http/server/request.hpp"
#include "http/server/response_head.hpp"
#include "http/server/router.hpp"

namespace sluice::http {

namespace {

constexpr std::string_view allow_origin = "Access-Control-Allow-Origin";

// The names of fields that are asked for; what is not a token is left out.
std::string requested_fields(std::string_view list) {
    std::string names;
    while (!list.empty()) {
        const std::size_t comma = std::min(list.find(','), list.size());
        std::string_view name = list.substr(0, comma);
        list.remove_prefix(std::min(comma + 1, list.size()));
        while (name.starts_with(' ') || name.starts_with('\t')) name.remove_prefix(1);
        while (name.ends_with(' ') || name.ends_with('\t')) name.remove_suffix(1);
        if (!is_token(name)) continue;
        if (!names.empty()) names += ", ";
        names += name;
    }
    return names;
}

}  // namespace

void CrossOrigin::allow(Response& response) {
    const bool said = std::ranges::any_of(response.headers, [](const auto& field) {
        return equal_ignoring_case(field.first, allow_origin);
    });
    if (!said) response.headers.emplace_back(allow_origin, "*");
}

bool CrossOrigin::is_preflight(const Request& request) {
    return request.method() == Method::options && request.has_header("origin") &&
           request.has_header("access-control-request-method");
}

Response CrossOrigin::preflight(const Request& request, MethodSet methods,
                                std::chrono::seconds keep) {
    Response response = Response::empty();
    allow(response);
    response.headers.emplace_back("Access-Control-Allow-Methods", allow_value(methods));
    std::string fields = requested_fields(request.header("access-control-request-headers"));
    if (!fields.empty())
        response.headers.emplace_back("Access-Control-Allow-Headers", std::move(fields));
    response.headers.emplace_back("Access-Control-Max-Age", std::to_string(keep.count()));
    return response;
}

}  // namespace sluice::http
