internal import Glibc
package import VigilCore

/// How a program that has run to its end leaves.
package enum ProcessEnd {
    /// Writes out what the standard streams hold, and ends the process at once.
    ///
    /// exit(3) would first let every library clean up after itself, and take from threads that were
    /// left to themselves what they still use: the tear-down of a Kafka client that hangs, or a
    /// call that never returned. A worker whose work is done and committed would then die of
    /// a signal.
    package static func leave(_ code: ExitCode) -> Never {
        fflush(nil)
        _exit(code.rawValue)
    }
}
