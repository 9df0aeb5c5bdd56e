#include "script/pool/host.hpp"

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <utility>

#include <boost/asio/buffer.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/write.hpp>
#include <sys/wait.h>

#include "script/pool/messages.hpp"
#include "script/protocol.hpp"

namespace sluice::script {
namespace {

constexpr std::size_t read_bytes = 16u << 10;

}  // namespace

Host::Host(Executor executor, SpawnedHost spawned)
    : spawned_(std::move(spawned)),
      channel_(executor, asio::local::stream_protocol(), spawned_.channel),
      end_(executor, spawned_.process_descriptor) {
    spawned_.channel = -1;  // both belong to Asio now
    spawned_.process_descriptor = -1;
    channel_.non_blocking(true);
}

Host::~Host() {
    discard(spawned_);
}

task<std::optional<std::string_view>> Host::read(std::size_t limit) {
    buffer_.erase(0, std::exchange(taken_, 0));
    for (;;) {
        const std::size_t size = frame_size(buffer_);
        if (size > limit + frame_head_bytes) co_return std::nullopt;
        if (size > 0 && buffer_.size() >= size) {
            taken_ = size;
            co_return std::string_view(buffer_).substr(frame_head_bytes, size - frame_head_bytes);
        }
        const std::size_t before = buffer_.size();
        const std::size_t room = std::max(read_bytes, size - std::min(size, before));
        buffer_.resize(before + room);
        error_code error;
        const std::size_t got = co_await channel_.async_read_some(
            asio::buffer(buffer_.data() + before, room), asio::redirect_error(use_task, error));
        buffer_.resize(before + got);
        if (error == asio::error::operation_aborted) throw system_error(error);
        if (error) co_return std::nullopt;
    }
}

task<bool> Host::write(std::string frame) {
    struct Writer {
        std::size_t& count;
        explicit Writer(std::size_t& counted) : count(counted) { ++count; }
        ~Writer() { --count; }
    };
    const Writer writer(writers_);
    const auto turn = co_await turn_.lock();
    // After two failed writes Asio waits for an event that epoll has told already.
    if (gone_) co_return false;
    error_code error;
    co_await asio::async_write(channel_, asio::buffer(frame),
                               asio::redirect_error(use_task, error));
    if (error == asio::error::operation_aborted) throw system_error(error);
    gone_ = static_cast<bool>(error);
    co_return !error;
}

void Host::kill() const {
    if (spawned_.process > 0) ::kill(spawned_.process, SIGKILL);
}

task<HostEnd> Host::ended() {
    for (;;) {
        siginfo_t end{};
        const int waited =
            waitid(P_PID, static_cast<id_t>(spawned_.process), &end, WEXITED | WNOHANG);
        if (waited != 0 && errno != EINTR) {  // somebody else waited for it
            spawned_.process = -1;
            co_return HostEnd{};
        }
        if (waited == 0 && end.si_pid != 0) {
            spawned_.process = -1;
            co_return HostEnd{end.si_code == CLD_EXITED, end.si_status};
        }
        co_await end_.async_wait(decltype(end_)::wait_read, use_task);
    }
}

bool Host::usable() const {
    siginfo_t state{};
    return waitid(P_PID, static_cast<id_t>(spawned_.process), &state,
                  WEXITED | WSTOPPED | WNOHANG | WNOWAIT) == 0 &&
           state.si_pid == 0;
}

}  // namespace sluice::script
