#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string>
#include <string_view>
#include <utility>

#include <boost/asio/basic_stream_socket.hpp>
#include <boost/asio/buffer.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/post.hpp>
#include <boost/beast/core/role.hpp>

#include "engine/async/task.hpp"
#include "http/server/outgoing.hpp"

namespace sluice::http {

/// What Beast's WebSocket stream takes for its connection: it reads from the socket, after the
/// bytes that the HTTP session had read already, and writes into `outgoing`, which never waits. So
/// Beast frames any number of messages in one go, and its owner writes them with one call.
class Wire {
  public:
    using Socket = asio::basic_stream_socket<asio::ip::tcp, Executor>;
    using executor_type = Executor;

    /// Learns what passes.
    class Watcher {
      public:
        virtual void heard(std::size_t bytes) = 0;
        /// Something has been written on the stream's own account: a pong, a close.
        virtual void spoken() = 0;

      protected:
        ~Watcher() = default;
    };

    /// `watcher` outlives this; `early` is what has been read from `socket` before.
    Wire(Watcher& watcher, Socket socket, std::string early)
        : watcher_(&watcher), socket_(std::move(socket)), early_(std::move(early)) {}

    [[nodiscard]] executor_type get_executor() noexcept { return socket_.get_executor(); }
    [[nodiscard]] Socket& socket() { return socket_; }
    [[nodiscard]] Outgoing& outgoing() { return outgoing_; }
    /// A close frame has been written: nothing may follow it (RFC 6455 §5.5.1).
    [[nodiscard]] bool is_closing() const { return closing_; }

    template <typename Buffers>
    std::size_t read_some(const Buffers& buffers, error_code& error) {
        if (!early_.empty()) return take_early(buffers);
        return socket_.read_some(buffers, error);
    }
    template <typename Buffers>
    std::size_t read_some(const Buffers& buffers) {
        return throwing([&](error_code& error) { return read_some(buffers, error); });
    }
    template <typename Buffers>
    std::size_t write_some(const Buffers& buffers, error_code& error) {
        error = {};
        return append(buffers);
    }
    template <typename Buffers>
    std::size_t write_some(const Buffers& buffers) {
        return append(buffers);
    }

    template <typename Buffers, typename Handler>
    void async_read_some(const Buffers& buffers, Handler&& handler) {
        if (!early_.empty()) {
            const std::size_t size = take_early(buffers);
            return later(std::forward<Handler>(handler), {}, size);
        }
        socket_.async_read_some(buffers,
                                [watcher = watcher_, handler = std::forward<Handler>(handler)](
                                    const error_code& error, std::size_t size) mutable {
                                    if (size != 0) watcher->heard(size);
                                    handler(error, size);
                                });
    }

    /// Beast writes its control frames this way.
    template <typename Buffers, typename Handler>
    void async_write_some(const Buffers& buffers, Handler&& handler) {
        // A peer that sends pings and reads no pongs must not fill the memory.
        if (outgoing_.empty()) control_bytes_ = 0;
        if (control_bytes_ >= control_limit)
            return later(std::forward<Handler>(handler), asio::error::no_buffer_space, 0);
        constexpr std::uint8_t close_frame = 0x88;
        std::uint8_t first = 0;
        asio::buffer_copy(asio::buffer(&first, 1), buffers);
        if (first == close_frame) closing_ = true;
        const std::size_t size = append(buffers);
        control_bytes_ += size;
        watcher_->spoken();
        later(std::forward<Handler>(handler), {}, size);
    }

  private:
    static constexpr std::size_t control_limit = 64u << 10;

    template <typename Function>
    static std::size_t throwing(Function function) {
        error_code error;
        const std::size_t size = function(error);
        if (error) throw system_error(error);
        return size;
    }

    template <typename Buffers>
    std::size_t append(const Buffers& buffers) {
        const std::size_t before = outgoing_.size();
        const auto end = asio::buffer_sequence_end(buffers);
        for (auto piece = asio::buffer_sequence_begin(buffers); piece != end; ++piece)
            outgoing_.append(*piece);
        return outgoing_.size() - before;
    }

    template <typename Buffers>
    std::size_t take_early(const Buffers& buffers) {
        const std::size_t size = asio::buffer_copy(buffers, asio::buffer(early_));
        early_.erase(0, size);
        if (early_.empty()) early_ = {};
        return size;
    }

    template <typename Handler>
    void later(Handler&& handler, error_code error, std::size_t size) {
        asio::post(get_executor(), [handler = std::forward<Handler>(handler), error,
                                    size]() mutable { handler(error, size); });
    }

    Watcher* watcher_;
    Socket socket_;
    std::string early_;
    Outgoing outgoing_;
    std::size_t control_bytes_ = 0;  // of control frames since nothing was outgoing
    bool closing_ = false;
};

/// Beast asks for these once the closing handshake is over. The owner still has bytes to write:
/// ending the connection is left to it.
template <typename Handler>
void async_teardown(boost::beast::role_type, Wire& wire, Handler&& handler) {
    asio::post(wire.get_executor(),
               [handler = std::forward<Handler>(handler)]() mutable { handler(error_code{}); });
}
inline void teardown(boost::beast::role_type, Wire&, error_code& error) {
    error = {};
}
inline void beast_close_socket(Wire& wire) {
    error_code ignored;  // nothing is left to be done about a socket that fails to close
    wire.socket().close(ignored);
}

}  // namespace sluice::http
