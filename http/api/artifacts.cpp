// Large values: their content, whole or a part of it (RFC 9110 §14).
#include <charconv>
#include <limits>
#include <utility>

#include "http/api/api.hpp"
#include "http/api/error_response.hpp"
#include "http/api/handler.hpp"

namespace sluice::http {
namespace {

/// The part of a content that a client wants.
struct Part {
    std::uint64_t first = 0;
    std::uint64_t count = 0;
    bool whole = true;
    bool satisfiable = true;
};

std::optional<std::uint64_t> number_in(std::string_view text) {
    std::uint64_t number = 0;
    const auto parsed = std::from_chars(text.data(), text.data() + text.size(), number);
    if (text.empty() || parsed.ec != std::errc() || parsed.ptr != text.data() + text.size())
        return std::nullopt;
    return number;
}

/// What the field Range asks for. What is no single range of bytes is ignored, as the standard says
/// it may be: the answer is the whole then.
Part part_of(std::string_view range, std::uint64_t size) {
    const Part whole{0, size, true, true};
    constexpr std::string_view unit = "bytes=";
    if (!range.starts_with(unit)) return whole;
    range.remove_prefix(unit.size());
    const auto dash = range.find('-');
    if (dash == std::string_view::npos || range.find(',') != std::string_view::npos) return whole;
    const auto first = number_in(range.substr(0, dash));
    const auto last = number_in(range.substr(dash + 1));
    if (dash == 0) {  // the last so many bytes
        if (!last) return whole;
        const auto count = std::min(*last, size);
        return {size - count, count, false, count > 0};
    }
    if (!first || (dash + 1 < range.size() && !last) || (last && *last < *first)) return whole;
    if (*first >= size) return {0, 0, false, false};
    const auto end = last ? std::min(*last, size - 1) : size - 1;
    return {*first, end - *first + 1, false, true};
}

/// Whether one of the entity tags in If-None-Match is this one (weak comparison).
bool lists(std::string_view tags, std::string_view tag) {
    return tags == "*" || tags.find(tag) != std::string_view::npos;
}

Error artifact_not_found(const std::string& hash) {
    return {"artifact_not_found",
            "there is no artifact " + hash + "; it goes with the last execution that refers to it",
            Object{{"sha256", hash}}};
}

task<Response> get_artifact(Engine& engine, Request request) {
    const auto hash = ContentHash::parse(request.parameter("sha256"));
    if (!hash)
        co_return error_response({"invalid_parameter",
                                  "an artifact is named by its SHA-256: 64 hexadecimal digits",
                                  Object{{"parameter", "sha256"}}});
    const std::string tag = "\"" + hash->to_string() + "\"";
    const auto described = [&](Response response) {
        // The name is the content: what was once read never changes.
        return std::move(response)
            .with("ETag", tag)
            .with("Accept-Ranges", "bytes")
            .with("Cache-Control", "private, max-age=31536000, immutable");
    };
    const auto key = co_await engine.records().artifact(*hash);
    if (!key) co_return error_response(artifact_not_found(hash->to_string()));
    if (request.has_header("if-none-match") && lists(request.header("if-none-match"), tag))
        co_return described(Response::empty(304));
    const bool ranges = !request.has_header("if-range") || request.header("if-range") == tag;
    const auto part = part_of(ranges ? request.header("range") : std::string_view(), key->bytes);
    const std::string size = std::to_string(key->bytes);
    if (!part.satisfiable)
        co_return error_response({"range_not_satisfiable",
                                  "the artifact has " + size + " bytes, and the range '" +
                                      std::string(request.header("range")) + "' has none of them",
                                  Object{{"bytes", key->bytes}}})
            .with("Content-Range", "bytes */" + size)
            .with("Accept-Ranges", "bytes");
    auto content = co_await engine.records().artifact_bytes(*hash, part.first, part.count);
    if (!content) {
        const Error error = content.error();
        if (error.code == "artifact_missing")
            co_return error_response(artifact_not_found(hash->to_string()));
        co_return error_response(error);
    }
    auto response =
        described(Response::json_text(part.whole ? 200 : 206, std::move(content->content)));
    if (part.whole) co_return response;
    co_return std::move(response).with(
        "Content-Range", "bytes " + std::to_string(part.first) + "-" +
                             std::to_string(part.first + part.count - 1) + "/" + size);
}

}  // namespace

void mount_artifacts(Router& router, Engine& engine) {
    router
        .add({Method::get, "/api/v1/artifacts/{sha256}", handlers_of(engine)(get_artifact),
              "get_artifact", Access::viewer})
        .value();
}

}  // namespace sluice::http
