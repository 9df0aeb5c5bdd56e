#include "http/server/response.hpp"

#include "engine/model/json_text.hpp"

namespace sluice::http {

Response Response::json(unsigned status, const Value& value) {
    return json_text(status, to_json(value));
}

Response Response::json_text(unsigned status, std::string text) {
    Response response;
    response.status = status;
    response.content_type = "application/json";
    response.body = std::move(text);
    return response;
}

Response Response::text(unsigned status, std::string text) {
    Response response;
    response.status = status;
    response.content_type = "text/plain; charset=utf-8";
    response.body = std::move(text);
    return response;
}

Response Response::empty(unsigned status) {
    Response response;
    response.status = status;
    return response;
}

}  // namespace sluice::http
