internal import Glibc
internal import VigilCore

/// SIGTERM and SIGINT as ordinary calls: the first asks for an orderly stop, the second stops at
/// once.
package enum ShutdownSignals {
    /// Blocks both signals for this thread and all that it starts. Call first of all in `main`,
    /// before any library starts a thread of its own, or that thread would take the signal and die
    /// of it.
    package static func block() {
        var signals = signalSet()
        pthread_sigmask(SIG_BLOCK, &signals, nil)
    }

    /// Waits for the first signal and calls `onFirst`, then ends the process at the second, after
    /// `beforeExit`, which must not wait. Runs for the life of the process on the thread that calls
    /// it.
    package static func listen(onFirst: () -> Void, beforeExit: () -> Void = {}) {
        var signals = signalSet()
        var number: Int32 = 0
        guard sigwait(&signals, &number) == 0 else { return }
        onFirst()
        guard sigwait(&signals, &number) == 0 else { return }
        beforeExit()
        _exit(ExitCode.interrupted.rawValue)
    }

    private static func signalSet() -> sigset_t {
        var signals = sigset_t()
        sigemptyset(&signals)
        sigaddset(&signals, SIGTERM)
        sigaddset(&signals, SIGINT)
        return signals
    }
}
