#include "script/host/sandbox.hpp"

#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <memory>

#include <malloc.h>
#include <seccomp.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

namespace sluice::script {
namespace {

// What a running engine of JavaScript needs: memory, time, its own threads, and the socket. Not in
// the list: whatever names a file, an address or another process, or makes one of them.
constexpr int allowed[] = {
    SCMP_SYS(read),
    SCMP_SYS(write),
    SCMP_SYS(poll),
    SCMP_SYS(brk),
    SCMP_SYS(mmap),
    SCMP_SYS(munmap),
    SCMP_SYS(mremap),
    SCMP_SYS(mprotect),
    SCMP_SYS(madvise),
    SCMP_SYS(futex),
    SCMP_SYS(sched_yield),
    SCMP_SYS(clock_gettime),
    SCMP_SYS(gettimeofday),
    SCMP_SYS(getrandom),
    SCMP_SYS(clock_nanosleep),
    SCMP_SYS(setitimer),
    SCMP_SYS(rt_sigreturn),
    SCMP_SYS(rt_sigprocmask),
    SCMP_SYS(rt_sigaction),
    SCMP_SYS(restart_syscall),
    SCMP_SYS(getrusage),
    SCMP_SYS(getpid),
    SCMP_SYS(gettid),
    SCMP_SYS(exit),
    SCMP_SYS(exit_group),
};

}  // namespace

bool close_descriptors(int keep) {
    const auto first = static_cast<unsigned>(keep);
    if (keep > 0 && syscall(SYS_close_range, 0U, first - 1, 0U) != 0) return false;
    return syscall(SYS_close_range, first + 1, ~0U, 0U) == 0;
}

bool begin_sandbox() {
    if (clearenv() != 0 || setenv("TZ", "UTC0", 1) != 0) return false;
    tzset();
    // A thread's own heap would reserve 64 MB of the address space that is limited.
    if (mallopt(M_ARENA_MAX, 1) != 1) return false;
    const rlimit none{0, 0};
    return setrlimit(RLIMIT_CORE, &none) == 0 && prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0 &&
           prctl(PR_SET_DUMPABLE, 0, 0, 0, 0) == 0;
}

bool enter_filter() {
    const std::unique_ptr<void, decltype(&seccomp_release)> filter(
        seccomp_init(SCMP_ACT_KILL_PROCESS), &seccomp_release);
    if (filter == nullptr || seccomp_attr_set(filter.get(), SCMP_FLTATR_CTL_TSYNC, 1) != 0)
        return false;
    for (const int call : allowed)
        if (seccomp_rule_add(filter.get(), SCMP_ACT_ALLOW, call, 0) != 0) return false;
    // Limits of its own only, and signals to itself only (`abort`).
    const scmp_arg_cmp own{0, SCMP_CMP_EQ, 0, 0};
    const scmp_arg_cmp itself{0, SCMP_CMP_EQ, static_cast<scmp_datum_t>(getpid()), 0};
    return seccomp_rule_add_array(filter.get(), SCMP_ACT_ALLOW, SCMP_SYS(prlimit64), 1, &own) ==
               0 &&
           seccomp_rule_add_array(filter.get(), SCMP_ACT_ALLOW, SCMP_SYS(tgkill), 1, &itself) ==
               0 &&
           seccomp_load(filter.get()) == 0;
}

std::size_t address_space() {
    const std::unique_ptr<FILE, decltype(&std::fclose)> file(std::fopen("/proc/self/statm", "re"),
                                                             &std::fclose);
    unsigned long pages = 0;
    if (file == nullptr || std::fscanf(file.get(), "%lu", &pages) != 1) return 0;
    return pages * static_cast<std::size_t>(sysconf(_SC_PAGESIZE));
}

bool limit_address_space(std::size_t soft, std::size_t hard) {
    const rlimit limit{soft, hard};
    return setrlimit(RLIMIT_AS, &limit) == 0;
}

bool limit_processor_seconds(unsigned long seconds) {
    const rlimit limit{seconds, RLIM_INFINITY};
    return setrlimit(RLIMIT_CPU, &limit) == 0;
}

}  // namespace sluice::script
