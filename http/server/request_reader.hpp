#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include <boost/beast/http/basic_parser.hpp>

#include "engine/model/limits.hpp"
#include "http/server/request.hpp"

namespace sluice::http {

/// Turns a connection's bytes into requests (RFC 9112), without I/O: bytes go into `space`, `next`
/// says what they amount to. Beast's parser reads heads and chunks; a body with a length stays
/// where it is in the buffer. Stricter than Beast where leniency lets requests be smuggled: no
/// folded lines, exactly one Host, no unknown transfer codings.
class RequestReader {
  public:
    /// Why a request cannot be read: the problem to answer with before closing.
    struct Failure {
        unsigned status = 400;
        std::string_view code = "bad_request";
        std::string_view detail;
    };
    enum class Step {
        need_more,  ///< read more bytes
        expect,     ///< the client waits for 100 Continue; told once, call `next` again afterwards
        complete,   ///< `request` is there, until `consume`
        failed      ///< `failure` says why; the connection cannot go on
    };

    /// `limits` outlives the reader. `peer` and `ids` are handed to the requests and outlive them.
    RequestReader(const Limits& limits, std::string_view peer, UuidGenerator* ids);

    /// Room for the next bytes; never empty.
    [[nodiscard]] std::span<char> space();
    /// `size` bytes of `space` have been filled.
    void commit(std::size_t size) { end_ += size; }

    [[nodiscard]] Step next();
    [[nodiscard]] Request& request() { return request_; }
    [[nodiscard]] const Request& request() const { return request_; }
    [[nodiscard]] const Failure& failure() const { return failure_; }
    /// The request is done with: its bytes make room, the next one begins.
    void consume();

    /// Bytes received and not consumed.
    [[nodiscard]] std::size_t buffered() const { return end_ - begin_; }
    /// These bytes; after `consume`, what came behind the request.
    [[nodiscard]] std::string_view rest() const { return {data_.get() + begin_, buffered()}; }
    /// `request` has its path, also when the rest could not be read.
    [[nodiscard]] bool knows_path() const { return knows_path_; }
    [[nodiscard]] bool in_head() const { return stage_ == Stage::start || stage_ == Stage::head; }
    /// The head is complete, the body is not.
    [[nodiscard]] bool in_body() const { return stage_ == Stage::body || stage_ == Stage::chunks; }

  private:
    enum class Stage : std::uint8_t { start, head, body, chunks, complete };

    // Beast's parser reports what it finds to this.
    class Parser final : public boost::beast::http::basic_parser<true> {
      public:
        explicit Parser(RequestReader& reader) : reader_(reader) {}

      private:
        using error_code = boost::system::error_code;
        using view = boost::beast::string_view;
        void on_request_impl(boost::beast::http::verb verb, view method, view target, int version,
                             error_code& error) override;
        void on_response_impl(int, view, int, error_code&) override {}
        void on_field_impl(boost::beast::http::field field, view name, view value,
                           error_code& error) override;
        void on_header_impl(error_code&) override {}
        void on_body_init_impl(const boost::optional<std::uint64_t>&, error_code&) override {}
        std::size_t on_body_impl(view body, error_code&) override { return body.size(); }
        void on_chunk_header_impl(std::uint64_t, view, error_code&) override {}
        std::size_t on_chunk_body_impl(std::uint64_t, view body, error_code&) override;
        void on_finish_impl(error_code&) override {}

        RequestReader& reader_;
    };

    Step read_head();
    Step finish_head();
    Step read_body();
    Step read_chunks();
    Step finish(std::string_view body);
    Step head_needs_more();
    Step fail(unsigned status, std::string_view code, std::string_view detail);
    Step fail_parsing(const boost::system::error_code& error);
    [[nodiscard]] bool read_target();
    [[nodiscard]] bool decode_path();

    [[nodiscard]] Range range_of(std::string_view text) const;
    void make_room();

    const Limits& limits_;
    Request request_;
    std::optional<Parser> parser_;
    std::unique_ptr<char[]> data_;
    std::size_t capacity_ = 0;
    std::size_t begin_ = 0;   // of the message
    std::size_t end_ = 0;     // of what has been received
    std::size_t parsed_ = 0;  // of the message, by the parser
    std::size_t head_size_ = 0;
    std::size_t body_size_ = 0;
    std::string chunks_;  // the decoded body
    Failure failure_;
    Failure refusal_;  // set inside the parser's calls
    Stage stage_ = Stage::start;
    std::uint8_t hosts_ = 0;
    bool transfer_coded_ = false;
    bool expects_ = false;
    bool knows_path_ = false;
};

}  // namespace sluice::http
