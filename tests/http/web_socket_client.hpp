#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>

#include "server_client.hpp"

namespace sluice::http::testing {

/// The example key of RFC 6455 §1.3, and what it is to be answered with.
inline constexpr std::string_view example_key = "dGhlIHNhbXBsZSBub25jZQ==";
inline constexpr std::string_view example_accept = "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=";

/// A request for an upgrade as it should be.
inline std::string upgrade_request(std::string_view path, std::string_view fields = {}) {
    return "GET " + std::string(path) +
           " HTTP/1.1\r\nHost: h\r\nConnection: keep-alive, Upgrade\r\nUpgrade: websocket\r\n"
           "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: " +
           std::string(example_key) + "\r\n" + std::string(fields) + "\r\n";
}

/// A frame (RFC 6455 §5.2), as it is on the wire or as it came.
struct Frame {
    static constexpr unsigned continuation = 0, text = 1, binary = 2, close = 8, ping = 9,
                              pong = 10;

    unsigned opcode = text;
    std::string payload;
    bool is_final = true;

    /// As a client sends it. Chosen by the test, so `masked` may be wrong.
    [[nodiscard]] std::string bytes(bool masked = true) const {
        constexpr std::array<char, 4> mask{'\x11', '\x22', '\x33', '\x44'};
        std::string out(1, static_cast<char>((is_final ? 0x80 : 0) | opcode));
        const std::size_t size = payload.size();
        const unsigned bit = masked ? 0x80 : 0;
        if (size < 126) {
            out += static_cast<char>(bit | size);
        } else {
            const int width = size < 65536 ? 2 : 8;
            out += static_cast<char>(bit | (width == 2 ? 126 : 127));
            for (int shift = 8 * (width - 1); shift >= 0; shift -= 8)
                out += static_cast<char>(size >> shift);
        }
        if (masked) out.append(mask.data(), mask.size());
        for (std::size_t at = 0; at < size; ++at)
            out += static_cast<char>(masked ? payload[at] ^ mask[at % 4] : payload[at]);
        return out;
    }
    /// Of a close frame.
    [[nodiscard]] unsigned code() const {
        return payload.size() < 2 ? 0
                                  : static_cast<std::uint8_t>(payload[0]) * 256u +
                                        static_cast<std::uint8_t>(payload[1]);
    }
    [[nodiscard]] std::string reason() const { return payload.size() < 2 ? "" : payload.substr(2); }
};

/// A peer of a WebSocket that sends exactly what it is told.
class WebSocketClient {
  public:
    /// `early` is sent together with the request.
    explicit WebSocketClient(std::uint16_t port, std::string_view path = "/socket",
                             std::string_view early = {}, int receive_buffer = 0)
        : connection(port, receive_buffer) {
        connection.send(upgrade_request(path) + std::string(early));
        answer = connection.receive();
        if (answer.status != 101) throw std::runtime_error("not upgraded: " + answer.head);
    }

    void send(std::string_view text) { send(Frame{.payload = std::string(text)}); }
    bool send(const Frame& frame, bool masked = true) {
        return connection.send(frame.bytes(masked));
    }
    void send_close(unsigned code) {
        send({.opcode = Frame::close,
              .payload = {static_cast<char>(code >> 8), static_cast<char>(code)}});
    }

    Frame receive() {
        const std::string head = connection.receive_bytes(2);
        Frame frame;
        frame.is_final = (head[0] & 0x80) != 0;
        frame.opcode = head[0] & 0x0F;
        if ((head[1] & 0x80) != 0) throw std::runtime_error("a server must not mask");
        std::size_t size = head[1] & 0x7F;
        if (size >= 126) {
            const std::string length = connection.receive_bytes(size == 126 ? 2 : 8);
            size = 0;
            for (const char byte : length) size = size * 256 + static_cast<std::uint8_t>(byte);
        }
        frame.payload = connection.receive_bytes(size);
        return frame;
    }
    /// The next text; fails the test on anything else.
    std::string text() {
        const Frame frame = receive();
        if (frame.opcode != Frame::text || !frame.is_final)
            throw std::runtime_error("not a text: " + std::to_string(frame.opcode) + " " +
                                     frame.payload);
        return frame.payload;
    }

    Client connection;
    Answer answer;
};

}  // namespace sluice::http::testing
