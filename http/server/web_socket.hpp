#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace sluice::http {

/// What one WebSocket may use, where it differs from the limits of the server.
struct WebSocketOptions {
    std::optional<std::size_t> messages_waiting = {};  ///< default: `Limits::web_socket_messages`
    std::optional<std::size_t> bytes_waiting = {};     ///< default: `Limits::web_socket_bytes`
    std::optional<std::size_t> message_bytes = {};  ///< default: `Limits::web_socket_message_bytes`
};

/// One peer of a WebSocket (RFC 6455). Loop thread only. Its connection keeps it alive; keep a
/// `weak_ptr` or a `shared_ptr`, both do, for a socket that is over takes all calls and does
/// nothing. No call here runs a hook before it returns, except `on_closed` on a socket that is over
/// already.
///
/// Pings are answered, silent peers are pinged and cut when they do not answer, text that is not
/// UTF-8 ends the socket (1007), too large messages (1009) and unwanted binary ones (1003) do, too.
class WebSocket {
  public:
    virtual ~WebSocket() = default;

    /// Queues a text message, which must be UTF-8; shared, so that a broadcast costs no copy. A
    /// peer that has more waiting than `WebSocketOptions` allow is dropped: what waits is thrown
    /// away, the socket closes with 1008 ("too slow: more than 1000 messages waiting"), and is cut
    /// after `Limits::web_socket_close`. One message is taken whatever its size. Messages of one
    /// turn of the loop go out together.
    virtual void send(std::shared_ptr<const std::string> text) = 0;
    void send(std::string text) { send(std::make_shared<const std::string>(std::move(text))); }

    /// Closes after what waits has been sent, within `Limits::web_socket_close`. `code` is 1000 to
    /// 1003, 1007 to 1014 or 3000 to 4999; `reason` is UTF-8 and cut after 123 bytes.
    virtual void close(std::uint16_t code, std::string reason) = 0;

    /// What is called with each text message. The view is valid during the call. Set it within
    /// `opened`, or messages may be missed. One that throws closes the socket with 1011.
    virtual void on_text(std::function<void(std::string_view)> hook) = 0;
    /// The same for binary messages. Without it they are refused with 1003.
    virtual void on_binary(std::function<void(std::string_view)> hook) = 0;
    /// `hook` is called once when the socket is over, whatever ended it; at once when it is over
    /// already. All hooks are destroyed after it, so they may own the socket.
    virtual void on_closed(std::function<void()> hook) = 0;

    /// True until either side begins to close, or the connection breaks.
    [[nodiscard]] virtual bool open() const = 0;
    /// Messages queued and not yet begun to be sent.
    [[nodiscard]] virtual std::size_t waiting() const = 0;
};

}  // namespace sluice::http
