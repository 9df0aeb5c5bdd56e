// Enters the sandbox of script hosts and then tries what its argument says: it should not live to
// tell. Exits with 0 when the attempt went through, 1 when it was refused.
#include <csignal>
#include <cstdlib>
#include <cstring>

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#include "script/host/sandbox.hpp"

int main(int count, char** arguments) {
    if (count != 2) return 64;
    const char* const attempt = arguments[1];
    const auto is = [attempt](const char* name) { return std::strcmp(attempt, name) == 0; };
    if (is("environment")) {
        if (!sluice::script::begin_sandbox()) return 65;
        return getenv("HOME") == nullptr && getenv("PATH") == nullptr ? 0 : 1;
    }
    if (!sluice::script::close_descriptors(1) || !sluice::script::begin_sandbox() ||
        !sluice::script::enter_filter())
        return 65;
    bool done = false;
    if (is("compute")) done = std::malloc(1u << 20) != nullptr;
    if (is("file")) done = open("/etc/passwd", O_RDONLY) >= 0;
    if (is("socket")) done = socket(AF_INET, SOCK_STREAM, 0) >= 0;
    if (is("process")) done = fork() >= 0;
    if (is("program")) done = execl("/bin/true", "true", nullptr) == 0;
    if (is("kill")) done = kill(getppid(), 0) == 0;
    if (is("limit")) {
        rlimit limit{};
        done = prlimit(getppid(), RLIMIT_CPU, nullptr, &limit) == 0;
    }
    if (is("descriptor")) done = write(2, "x", 1) == 1;
    _exit(done ? 0 : 1);
}
