#include "process/spawn.hpp"

#include <array>
#include <cerrno>
#include <csignal>
#include <cstring>
#include <string_view>
#include <utility>

#include <fcntl.h>
#include <spawn.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "process/program_path.hpp"

namespace sluice::process {
namespace {

constexpr int first_free_descriptor = 3;

void shut(int& descriptor) {
    if (const int open = std::exchange(descriptor, -1); open >= 0) close(open);
}

/// Makes `descriptor` one that no standard one is made of: a program may have been started with its
/// own standard descriptors closed, and what took their places would be overwritten in the child
/// before it is used. 0, or why not.
int move_up(int& descriptor) {
    if (descriptor >= first_free_descriptor) return 0;
    const int higher = fcntl(descriptor, F_DUPFD_CLOEXEC, first_free_descriptor);
    if (higher < 0) return errno;
    close(std::exchange(descriptor, higher));
    return 0;
}

/// A file in memory with a program's whole input: nobody has to write while it runs, and nobody
/// gets SIGPIPE or waits when it does not read.
struct InputFile {
    int descriptor = -1;

    InputFile() = default;
    InputFile(const InputFile&) = delete;
    InputFile& operator=(const InputFile&) = delete;
    ~InputFile() { shut(descriptor); }

    /// 0, or why there is none.
    [[nodiscard]] int open(std::string_view text) {
        descriptor = memfd_create("stdin", MFD_CLOEXEC);
        if (descriptor < 0) return errno;
        while (!text.empty()) {
            const auto written = write(descriptor, text.data(), text.size());
            if (written < 0 && errno == EINTR) continue;
            if (written < 0) return errno;
            text.remove_prefix(static_cast<std::size_t>(written));
        }
        if (lseek(descriptor, 0, SEEK_SET) < 0) return errno;
        return move_up(descriptor);
    }
};

/// A pipe whose ends are closed with it, unless they are taken.
struct Pipe {
    int read = -1;
    int write = -1;

    Pipe() = default;
    Pipe(const Pipe&) = delete;
    Pipe& operator=(const Pipe&) = delete;
    ~Pipe() {
        shut(read);
        shut(write);
    }

    /// 0, or why there is none.
    [[nodiscard]] int open() {
        std::array<int, 2> ends{-1, -1};
        if (pipe2(ends.data(), O_CLOEXEC) != 0) return errno;
        read = ends[0];
        write = ends[1];
        const int failure = move_up(read);
        return failure != 0 ? failure : move_up(write);
    }
};

struct Streams {
    InputFile input;
    Pipe output;
    Pipe error;

    [[nodiscard]] int open(const std::optional<std::string>& given) {
        if (given)
            if (const int failure = input.open(*given)) return failure;
        if (const int failure = output.open()) return failure;
        return error.open();
    }
};

/// A list of texts as `execve` wants it; they outlive it.
std::vector<char*> pointers_to(std::vector<std::string>& texts) {
    std::vector<char*> pointers;
    for (auto& text : texts) pointers.push_back(text.data());
    pointers.push_back(nullptr);
    return pointers;
}

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

    /// 0, or why nothing was started.
    [[nodiscard]] int spawn(pid_t& process, const std::string& program, const Start& start,
                            const Streams& streams) {
        if (const int error = prepare(start, streams)) return error;
        std::vector<std::string> arguments = start.arguments;
        std::vector<std::string> environment;
        for (const auto& [name, value] : start.environment)
            environment.push_back(name + "=" + value);
        return posix_spawn(&process, program.c_str(), &actions_, &value_,
                           pointers_to(arguments).data(), pointers_to(environment).data());
    }

