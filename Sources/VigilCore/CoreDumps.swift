internal import CLinux

#if canImport(Glibc)
    internal import Glibc
#endif

/// Whether this process may leave its memory on disk when it crashes, and be looked into by other
/// processes of its user. Its memory holds patients' images and keys.
package enum CoreDumps {
    /// Forbids both. Children inherit the limit, and lose the rest when they start a program.
    ///
    /// The limit alone would not do: a program that core_pattern(5) names gets a dump all the same.
    package static func forbid() {
        set(limit: 0)
        _ = vigil_set_dumpable(0)
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
