#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <list>
#include <optional>
#include <string>
#include <string_view>

#include <boost/asio/basic_stream_socket.hpp>
#include <boost/asio/ip/tcp.hpp>

#include "engine/async/task.hpp"
#include "http/server/deadlines.hpp"
#include "http/server/handshake.hpp"
#include "http/server/outbox.hpp"
#include "http/server/request_reader.hpp"
#include "http/server/responder.hpp"

namespace sluice::http {

class Router;
struct ServerState;

using Socket = asio::basic_stream_socket<asio::ip::tcp, Executor>;

/// One connection: reads requests, hands them to the router one after the other, and writes the
/// answers in order; those that are ready together go out in one write. It lives by its outstanding
/// operations and responders, without a coroutine. A pending read tells when the peer leaves, also
/// while a handler is at work: half a close counts as leaving.
class Session final : public Exchange, public Deadlines::Entry {
  public:
    /// Begins to serve a new connection. `state` and `router` outlive it while it is open; it keeps
    /// itself alive.
    static void open(ServerState& state, Socket socket, const Router& router, std::string peer);
    ~Session() override;

    /// The server stops: closes at once when idle, else after the answers that are due.
    void drain();
    /// Ends the connection now. The request that is being handled is given up.
    void close();

    void answer(Response response) override;
    void upgrade(WebSocketOptions options, UpgradeHook opened) override;
    void abandon() override;
    [[nodiscard]] bool gone() const override { return gone_; }
    void on_gone(std::function<void()> hook) override;
    [[nodiscard]] scope* coroutines() override;
    void failed(const std::exception& failure) override;

  private:
    Session(ServerState& state, Socket socket, const Router& router, std::string peer);

    void read();
    void received(const error_code& error, std::size_t size);
    void peer_left();

    void advance();
    void serve_buffered();
    void serve_request();
    void expect_continue();
    void refuse(unsigned status, std::string_view code, std::string_view detail);
    void switch_protocols();
    [[nodiscard]] Response refusal(unsigned status, std::string_view code,
                                   std::string_view detail) const;

    void append(Response response, bool close);
    void record(unsigned status, std::size_t size);
    void flush();
    void finish();

    void begin_wait();
    void expired(Wait wait) override;
    [[nodiscard]] bool kept_up(Wait wait) const;
    void release();

    ServerState* state_;  // null once closed
    std::optional<Socket> socket_;
    const Router& router_;
    const std::string peer_;
    RequestReader reader_;  // its buffer: not touched while a read into it is outstanding
    Outbox outbox_;
    std::function<void()> gone_hook_;
    std::list<Session*>::iterator place_;

    std::uint64_t bytes_received_ = 0;
    std::uint64_t bytes_sent_ = 0;
    std::uint64_t mark_ = 0;  // of either, when the wait for a body or a write began

    bool reading_ = false;    // a read is outstanding
    bool writing_ = false;    // the peer's window is full; the outbox waits
    bool handling_ = false;   // a request waits for its answer
    bool advancing_ = false;  // `advance` is on the stack
    bool ending_ = false;     // no further request will be read
    bool lingering_ = false;  // all is sent; what still comes is thrown away
    bool ended_ = false;      // the peer has sent its last byte
    bool gone_ = false;       // nobody waits for the answer
    bool renewed_ = true;     // a request has begun: its waits count from now

    // Of the request being handled, whose text may be gone when the answer comes.
    bool head_only_ = false;
    bool keep_alive_ = false;
    bool old_version_ = false;
    struct Logged {
        std::string method;
        std::string target;
        SteadyTime begin;
    };
    std::optional<Logged> logged_;
    std::optional<Handshake> handshake_;  // where it asks for an upgrade
    struct Upgrade {
        WebSocketOptions options;
        UpgradeHook opened;
    };
    std::optional<Upgrade> upgrade_;  // granted; what is outgoing goes first
};

}  // namespace sluice::http
