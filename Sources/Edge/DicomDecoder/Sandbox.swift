internal import CLinux
internal import CSeccomp
internal import DecoderProtocol

#if canImport(Glibc)
    internal import Glibc
#endif

/// Takes rights away from this process, for good. Call when libraries are loaded and warmed up, and
/// while there is one thread.
enum Sandbox {
    /// What a worker asks for.
    struct Options {
        /// Bytes of address space.
        var memory: UInt64 = 1536 << 20
        /// Seconds of processor time over the life of the process; a backstop behind the worker's
        /// own deadlines.
        var processorSeconds: UInt64 = 3600
        /// Whom to become when this is root.
        var user: UInt32 = 65_534
        /// Whether Landlock and seccomp are left out, for debuggers and tracers.
        var isOpen = false
        /// Whether seccomp alone is left out, to try what the rest does by itself.
        var lacksFilter = false
    }

    /// Puts on every protection that the system allows and says which those are.
    static func enter(_ options: Options) -> DecoderHello.Protections {
        var active: DecoderHello.Protections = []
        // Needs CAP_SYS_ADMIN, which a worker in production lacks; seccomp refuses sockets anyway.
        if vigil_leave_network() == 0 { active.insert(.networkNamespace) }
        if geteuid() == 0, vigil_become(options.user) == 0 { active.insert(.ownUser) }
        // None are left after root's; a worker may have been given some without being root.
        _ = vigil_drop_capabilities()
        // After a change of user, which undoes both.
        if vigil_die_with_parent() == 0 { active.insert(.parentDeathSignal) }
        if vigil_not_dumpable() == 0 { active.insert(.notDumpable) }
        if limitResources(options) { active.insert(.resourceLimits) }
        if vigil_no_new_privileges() == 0 { active.insert(.noNewPrivileges) }
        guard !options.isOpen else { return active }
        active.formUnion(enterLandlock())
        if !options.lacksFilter, loadFilter() { active.insert(.seccomp) }
        return active
    }

    /// Behind seccomp, for what its list may have missed: it looks at what is reached, not at
    /// calls.
    private static func enterLandlock() -> DecoderHello.Protections {
        let version = vigil_landlock_version()
        guard version > 0, vigil_landlock(version) == 0 else { return [] }
        return version >= 6 ? [.landlock, .signalScope] : .landlock
    }

    private static func limitResources(_ options: Options) -> Bool {
        let wanted: [(Int32, UInt64)] = [
            (Int32(RLIMIT_AS.rawValue), options.memory),
            (Int32(RLIMIT_CPU.rawValue), options.processorSeconds),
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
        "madvise", "futex", "getrandom", "clock_gettime", "gettid", "getpid",
        "rt_sigprocmask", "rt_sigreturn", "sigaltstack", "sched_yield", "exit", "exit_group",
        "restart_syscall",
    ]
    /// Calls that are allowed as long as they ask for no executable memory (argument 2).
    private static let allowedWithoutExecution = ["mmap", "mprotect"]
    /// Calls that are allowed on this process itself (argument 0), for abort(3). Its number can
    /// pass to no other process while it lives, and it cannot fork.
    private static let allowedOnSelf = ["tgkill"]

    private static func loadFilter() -> Bool {
        guard let context = seccomp_init(vigil_refuse_with_eperm()) else { return false }
        defer { seccomp_release(context) }
        let none: scmp_arg_cmp? = nil
        let rules: [([String], scmp_arg_cmp?)] = [
            (allowed, none), (allowedWithoutExecution, vigil_bits_clear(2, UInt(PROT_EXEC))),
            (allowedOnSelf, vigil_equals(0, UInt(getpid()))),
        ]
        for (names, condition) in rules {
            for name in names where !allow(name, if: condition, in: context) { return false }
        }
        return seccomp_load(context) == 0
    }

    private static func allow(
        _ name: String, if condition: scmp_arg_cmp?, in context: scmp_filter_ctx
    ) -> Bool {
        let allow: UInt32 = 0x7fff_0000  // SCMP_ACT_ALLOW
        let number = seccomp_syscall_resolve_name(name)
        // A call that this architecture lacks needs no rule.
        if number == __NR_SCMP_ERROR { return true }
        guard var condition else {
            return seccomp_rule_add_array(context, allow, number, 0, nil) == 0
        }
        return seccomp_rule_add_array(context, allow, number, 1, &condition) == 0
    }
}
