internal import CSeccomp

#if canImport(Glibc)
    internal import Glibc
#endif

/// The calls a decoder needs: read its socket and one given file, write, manage memory, end.
enum DecoderCalls {
    static var rules: [CallFilter.Rule] {
        [
            (allowed, nil), (allowedWithoutExecution, vigil_bits_clear(2, UInt(PROT_EXEC))),
            (allowedOnSelf, vigil_equals(0, UInt(getpid()))),
        ]
    }

    private static let allowed = [
        "read", "pread64", "write", "recvmsg", "lseek", "close", "brk", "munmap", "mremap",
        "madvise", "futex", "getrandom", "clock_gettime", "gettid", "getpid",
        "rt_sigprocmask", "rt_sigreturn", "sigaltstack", "sched_yield", "exit", "exit_group",
        "restart_syscall",
    ]
    /// Calls that are allowed as long as they ask for no executable memory (argument 2).
    private static let allowedWithoutExecution = ["mmap", "mprotect"]
    /// Calls that are allowed on this process itself (argument 0), for abort(3). Its number can
    /// pass to no other process while it lives, and it cannot fork.
    private static let allowedOnSelf = ["tgkill"]
}
