#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <exception>
#include <functional>
#include <list>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/websocket/stream.hpp>

#include "http/server/deadlines.hpp"
#include "http/server/responder.hpp"
#include "http/server/web_socket.hpp"
#include "http/server/wire.hpp"

namespace sluice::http {

struct Route;
struct ServerState;

/// One connection after its upgrade. Beast's stream frames and checks, this queues, writes and
/// keeps time. It lives by its outstanding operations and its owners, without a coroutine.
class WebSocketConnection final : public WebSocket,
                                  public Deadlines::Entry,
                                  public Wire::Watcher,
                                  public std::enable_shared_from_this<WebSocketConnection> {
  public:
    /// What the session leaves behind.
    struct Opening {
        Wire::Socket socket;
        std::string early;  ///< bytes read behind the request
        std::string key;    ///< Sec-WebSocket-Key, which has been checked
        std::string request_id;
        const Route* route = nullptr;  ///< null: for the log only
        WebSocketOptions options;
        UpgradeHook opened;
    };

    /// Takes the socket of `opening`. `state` outlives it while it is open.
    WebSocketConnection(ServerState& state, Opening& opening);
    ~WebSocketConnection() override;
    /// Answers 101 and calls `opened`; of a server that stops, closes at once.
    void begin(Opening opening);

    /// The server stops: closes with 1001.
    void drain() { close(1001, "the server stops"); }
    /// Ends the connection now.
    void cut();

    using WebSocket::send;
    void send(std::shared_ptr<const std::string> text) override;
    void close(std::uint16_t code, std::string reason) override;
    void on_text(std::function<void(std::string_view)> hook) override;
    void on_binary(std::function<void(std::string_view)> hook) override;
    void on_closed(std::function<void()> hook) override;
    [[nodiscard]] bool open() const override;
    [[nodiscard]] std::size_t waiting() const override { return queue_.size(); }

  private:
    using Stream = boost::beast::websocket::stream<Wire, false>;
    using Hook = std::function<void(std::string_view)>;

    [[nodiscard]] Wire& wire() { return stream_->next_layer(); }
    [[nodiscard]] const Wire& wire() const { return stream_->next_layer(); }

    void read();
    void received(const error_code& error);
    void deliver(std::string_view text, Hook& hook);
    void finish(const error_code& error);
    void failed(const std::exception& failure);

    void drop(const std::string& reason);
    void schedule();
    void write();
    void frame();
    void write_close();
    void block();
    void linger();
    void discard();

    void heard(std::size_t bytes) override;
    void spoken() override { schedule(); }
    void wait_for(Wait wait);
    void expired(Wait wait) override;
    void release();

    ServerState* state_;  // null once cut
    const Route* const route_;
    const std::size_t messages_limit_;
    const std::size_t bytes_limit_;
    std::optional<Stream> stream_;  // gone once cut: it must not outlive the loop, as owners may
    boost::beast::flat_buffer message_;  // being received
    std::deque<std::shared_ptr<const std::string>> queue_;
    std::size_t queued_bytes_ = 0;
    Hook on_text_;
    Hook on_binary_;
    std::function<void()> on_closed_;
    boost::beast::websocket::close_reason reason_;
    std::list<WebSocketConnection*>::iterator place_;

    std::uint64_t bytes_sent_ = 0;
    std::uint64_t mark_ = 0;  // of these, when the wait for a write began

    bool scheduled_ = false;   // a write is posted
    bool blocked_ = false;     // the peer's window is full
    bool closing_ = false;     // we have been told to close
    bool close_made_ = false;  // and Beast has been told
    bool over_ = false;        // Beast is done; what is outgoing still goes
    bool lingering_ = false;   // all is sent; what still comes is thrown away
    bool told_ = false;        // `on_closed` has had its time
};

}  // namespace sluice::http
