"""What a process may do: nothing but compute, and speak through the socket."""
import ctypes
import errno
import os
import resource
import time

# What computing needs, and the socket. Not in the list: whatever names a file, an address or another process, makes one
# of them, or changes limits, timers and signals.
SYSTEM_CALLS = """
    read write brk mmap munmap mremap mprotect madvise futex sched_yield clock_gettime gettimeofday getrandom clock_nanosleep
    rt_sigreturn restart_syscall getrusage getpid gettid exit exit_group
""".split()
# Python itself looks for files now and then (the lines of a SyntaxError): it is told that it may not.
REFUSED_CALLS = "open openat stat lstat newfstatat fstat access readlink readlinkat getcwd ioctl fcntl lseek getdents64".split()

PR_SET_PDEATHSIG, PR_SET_DUMPABLE, PR_SET_NO_NEW_PRIVS = 1, 4, 38
SCMP_ACT_KILL_PROCESS, SCMP_ACT_ERRNO, SCMP_ACT_ALLOW = 0x80000000, 0x00050000, 0x7FFF0000
MACHINE_BYTES = 32 << 20  # of a run besides its code's: arenas, the message, the result


class Sandbox:
    """Raises OSError where the kernel refuses something."""

    def __init__(self, ceiling):
        self.process = ctypes.CDLL(None)
        self.library = ctypes.CDLL("libseccomp.so.2")
        self.filter = self.make_filter()
        os.environ.clear()
        os.environ["TZ"] = "UTC0"
        time.tzset()
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
        for option in ((PR_SET_NO_NEW_PRIVS, 1), (PR_SET_DUMPABLE, 0)):
            self.control(*option)
        with open("/proc/self/statm", encoding="ascii") as file:
            base = int(file.read().split()[0]) * resource.getpagesize()
        self.base = base + MACHINE_BYTES
        self.ceiling = ceiling
        self.limit_memory(ceiling)

    def control(self, option, value):
        if self.process.prctl(option, value, 0, 0, 0) != 0:
            raise OSError(f"prctl {option}")

    def make_filter(self):
        library = self.library
        library.seccomp_init.restype = ctypes.c_void_p
        library.seccomp_init.argtypes = [ctypes.c_uint32]
        library.seccomp_rule_add_array.argtypes = [ctypes.c_void_p, ctypes.c_uint32, ctypes.c_int, ctypes.c_uint,
                                                   ctypes.c_void_p]
        library.seccomp_load.argtypes = [ctypes.c_void_p]
        made = library.seccomp_init(SCMP_ACT_KILL_PROCESS)
        for names, action in ((SYSTEM_CALLS, SCMP_ACT_ALLOW), (REFUSED_CALLS, SCMP_ACT_ERRNO | errno.EACCES)):
            for name in names:
                number = library.seccomp_syscall_resolve_name(name.encode())
                if library.seccomp_rule_add_array(made, action, number, 0, None) != 0:
                    raise OSError(f"no rule for {name}")
        return made

    def end_with(self, parent):
        """The process ends when its parent does."""
        self.control(PR_SET_PDEATHSIG, 9)
        if os.getppid() != parent:
            os._exit(0)

    def limit_memory(self, size):
        most = self.base + self.ceiling
        resource.setrlimit(resource.RLIMIT_AS, (min(self.base + size, most), most))

    def limit_processor(self, milliseconds):
        """The last resort: the process is asked to stop before."""
        seconds = -(-milliseconds // 1000) + 1
        resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds + 1))

    def enter(self):
        if self.library.seccomp_load(self.filter) != 0:
            raise OSError("seccomp")
