#include "http/server/problem.hpp"

#include "engine/model/json_text.hpp"
#include "http/server/response_head.hpp"

namespace sluice::http {

Problem Problem::from(unsigned status, const Error& error) {
    Problem problem;
    problem.status = status;
    problem.code = error.code;
    problem.detail = error.message;
    problem.details = error.details;
    return problem;
}

Response to_response(Problem problem) {
    Object body;
    body["type"] = "urn:sluice:problem:" + problem.code;
    body["title"] = reason_phrase(problem.status);
    body["status"] = problem.status;
    body["code"] = problem.code;
    body["detail"] = problem.detail;
    if (!problem.errors.empty()) body["errors"] = std::move(problem.errors);
    if (!problem.details.is_null()) body["details"] = std::move(problem.details);
    if (problem.retry_after) body["retry_after"] = problem.retry_after->count();

    Response response;
    response.status = problem.status;
    response.content_type = "application/problem+json";
    response.body = to_json(body);
    if (problem.retry_after)
        response.headers.emplace_back("Retry-After", std::to_string(problem.retry_after->count()));
    return response;
}

Response problem(unsigned status, std::string_view code, std::string_view detail) {
    Problem described;
    described.status = status;
    described.code = code;
    described.detail = detail;
    return to_response(std::move(described));
}

Response internal_error() {
    return problem(500, "internal_error", internal_error_detail);
}

Response overloaded(std::chrono::seconds retry_after) {
    Problem described;
    described.status = 503;
    described.code = "overloaded";
    described.detail = "the server has too much to do; try again later";
    described.retry_after = retry_after;
    return to_response(std::move(described));
}

}  // namespace sluice::http
