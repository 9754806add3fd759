#if canImport(Glibc)
    internal import Glibc
#endif

/// Whether a path leads to something.
package enum FilePresence {
    /// False only where the system says that nothing is there: what may not be looked at may be.
    /// Any thread.
    package static func isPossible(_ path: String) -> Bool {
        access(path, F_OK) == 0 || (errno != ENOENT && errno != ENOTDIR)
    }
}
