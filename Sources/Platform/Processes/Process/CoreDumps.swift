internal import CLinux

#if canImport(Glibc)
    internal import Glibc
#endif

/// Whether this process may leave its memory on disk or in its log when it crashes, and be looked
/// into by other processes of its user. Its memory holds patients' images and keys.
package enum CoreDumps {
    /// Forbids all of it. Children inherit the limit, and lose the rest when they start a program.
    ///
    /// The limit alone would not do: a program that core_pattern(5) names gets a dump all the same.
    package static func forbid() {
        set(limit: 0)
        _ = vigil_set_dumpable(0)
        endPlainly()
    }

    /// A process that crashes ends by its signal, and by nothing before: where the toolchain is,
    /// Swift's runtime would start a program that prints registers and what they point at to
    /// standard error, and keeps the dying worker in its group for seconds meanwhile.
    private static func endPlainly() {
        for number in [SIGABRT, SIGBUS, SIGFPE, SIGILL, SIGQUIT, SIGSEGV, SIGTRAP] {
            signal(number, SIG_DFL)
        }
    }

    /// Allows what the process was allowed when it started.
    package static func allow() {
        set(limit: nil)
        _ = vigil_set_dumpable(1)
    }

    /// - Parameter limit: nil for the highest that is allowed.
    private static func set(limit: rlim_t?) {
        let core = __rlimit_resource_t(UInt32(RLIMIT_CORE.rawValue))
        var limits = rlimit()
        guard getrlimit(core, &limits) == 0 else { return }
        limits.rlim_cur = limit ?? limits.rlim_max
        _ = setrlimit(core, &limits)
    }
}
