#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <deque>
#include <functional>
#include <memory>
#include <string>
#include <utility>

#include <boost/asio/buffer.hpp>

#include "engine/async/asio.hpp"

namespace sluice::http {

/// Bytes on their way to a socket. Small pieces are copied behind each other; a large piece of the
/// text that is being shared is only pointed to, so that a broadcast costs one text, however many
/// receive it.
class Outgoing {
  public:
    [[nodiscard]] bool empty() const { return size_ == 0; }
    [[nodiscard]] std::size_t size() const { return size_; }

    /// Pieces of this text may be kept by reference until another one is set.
    void share(std::shared_ptr<const std::string> text) { shared_ = std::move(text); }

    void append(asio::const_buffer piece) {
        if (piece.size() == 0) return;
        size_ += piece.size();
        if (piece.size() >= referred_bytes && is_shared(piece)) {
            parts_.push_back({{}, shared_, piece});
            return;
        }
        if (parts_.empty() || parts_.back().owner) parts_.emplace_back();
        parts_.back().text.append(static_cast<const char*>(piece.data()), piece.size());
    }

    /// The first bytes, for one write.
    [[nodiscard]] std::array<asio::const_buffer, 16> buffers() const {
        std::array<asio::const_buffer, 16> all{};
        const std::size_t count = std::min(all.size(), parts_.size());
        for (std::size_t index = 0; index < count; ++index) all[index] = parts_[index].bytes();
        if (count != 0) all[0] += sent_;
        return all;
    }

    void consume(std::size_t size) {
        size_ -= size;
        sent_ += size;
        while (!parts_.empty() && sent_ >= parts_.front().bytes().size()) {
            sent_ -= parts_.front().bytes().size();
            parts_.pop_front();
        }
    }

  private:
    static constexpr std::size_t referred_bytes = 2u << 10;

    struct Part {
        std::string text;
        std::shared_ptr<const std::string> owner;  // of `piece`; `text` otherwise
        asio::const_buffer piece;

        [[nodiscard]] asio::const_buffer bytes() const {
            return owner ? piece : asio::const_buffer(text.data(), text.size());
        }
    };

    [[nodiscard]] bool is_shared(asio::const_buffer piece) const {
        const auto* const first = static_cast<const char*>(piece.data());
        return shared_ && std::greater_equal<>()(first, shared_->data()) &&
               std::less<>()(first, shared_->data() + shared_->size());
    }

    std::deque<Part> parts_;
    std::shared_ptr<const std::string> shared_;
    std::size_t size_ = 0;
    std::size_t sent_ = 0;  // of the first part
};

}  // namespace sluice::http
