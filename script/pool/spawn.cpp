#include "script/pool/spawn.hpp"

#include <array>
#include <cerrno>
#include <csignal>
#include <cstring>
#include <fstream>
#include <utility>

#include <fcntl.h>
#include <spawn.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "script/protocol.hpp"

namespace sluice::script {
namespace {

class Attributes {
  public:
    Attributes() {
        posix_spawnattr_init(&value_);
        posix_spawn_file_actions_init(&actions_);
    }
    Attributes(const Attributes&) = delete;
    Attributes& operator=(const Attributes&) = delete;
    ~Attributes() {
        posix_spawn_file_actions_destroy(&actions_);
        posix_spawnattr_destroy(&value_);
    }

    [[nodiscard]] int start(pid_t& process, const std::string& program, std::size_t memory_ceiling,
                            int channel) {
        sigset_t none;
        sigset_t all;
        sigemptyset(&none);
        sigfillset(&all);
        posix_spawnattr_setsigmask(&value_, &none);
        posix_spawnattr_setsigdefault(&value_, &all);
        posix_spawnattr_setpgroup(&value_, 0);
        posix_spawnattr_setflags(
            &value_, POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETPGROUP);
        if (const int error =
                posix_spawn_file_actions_adddup2(&actions_, channel, channel_descriptor))
            return error;
        std::string name = program.substr(program.rfind('/') + 1);
        std::string ceiling = std::to_string(memory_ceiling);
        const std::array<char*, 3> arguments{name.data(), ceiling.data(), nullptr};
        const std::array<char*, 1> environment{nullptr};
        return posix_spawn(&process, program.c_str(), &actions_, &value_, arguments.data(),
                           environment.data());
    }

  private:
    posix_spawnattr_t value_{};
    posix_spawn_file_actions_t actions_{};
};

/// What runs a program that is a script, `/usr/bin/python3`; empty for others.
std::string interpreter_of(const std::string& program) {
    std::ifstream file(program, std::ios::binary);
    std::string line(256, '\0');
    file.read(line.data(), static_cast<std::streamsize>(line.size()));
    line.resize(static_cast<std::size_t>(file.gcount()));
    if (!line.starts_with("#!")) return {};
    return line.substr(2, line.find_first_of(" \n", 2) - 2);
}

SpawnedHost failed(const std::string& what, int error) {
    SpawnedHost host;
    host.problem = what + ": " + std::strerror(error);
    return host;
}

}  // namespace

SpawnedHost spawn_host(const std::string& program, std::size_t memory_ceiling) {
    std::array<int, 2> ends{-1, -1};
    if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends.data()) != 0)
        return failed("no socket for it could be made", errno);
    SpawnedHost host;
    host.channel = ends[0];
    const int error = Attributes().start(host.process, program, memory_ceiling, ends[1]);
    close(ends[1]);
    if (error != 0) {
        close(ends[0]);
        const std::string interpreter = interpreter_of(program);
        if (error == ENOENT && !interpreter.empty())
            return failed("'" + program + "' needs '" + interpreter + "': install it", error);
        return failed("'" + program + "' could not be started", error);
    }
    host.process_descriptor = static_cast<int>(syscall(SYS_pidfd_open, host.process, 0));
    if (host.process_descriptor >= 0) return host;
    const int reason = errno;
    discard(host);
    return failed("its process could not be watched", reason);
}

void discard(SpawnedHost& host) {
    if (host.process > 0) {
        kill(host.process, SIGKILL);
        int status = 0;
        while (waitpid(host.process, &status, 0) < 0 && errno == EINTR) continue;
    }
    for (int* const descriptor : {&host.channel, &host.process_descriptor})
        if (const int open = std::exchange(*descriptor, -1); open >= 0) close(open);
    host.process = -1;
}

}  // namespace sluice::script
