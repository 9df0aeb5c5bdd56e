#pragma once

#include <cstddef>
#include <cstdint>

/// What the pool (script/pool) and a script host (script/host) say to each other, over a stream
/// socket that is the host's only descriptor. A frame is the length of what follows in four bytes,
/// the lowest first, and one JSON object in UTF-8. script/README.md describes the messages.
namespace sluice::script {

inline constexpr int protocol_version = 1;
inline constexpr int channel_descriptor = 3;  ///< the host's end of the socket

inline constexpr std::size_t frame_head_bytes = 4;
/// What a frame may take besides the value that it carries.
inline constexpr std::size_t envelope_bytes = 64u << 10;
/// No frame is longer, whatever the limits say.
inline constexpr std::size_t largest_frame_bytes = 64u << 20;
/// Levels of a value that goes through the socket.
inline constexpr std::size_t value_depth = 256;

/// How a host ends by itself (`wait` tells the pool).
enum class HostExit : std::uint8_t {
    closed = 0,          ///< the pool closed the socket
    misused = 64,        ///< not started by a pool, or told nonsense
    no_sandbox = 69,     ///< the kernel refused a limit or the filter
    out_of_memory = 70,  ///< where only the end of the process was left
    hung = 71,           ///< past its deadline, and not to be interrupted
};

}  // namespace sluice::script
