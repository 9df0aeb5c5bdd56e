#include "process/child.hpp"

#include <cerrno>
#include <csignal>
#include <utility>

#include <boost/asio/buffer.hpp>
#include <boost/asio/redirect_error.hpp>
#include <sys/wait.h>

namespace sluice::process {
namespace {

asio::posix::basic_stream_descriptor<Executor> own(const Executor& executor, int& descriptor) {
    asio::posix::basic_stream_descriptor<Executor> owner(executor);
    if (descriptor >= 0) owner.assign(std::exchange(descriptor, -1));
    return owner;
}

}  // namespace

Child::Child(Executor executor, Started started)
    : started_(std::move(started)),
      end_(own(executor, started_.end)),
      output_(own(executor, started_.output)),
      error_(own(executor, started_.error)) {}

Child::~Child() {
    discard(started_);
}

task<std::size_t> Child::read(ProcessStream stream, std::span<char> into) {
    error_code error;
    auto& descriptor = stream == ProcessStream::output ? output_ : error_;
    const std::size_t got = co_await descriptor.async_read_some(
        asio::buffer(into.data(), into.size()), asio::redirect_error(use_task, error));
    if (error == asio::error::operation_aborted) throw system_error(error);
    co_return error ? 0 : got;
}

task<void> Child::ended() {
    for (;;) {
        siginfo_t state{};
        const int waited =
            waitid(P_PID, static_cast<id_t>(started_.process), &state, WEXITED | WNOHANG | WNOWAIT);
        if (waited != 0 && errno != EINTR) {  // somebody else waited for it
            started_.process = -1;
            co_return;
        }
        if (waited == 0 && state.si_pid != 0) co_return;
        co_await end_.async_wait(Descriptor::wait_read, use_task);
    }
}

ProcessEnd Child::end() const {
    ProcessEnd end;
    end.exit_code = -1;  // nobody knows
    siginfo_t state{};
    if (started_.process < 0 || waitid(P_PID, static_cast<id_t>(started_.process), &state,
                                       WEXITED | WNOHANG | WNOWAIT) != 0)
        return end;
    end.signal = state.si_code == CLD_EXITED ? 0 : state.si_status;
    end.exit_code = end.signal == 0 ? state.si_status : 128 + end.signal;
    return end;
}

void Child::reap() {
    if (started_.process > 0) waitpid(std::exchange(started_.process, -1), nullptr, WNOHANG);
}

pid_t Child::abandon() {
    return std::exchange(started_.process, -1);
}

}  // namespace sluice::process
