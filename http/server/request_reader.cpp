#include "http/server/request_reader.hpp"

#include <algorithm>
#include <cstring>
#include <functional>

#include <boost/asio/buffer.hpp>
#include <boost/beast/http/error.hpp>

#include "engine/model/ascii.hpp"
#include "engine/model/utf8.hpp"
#include "http/server/percent.hpp"

namespace sluice::http {

namespace beast_http = boost::beast::http;

namespace {

constexpr std::size_t initial_capacity = 2u << 10;
constexpr std::size_t kept_capacity = 64u << 10;  // a larger buffer is given back when empty
constexpr std::size_t least_room = 512;

Method to_method(beast_http::verb verb) {
    switch (verb) {
        case beast_http::verb::get:
            return Method::get;
        case beast_http::verb::head:
            return Method::head;
        case beast_http::verb::post:
            return Method::post;
        case beast_http::verb::put:
            return Method::put;
        case beast_http::verb::patch:
            return Method::patch;
        case beast_http::verb::delete_:
            return Method::delete_;
        case beast_http::verb::options:
            return Method::options;
        default:
            return Method::other;
    }
}

}  // namespace

void RequestReader::Parser::on_request_impl(beast_http::verb verb, view method, view target,
                                            int version, error_code& error) {
    Request& request = reader_.request_;
    request.method_ = to_method(verb);
    request.method_text_ = reader_.range_of(method);
    request.target_ = reader_.range_of(target);
    request.minor_version_ = static_cast<std::uint8_t>(version - 10);
    if (target.size() > reader_.limits_.target_bytes) {
        reader_.refusal_ = {414, "target_too_long", "the request target is too long"};
        error = beast_http::error::bad_target;
    }
}

void RequestReader::Parser::on_field_impl(beast_http::field field, view name, view value,
                                          error_code& error) {
    if (!reader_.in_head()) return;  // a trailer must not change what the head said
    Request& request = reader_.request_;
    // Beast unfolds into a buffer of its own.
    const char* const first = reader_.data_.get() + reader_.begin_;
    if (std::less<>()(value.data(), first) ||
        std::less<>()(reader_.data_.get() + reader_.end_, value.data())) {
        reader_.refusal_ = {400, "bad_request", "a header field is folded over several lines"};
        error = beast_http::error::bad_value;
        return;
    }
    if (request.fields_.size() == reader_.limits_.header_fields) {
        reader_.refusal_ = {431, "header_too_large", "the request has too many header fields"};
        error = beast_http::error::header_limit;
        return;
    }
    request.fields_.push_back({reader_.range_of(name), reader_.range_of(value)});
    switch (field) {
        case beast_http::field::host:
            if (reader_.hosts_ < 2) ++reader_.hosts_;
            break;
        case beast_http::field::upgrade:
            request.asks_upgrade_ = true;
            break;
        case beast_http::field::transfer_encoding:
            reader_.transfer_coded_ = true;
            break;
        case beast_http::field::expect:
            if (request.minor_version_ == 0) break;  // RFC 9110 §10.1.1: ignored
            reader_.expects_ = true;
            if (equal_ignoring_case(value, "100-continue")) break;
            reader_.refusal_ = {417, "expectation_failed", "only 100-continue can be expected"};
            error = beast_http::error::bad_value;
            break;
        default:
            break;
    }
}

std::size_t RequestReader::Parser::on_chunk_body_impl(std::uint64_t, view body, error_code&) {
    reader_.chunks_.append(body);
    return body.size();
}

RequestReader::RequestReader(const Limits& limits, std::string_view peer, UuidGenerator* ids)
    : limits_(limits) {
    request_.peer_ = peer;
    request_.ids_ = ids;
}

std::span<char> RequestReader::space() {
    if (capacity_ - end_ < least_room) make_room();
    return {data_.get() + end_, capacity_ - end_};
}

void RequestReader::make_room() {
    const std::size_t size = buffered();
    if (begin_ >= least_room && capacity_ - size >= least_room) {
        std::memmove(data_.get(), data_.get() + begin_, size);
    } else {
        std::size_t capacity = std::max(initial_capacity, capacity_ * 2);
        // Not more than the message needs, and not on the word of a Content-Length alone.
        if (stage_ == Stage::body)
            capacity = std::min(capacity, std::max(head_size_ + body_size_, size) + least_room);
        auto data = std::make_unique_for_overwrite<char[]>(capacity);
        if (size != 0) std::memcpy(data.get(), data_.get() + begin_, size);
        data_ = std::move(data);
        capacity_ = capacity;
    }
    begin_ = 0;
    end_ = size;
}

Range RequestReader::range_of(std::string_view text) const {
    return {static_cast<std::uint32_t>(text.data() - (data_.get() + begin_)),
            static_cast<std::uint32_t>(text.size())};
}

RequestReader::Step RequestReader::next() {
    switch (stage_) {
        case Stage::start:
            // RFC 9112 §2.2: empty lines before a request are ignored.
            while (begin_ < end_ && (data_[begin_] == '\r' || data_[begin_] == '\n')) ++begin_;
            if (begin_ == end_) {
                begin_ = end_ = 0;
                return Step::need_more;
            }
            request_.clear();
            parser_.emplace(*this);
            parser_->body_limit(limits_.body_bytes);
            parser_->header_limit(static_cast<std::uint32_t>(-1));  // ours counts across reads
            parsed_ = head_size_ = body_size_ = 0;
            hosts_ = 0;
            transfer_coded_ = expects_ = knows_path_ = false;
            refusal_ = {};
            stage_ = Stage::head;
            return read_head();
        case Stage::head:
            return read_head();
        case Stage::body:
            return read_body();
        case Stage::chunks:
            return read_chunks();
        case Stage::complete:
            return Step::complete;
    }
    return Step::need_more;
}

RequestReader::Step RequestReader::read_head() {
    boost::system::error_code error;
    while (!error && !parser_->is_header_done()) {
        const std::size_t at = begin_ + parsed_;
        parsed_ += parser_->put(boost::asio::const_buffer(data_.get() + at, end_ - at), error);
    }
    if (error == beast_http::error::need_more) return head_needs_more();
    if (error) return fail_parsing(error);
    return finish_head();
}

RequestReader::Step RequestReader::head_needs_more() {
    const std::size_t size = buffered();
    if (size > limits_.target_bytes && request_.fields_.empty() &&
        std::memchr(data_.get() + begin_, '\n', size) == nullptr)
        return fail(414, "target_too_long", "the request line is too long");
    if (size >= limits_.header_bytes)
        return fail(431, "header_too_large", "the header of the request is too large");
    return Step::need_more;
}

RequestReader::Step RequestReader::finish_head() {
    head_size_ = parsed_;
    if (head_size_ > limits_.header_bytes)
        return fail(431, "header_too_large", "the header of the request is too large");
    if (hosts_ > 1 || (hosts_ == 0 && request_.minor_version_ != 0))
        return fail(400, "bad_request", "a request needs exactly one Host field");
    // Beast reads a request with an unknown coding as one without a body; whoever stands before us
    // may not.
    if (transfer_coded_ && (!parser_->chunked() || request_.minor_version_ == 0))
        return fail(400, "bad_request", "the only transfer coding of a request is chunked");
    request_.head_ = data_.get() + begin_;
    if (!read_target()) return Step::failed;
    request_.head_size_ = static_cast<std::uint32_t>(head_size_);
    request_.keep_alive_ = parser_->keep_alive();

    if (parser_->chunked()) {
        chunks_.clear();
        parser_->eager(true);
        stage_ = Stage::chunks;
        if (expects_ && buffered() == head_size_) return Step::expect;
        return read_chunks();
    }
    body_size_ = static_cast<std::size_t>(parser_->content_length().value_or(0));
    stage_ = Stage::body;
    if (expects_ && body_size_ != 0 && buffered() == head_size_) return Step::expect;
    return read_body();
}

RequestReader::Step RequestReader::read_body() {
    if (buffered() < head_size_ + body_size_) return Step::need_more;
    return finish({data_.get() + begin_ + head_size_, body_size_});
}

RequestReader::Step RequestReader::read_chunks() {
    boost::system::error_code error;
    char* const first = data_.get() + begin_ + head_size_;
    const std::size_t size = buffered() - head_size_;
    std::size_t used = 0;
    while (!error && !parser_->is_done() && used < size)
        used += parser_->put(boost::asio::const_buffer(first + used, size - used), error);
    // What has been decoded makes room; the head stays, for the request looks into it.
    if (used != 0) std::memmove(first, first + used, size - used);
    end_ -= used;
    if (parser_->is_done()) return finish(chunks_);
    if (error && error != beast_http::error::need_more) return fail_parsing(error);
    if (size - used >= limits_.header_bytes)
        return fail(400, "bad_request", "a chunk's header or the trailer is too large");
    return Step::need_more;
}

RequestReader::Step RequestReader::finish(std::string_view body) {
    request_.head_ = data_.get() + begin_;  // the buffer may have moved since the head was read
    request_.body_ = body;
    stage_ = Stage::complete;
    return Step::complete;
}

void RequestReader::consume() {
    begin_ += head_size_ + body_size_;
    request_.body_ = {};
    if (chunks_.capacity() > kept_capacity) chunks_ = {};
    if (begin_ == end_) {
        begin_ = end_ = 0;
        if (capacity_ > kept_capacity) {
            data_.reset();
            capacity_ = 0;
        }
    }
    stage_ = Stage::start;
}

bool RequestReader::read_target() {
    // RFC 9112 §3.2: origin form, absolute form, or an asterisk for OPTIONS.
    Range path = request_.target_;
    std::string_view text = request_.view(path);
    if (!text.starts_with('/')) {
        if (text == "*" && request_.method_ == Method::options) {
            request_.path_ = path;
            request_.query_ = {};
            return true;
        }
        const std::size_t scheme = text.find("://");
        if (scheme == std::string_view::npos ||
            !(equal_ignoring_case(text.substr(0, scheme), "http") ||
              equal_ignoring_case(text.substr(0, scheme), "https"))) {
            fail(400, "bad_request", "the request target must be a path");
            return false;
        }
        const std::size_t slash = text.find('/', scheme + 3);
        if (slash == std::string_view::npos) {
            fail(400, "bad_request", "the request target has no path");
            return false;
        }
        path.offset += static_cast<std::uint32_t>(slash);
        path.size -= static_cast<std::uint32_t>(slash);
        text.remove_prefix(slash);
    }
    request_.query_ = {};
    if (const std::size_t mark = text.find('?'); mark != std::string_view::npos) {
        const auto before = static_cast<std::uint32_t>(mark);
        request_.query_ = {path.offset + before + 1, path.size - before - 1};
        path.size = before;
    }
    request_.path_ = path;
    knows_path_ = decode_path();
    if (knows_path_) return true;
    fail(400, "bad_request", "the path has a malformed escape or is not UTF-8");
    return false;
}

bool RequestReader::decode_path() {
    const std::string_view raw = request_.view(request_.path_);
    const bool plain = std::ranges::none_of(
        raw, [](char character) { return character == '%' || (character & 0x80) != 0; });
    request_.path_is_decoded_ = !plain;
    if (!plain) {
        request_.decoded_path_.clear();
        request_.decoded_path_.reserve(raw.size());
    }
    for (std::size_t at = 1; at <= raw.size();) {
        const std::size_t end = std::min(raw.find('/', at), raw.size());
        if (plain) {
            request_.segments_.push_back(
                {static_cast<std::uint32_t>(at), static_cast<std::uint32_t>(end - at)});
        } else {
            std::string& path = request_.decoded_path_;
            path += '/';
            const std::size_t first = path.size();
            if (!percent_decode(raw.substr(at, end - at), path)) return false;
            request_.segments_.push_back({static_cast<std::uint32_t>(first),
                                          static_cast<std::uint32_t>(path.size() - first)});
        }
        at = end + 1;
    }
    return plain || is_valid_utf8(request_.decoded_path_);
}

RequestReader::Step RequestReader::fail(unsigned status, std::string_view code,
                                        std::string_view detail) {
    failure_ = {status, code, detail};
    return Step::failed;
}

RequestReader::Step RequestReader::fail_parsing(const boost::system::error_code& error) {
    if (!refusal_.detail.empty()) return fail(refusal_.status, refusal_.code, refusal_.detail);
    if (error == beast_http::error::body_limit) {
        // The mount that the path is under has its own form of this answer.
        request_.head_ = data_.get() + begin_;
        if (!knows_path_ && !read_target()) return Step::failed;
        return fail(413, "body_too_large", "the body of the request is too large");
    }
    if (error == beast_http::error::bad_version)
        return fail(400, "bad_request", "the request line does not end with HTTP/1.0 or HTTP/1.1");
    if (error == beast_http::error::bad_method || error == beast_http::error::bad_target)
        return fail(400, "bad_request", "the request line is malformed");
    if (error == beast_http::error::bad_content_length ||
        error == beast_http::error::multiple_content_length ||
        error == beast_http::error::bad_transfer_encoding)
        return fail(400, "bad_request", "the length of the body is not clear");
    if (error == beast_http::error::bad_chunk || error == beast_http::error::bad_chunk_extension)
        return fail(400, "bad_request", "the chunked body is malformed");
    return fail(400, "bad_request", "a header field is malformed");
}

}  // namespace sluice::http
