internal import CLinux
internal import CSeccomp
internal import DecoderProtocol

#if canImport(Glibc)
    internal import Glibc
#endif

/// Takes rights away from this process, for good. Call when libraries are loaded and warmed up.
enum Sandbox {
    /// The limits a worker gives.
    struct Limits {
        /// Bytes of address space.
        var memory: UInt64 = 1536 << 20
        /// Seconds of processor time over the life of the process; a backstop behind the worker's
        /// own deadlines.
        var processorSeconds: UInt64 = 3600
    }

    /// Puts on every protection that the system allows and says which those are.
    static func enter(_ limits: Limits) -> DecoderHello.Protections {
        var active: DecoderHello.Protections = []
        if vigil_die_with_parent() == 0 { active.insert(.parentDeathSignal) }
        if vigil_not_dumpable() == 0 { active.insert(.notDumpable) }
        // Needs CAP_SYS_ADMIN, which a worker in production lacks; seccomp refuses sockets anyway.
        if vigil_leave_network() == 0 { active.insert(.networkNamespace) }
        if limitResources(limits) { active.insert(.resourceLimits) }
        if vigil_no_new_privileges() == 0 { active.insert(.noNewPrivileges) }
        if loadFilter() { active.insert(.seccomp) }
        return active
    }

    private static func limitResources(_ limits: Limits) -> Bool {
        let wanted: [(Int32, UInt64)] = [
            (Int32(RLIMIT_AS.rawValue), limits.memory),
            (Int32(RLIMIT_CPU.rawValue), limits.processorSeconds),
            (Int32(RLIMIT_FSIZE.rawValue), 0),
            (Int32(RLIMIT_NOFILE.rawValue), 8),
            (Int32(__RLIMIT_NPROC.rawValue), 0),
            (Int32(RLIMIT_CORE.rawValue), 0),
        ]
        var all = true
        for (resource, value) in wanted {
            var limit = rlimit(rlim_cur: rlim_t(value), rlim_max: rlim_t(value))
            all = setrlimit(__rlimit_resource_t(UInt32(resource)), &limit) == 0 && all
        }
        return all
    }

    /// The calls a decoder needs: read its socket and one given file, write, manage memory, end.
    private static let allowed = [
        "read", "pread64", "write", "recvmsg", "lseek", "close", "brk", "munmap", "mremap",
        "madvise", "futex", "getrandom", "clock_gettime", "gettid", "getpid", "tgkill",
        "rt_sigprocmask", "rt_sigreturn", "sigaltstack", "sched_yield", "exit", "exit_group",
        "restart_syscall",
    ]
    /// Calls that are allowed as long as they ask for no executable memory (argument 2).
    private static let allowedWithoutExecution = ["mmap", "mprotect"]

    private static func loadFilter() -> Bool {
        guard let context = seccomp_init(vigil_refuse_with_eperm()) else { return false }
        defer { seccomp_release(context) }
        let allow: UInt32 = 0x7fff_0000  // SCMP_ACT_ALLOW
        for name in allowed {
            let number = seccomp_syscall_resolve_name(name)
            // A call that this architecture lacks needs no rule.
            if number == __NR_SCMP_ERROR { continue }
            guard seccomp_rule_add_array(context, allow, number, 0, nil) == 0 else { return false }
        }
        for name in allowedWithoutExecution {
            let number = seccomp_syscall_resolve_name(name)
            var condition = vigil_bits_clear(2, UInt(PROT_EXEC))
            guard seccomp_rule_add_array(context, allow, number, 1, &condition) == 0 else {
                return false
            }
        }
        return seccomp_load(context) == 0
    }
}
