#include "script/host/channel.hpp"

#include <cerrno>
#include <cstdint>
#include <cstring>

#include <poll.h>
#include <unistd.h>

#include "script/protocol.hpp"

namespace sluice::script {
namespace {

constexpr std::size_t read_bytes = 64u << 10;

[[noreturn]] void leave(HostExit how) {
    _exit(static_cast<int>(how));
}

}  // namespace

void Channel::fill(std::size_t wanted) {
    if (taken_ > 0) {
        buffer_.erase(0, taken_);
        taken_ = 0;
    }
    while (buffer_.size() < wanted) {
        const std::size_t before = buffer_.size();
        const std::size_t room = wanted - before > read_bytes ? wanted - before : read_bytes;
        buffer_.resize(before + room);
        const ssize_t got = ::read(descriptor_, buffer_.data() + before, room);
        buffer_.resize(before + (got > 0 ? static_cast<std::size_t>(got) : 0));
        if (got == 0 || (got < 0 && errno != EINTR)) leave(HostExit::closed);
    }
}

std::string_view Channel::read() {
    if (buffer_.size() - taken_ < frame_head_bytes) fill(frame_head_bytes);
    std::uint32_t length = 0;
    std::memcpy(&length, buffer_.data() + taken_, frame_head_bytes);
    if (length > largest_frame_bytes) leave(HostExit::misused);
    const std::size_t whole = frame_head_bytes + length;
    if (buffer_.size() - taken_ < whole) fill(whole);
    const std::string_view json(buffer_.data() + taken_ + frame_head_bytes, length);
    taken_ += whole;
    return json;
}

bool Channel::wait(int milliseconds) const {
    if (taken_ < buffer_.size()) return true;
    pollfd wanted{descriptor_, POLLIN, 0};
    return poll(&wanted, 1, milliseconds) > 0;
}

std::string Channel::begin(std::string_view json) {
    std::string frame(frame_head_bytes, '\0');
    frame += json;
    return frame;
}

void Channel::send(std::string& frame) const {
    const auto length = static_cast<std::uint32_t>(frame.size() - frame_head_bytes);
    std::memcpy(frame.data(), &length, frame_head_bytes);
    std::size_t done = 0;
    while (done < frame.size()) {
        const ssize_t sent = ::write(descriptor_, frame.data() + done, frame.size() - done);
        if (sent < 0 && errno != EINTR) leave(HostExit::closed);
        if (sent > 0) done += static_cast<std::size_t>(sent);
    }
}

}  // namespace sluice::script
