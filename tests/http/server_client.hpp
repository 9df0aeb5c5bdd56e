#pragma once

#include <cstdint>
#include <cstdlib>
#include <stdexcept>
#include <string>
#include <string_view>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

namespace sluice::http::testing {

/// An answer as it came over the wire.
struct Answer {
    unsigned status = 0;
    std::string head;
    std::string body;

    [[nodiscard]] std::string field(std::string_view name) const {
        const std::string start = "\r\n" + std::string(name) + ": ";
        const std::size_t at = head.find(start);
        if (at == std::string::npos) return {};
        const std::size_t from = at + start.size();
        return head.substr(from, head.find("\r\n", from) - from);
    }
};

/// A peer that sends exactly what it is told: a plain blocking socket on the loopback. Every wait
/// ends after some seconds with an exception.
class Client {
  public:
    explicit Client(std::uint16_t port, int receive_buffer = 0)
        : socket_(::socket(AF_INET, SOCK_STREAM, 0)) {
        if (receive_buffer != 0)
            ::setsockopt(socket_, SOL_SOCKET, SO_RCVBUF, &receive_buffer, sizeof receive_buffer);
        sockaddr_in address{};
        address.sin_family = AF_INET;
        address.sin_port = htons(port);
        address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        if (::connect(socket_, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0)
            throw std::runtime_error("cannot connect");
    }
    Client(const Client&) = delete;
    Client& operator=(const Client&) = delete;
    ~Client() { close(); }

    /// False when the server does not take it any more.
    bool send(std::string_view text) {
        while (!text.empty()) {
            const auto size = ::send(socket_, text.data(), text.size(), MSG_NOSIGNAL);
            if (size <= 0) return false;
            text.remove_prefix(static_cast<std::size_t>(size));
        }
        return true;
    }
    void half_close() { ::shutdown(socket_, SHUT_WR); }
    void close() {
        if (socket_ >= 0) ::close(socket_);
        socket_ = -1;
    }
    /// Closes with a reset.
    void reset() {
        const linger now{1, 0};
        ::setsockopt(socket_, SOL_SOCKET, SO_LINGER, &now, sizeof now);
        close();
    }

    /// The next answer; `to_head` when it answers HEAD.
    Answer receive(bool to_head = false) {
        Answer answer;
        std::size_t end = 0;
        while ((end = received_.find("\r\n\r\n")) == std::string::npos)
            if (!fill()) throw std::runtime_error("closed; got: " + received_);
        answer.head = received_.substr(0, end + 2);
        received_.erase(0, end + 4);
        answer.status = static_cast<unsigned>(std::atoi(answer.head.substr(9, 3).c_str()));
        const std::string length = answer.field("Content-Length");
        if (length.empty() || to_head) return answer;
        const auto size = static_cast<std::size_t>(std::atol(length.c_str()));
        while (received_.size() < size)
            if (!fill()) throw std::runtime_error("closed within a body");
        answer.body = received_.substr(0, size);
        received_.erase(0, size);
        return answer;
    }
    /// The next bytes, exactly so many.
    std::string receive_bytes(std::size_t size) {
        while (received_.size() < size)
            if (!fill()) throw std::runtime_error("closed; got: " + received_);
        std::string bytes = received_.substr(0, size);
        received_.erase(0, size);
        return bytes;
    }
    Answer ask(std::string_view text) {
        send(text);
        return receive();
    }

    /// Waits for the server to close the connection; true when nothing more came before that.
    bool is_closed() {
        while (fill()) {
        }
        return received_.empty();
    }
    /// True when something, or the end, can be read within the time.
    bool is_readable(int milliseconds) {
        pollfd poll{socket_, POLLIN, 0};
        return !received_.empty() || ::poll(&poll, 1, milliseconds) > 0;
    }

  private:
    bool fill() {
        if (!is_readable_now()) throw std::runtime_error("nothing came; got: " + received_);
        char buffer[16384];
        const auto size = ::recv(socket_, buffer, sizeof buffer, 0);
        if (size <= 0) return false;
        received_.append(buffer, static_cast<std::size_t>(size));
        return true;
    }
    bool is_readable_now() {
        pollfd poll{socket_, POLLIN, 0};
        return ::poll(&poll, 1, 10'000) > 0;
    }

    int socket_;
    std::string received_;
};

}  // namespace sluice::http::testing
