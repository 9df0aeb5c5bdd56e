#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace sluice::script {

/// The host's end of the socket: whole frames, blocking. A socket that the pool has closed, or that
/// brings a frame which is too long, ends the process.
class Channel {
  public:
    explicit Channel(int descriptor) : descriptor_(descriptor) {}

    /// The next frame's JSON; valid until the next call.
    [[nodiscard]] std::string_view read();

    /// Waits until something came, at most so many milliseconds. False when nothing did, also when
    /// a signal ended the wait.
    [[nodiscard]] bool wait(int milliseconds) const;

    /// `head` is empty, or `frame_head_bytes` of room followed by JSON; see `begin`.
    void send(std::string& frame) const;

    /// A buffer with room for the head, to be filled with JSON and given to `send`.
    [[nodiscard]] static std::string begin(std::string_view json);

    [[nodiscard]] int descriptor() const { return descriptor_; }

  private:
    void fill(std::size_t wanted);

    int descriptor_;
    std::string buffer_;     // what was read ahead
    std::size_t taken_ = 0;  // of it, by earlier frames
};

}  // namespace sluice::script
