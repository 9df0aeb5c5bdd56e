#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

namespace sluice::http {

/// What the server has done since its start, for /metrics.
struct Counters {
    std::array<std::uint64_t, 6> responses{};  ///< by class of status: [2] counts 2xx
    std::uint64_t requests = 0;                ///< complete ones, handed to a handler or refused
    std::uint64_t malformed = 0;               ///< ended by a 4xx of the server's own, then closed
    std::uint64_t connections_total = 0;
    std::uint64_t connections_refused = 0;  ///< over the limit, closed at once
    std::size_t connections_open = 0;       ///< WebSockets included
    std::uint64_t web_sockets_total = 0;    ///< requests answered with 101
    std::uint64_t web_sockets_dropped = 0;  ///< closed because the peer read too slowly
    std::size_t web_sockets_open = 0;
    std::uint64_t bytes_received = 0;
    std::uint64_t bytes_sent = 0;
};

}  // namespace sluice::http
