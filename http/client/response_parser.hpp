#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

#include <boost/beast/http/basic_parser.hpp>

#include "engine/async/asio.hpp"
#include "engine/nodes/http_client.hpp"

namespace sluice::http {

/// Reads one response (RFC 9112) straight into an `HttpResponse`, by Beast's parser: header names
/// in lower case, a chunked body without its chunks, trailers dropped. Errors are Beast's:
/// `body_limit`, `header_limit`, `partial_message` and those of bad syntax.
class ResponseParser final : public boost::beast::http::basic_parser<false> {
  public:
    /// `header_bytes` and `body_bytes` bound the two parts. `head` says that the request was a
    /// HEAD, whose answer has no body whatever its header says.
    ResponseParser(std::size_t header_bytes, std::size_t body_bytes, bool head);

    /// Valid when the parser is done.
    [[nodiscard]] HttpResponse& response() { return response_; }
    /// 1xx: another response follows.
    [[nodiscard]] bool is_interim() const { return response_.status < 200; }

  private:
    using Text = boost::beast::string_view;
    using Length = boost::optional<std::uint64_t>;

    void on_request_impl(boost::beast::http::verb method, Text method_text, Text target,
                         int version, error_code& error) override;
    void on_response_impl(int status, Text reason, int version, error_code& error) override;
    void on_field_impl(boost::beast::http::field field, Text name, Text value,
                       error_code& error) override;
    void on_header_impl(error_code& error) override;
    void on_body_init_impl(const Length& content_length, error_code& error) override;
    std::size_t on_body_impl(Text body, error_code& error) override;
    void on_chunk_header_impl(std::uint64_t size, Text extensions, error_code& error) override;
    std::size_t on_chunk_body_impl(std::uint64_t remain, Text body, error_code& error) override;
    void on_finish_impl(error_code& error) override;

    HttpResponse response_;
    bool header_done_ = false;
};

}  // namespace sluice::http
