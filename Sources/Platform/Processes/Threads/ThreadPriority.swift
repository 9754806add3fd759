internal import CLinux

#if canImport(Glibc)
    internal import Glibc
#endif

/// The scheduler's priority of single threads. Only Linux has one for each; elsewhere nothing is
/// changed.
package enum ThreadPriority {
    /// How far the calling thread stands behind others (getpriority(2)): -20 to 19.
    package static var niceness: Int32 {
        #if canImport(Glibc)
            getpriority(__priority_which_t(PRIO_PROCESS.rawValue), 0)
        #else
            0
        #endif
    }

    /// The shortest time that Linux lets a thread keep a processor (sched_setattr(2)).
    private static let sliceMin: UInt64 = 100_000

    /// Lowers the calling thread's priority against all others of the machine, and has it give its
    /// processor up at once to those that wake up: by itself Linux lets a thread go on for a
    /// millisecond or two, and a transaction is some thirty threads waking each other.
    ///
    /// - Parameter difference: added to its ``niceness`` (setpriority(2)); 0 changes nothing.
    package static func lower(by difference: Int32) {
        #if canImport(Glibc)
            guard difference > 0 else { return }
            // Lowering needs no right, so it does not fail.
            _ = setpriority(
                __priority_which_t(PRIO_PROCESS.rawValue), 0, min(19, niceness + difference))
            // A kernel that refuses leaves the slice as it is.
            _ = vigil_short_slice(sliceMin)
        #endif
    }
}
