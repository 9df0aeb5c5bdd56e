#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <string>
#include <string_view>
#include <utility>

#include <boost/asio/buffer.hpp>

#include "engine/async/asio.hpp"
#include "http/server/response.hpp"
#include "http/server/response_head.hpp"

namespace sluice::http {

/// The bytes that a connection has to send: finished answers one behind the other, so that one
/// write takes them all.
class Outbox {
  public:
    [[nodiscard]] bool empty() const { return sent_ == text_.size() + body_.size(); }
    [[nodiscard]] std::size_t size() const { return text_.size() + body_.size() - sent_; }
    /// True when more would have to be copied about: send first.
    [[nodiscard]] bool is_full() const { return !body_.empty() || text_.size() >= coalesced_bytes; }

    void append(std::string_view text) { text_ += text; }

    /// Not when full. A large body is kept as it is, not copied.
    void append(Response response, std::string_view common, const Framing& framing) {
        append_head(text_, response, common, framing);
        if (framing.head_only || is_bodiless(response.status)) return;
        if (response.body.size() <= copied_body)
            text_ += response.body;
        else
            body_ = std::move(response.body);
    }

    /// What is still to be sent, in order; the second is mostly empty.
    [[nodiscard]] std::array<asio::const_buffer, 2> buffers() const {
        const std::size_t from_text = std::min(sent_, text_.size());
        return {asio::buffer(text_) + from_text, asio::buffer(body_) + (sent_ - from_text)};
    }

    void consume(std::size_t size) {
        sent_ += size;
        if (!empty()) return;
        sent_ = 0;
        text_.clear();
        if (text_.capacity() > 2 * coalesced_bytes) text_ = {};
        body_ = {};
    }

  private:
    static constexpr std::size_t coalesced_bytes = 64u << 10;
    static constexpr std::size_t copied_body = 16u << 10;

    std::string text_;
    std::string body_;  // follows `text_`
    std::size_t sent_ = 0;
};

}  // namespace sluice::http
