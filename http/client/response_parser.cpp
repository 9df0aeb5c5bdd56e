#include "http/client/response_parser.hpp"

#include <algorithm>
#include <limits>

namespace sluice::http {
namespace {

// A body is not given more memory in advance than this, whatever its header promises.
constexpr std::uint64_t most_reserved = 1u << 20;

}  // namespace

ResponseParser::ResponseParser(std::size_t header_bytes, std::size_t body_bytes, bool head) {
    header_limit(static_cast<std::uint32_t>(
        std::min<std::size_t>(header_bytes, std::numeric_limits<std::uint32_t>::max())));
    body_limit(body_bytes);
    eager(true);
    skip(head);
}

void ResponseParser::on_request_impl(boost::beast::http::verb, Text, Text, int, error_code&) {}

void ResponseParser::on_response_impl(int status, Text, int, error_code&) {
    response_.status = static_cast<unsigned>(status);
}

void ResponseParser::on_field_impl(boost::beast::http::field, Text name, Text value, error_code&) {
    if (header_done_) return;  // a trailer
    auto& header = response_.headers.emplace_back(name, value);
    for (char& character : header.first)
        if (character >= 'A' && character <= 'Z') character = static_cast<char>(character + 32);
}

void ResponseParser::on_header_impl(error_code&) {
    header_done_ = true;
}

void ResponseParser::on_body_init_impl(const Length& content_length, error_code&) {
    if (content_length)
        response_.body.reserve(
            static_cast<std::size_t>(std::min<std::uint64_t>(*content_length, most_reserved)));
}

std::size_t ResponseParser::on_body_impl(Text body, error_code&) {
    response_.body.append(body);
    return body.size();
}

void ResponseParser::on_chunk_header_impl(std::uint64_t, Text, error_code&) {}

std::size_t ResponseParser::on_chunk_body_impl(std::uint64_t, Text body, error_code&) {
    response_.body.append(body);
    return body.size();
}

void ResponseParser::on_finish_impl(error_code&) {}

}  // namespace sluice::http