  private:
    [[nodiscard]] int prepare(const Start& start, const Streams& streams) {
        sigset_t none;
        sigset_t all;
        sigemptyset(&none);
        sigfillset(&all);
        posix_spawnattr_setsigmask(&value_, &none);
        posix_spawnattr_setsigdefault(&value_, &all);
        posix_spawnattr_setflags(
            &value_, POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETSID);
        int error = streams.input.descriptor >= 0
                        ? posix_spawn_file_actions_adddup2(&actions_, streams.input.descriptor, 0)
                        : posix_spawn_file_actions_addopen(&actions_, 0, "/dev/null", O_RDONLY, 0);
        if (error == 0)
            error = posix_spawn_file_actions_adddup2(&actions_, streams.output.write, 1);
        if (error == 0) error = posix_spawn_file_actions_adddup2(&actions_, streams.error.write, 2);
        if (error == 0)
            error = posix_spawn_file_actions_addclosefrom_np(&actions_, first_free_descriptor);
        if (error == 0 && !start.directory.empty())
            error = posix_spawn_file_actions_addchdir_np(&actions_, start.directory.c_str());
        return error;
    }

    posix_spawnattr_t value_{};
    posix_spawn_file_actions_t actions_{};
};

Started failed(NodeError problem) {
    Started started;
    started.problem = std::move(problem);
    return started;
}

NodeError unavailable(const std::string& what, int error) {
    return {"process_unavailable",
            what + ": " + std::strerror(error) +
                "; the limits of open files and processes (ulimit -n, -u) may be too low",
            {},
            true};
}

NodeError why_not(const std::string& program, int error) {
    const Value details = Object{{"program", program}};
    switch (error) {
        case ENOENT:  // it was there: what is missing is what runs it
            return {"program_not_executable",
                    "'" + program + "' needs an interpreter or loader that is not there: see " +
                        "its first line, or `file " + program + "`",
                    details, false};
        case ENOEXEC:
            return {"program_not_executable",
                    "'" + program + "' is no program of this system; a script needs a first " +
                        "line such as #!/bin/sh",
                    details, false};
        case EACCES:
        case EPERM:
        case ELIBBAD:
        case ETXTBSY:
            return {"program_not_executable",
                    "'" + program + "' cannot be executed: " + std::strerror(error), details,
                    error == ETXTBSY};
        case E2BIG:
            return {"invalid_parameters",
                    "the arguments and the environment are longer than the system takes (getconf "
                    "ARG_MAX): give large data as `stdin`",
                    details, false};
        default:
            return unavailable("'" + program + "' could not be started", error);
    }
}

/// Whether the kernel waits for our children itself: their numbers would be anybody's at once.
bool ignores_children() {
    struct sigaction action{};
    return sigaction(SIGCHLD, nullptr, &action) == 0 &&
           (action.sa_handler == SIG_IGN || (action.sa_flags & SA_NOCLDWAIT) != 0);
}

}  // namespace

Started start_process(const Start& start) {
    if (ignores_children())
        return failed({"process_unavailable",
                       "this program ignores SIGCHLD, so that nobody could tell how a program "
                       "ended: do not ignore it where flows run programs",
                       {},
                       false});
    if (auto fit = check_directory(start.directory); !fit) return failed(fit.error());
    const auto program = find_program(start.arguments.front(), start.directory, start.environment);
    if (!program) return failed(program.error());
    Streams streams;
    if (const int error = streams.open(start.input))
        return failed(unavailable("its input and output could not be made", error));
    Started started;
    if (const int error = Attributes().spawn(started.process, *program, start, streams)) {
        started.process = -1;
        return failed(why_not(*program, error));
    }
    started.output = std::exchange(streams.output.read, -1);
    started.error = std::exchange(streams.error.read, -1);
    started.end = static_cast<int>(syscall(SYS_pidfd_open, started.process, 0));
    if (started.end >= 0) return started;
    const int reason = errno;
    if (reason == ESRCH) started.process = -1;  // somebody else waited for it: not ours to kill
    discard(started);
    return failed(unavailable("its process could not be watched (pidfd_open, Linux 5.3)", reason));
}

void discard(Started& started) {
    if (started.process > 0) {
        kill(-started.process, SIGKILL);
        kill(started.process, SIGKILL);
        int status = 0;
        while (waitpid(started.process, &status, 0) < 0 && errno == EINTR) continue;
        started.process = -1;
    }
    for (int* const descriptor : {&started.end, &started.output, &started.error}) shut(*descriptor);
}

}  // namespace sluice::process
