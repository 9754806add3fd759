internal import Glibc
package import Settings
internal import Synchronization

/// Kills the process at a point of a transaction that the operator named (`test.crash-at`), so that
/// tests can see what a crash there leaves behind. No data can trigger it. Any thread.
package final class CrashHook: Sendable {
    private let point: CrashPoint
    private let transaction: Int
    private let begun = Atomic(0)

    /// - Parameter transaction: strikes at this one of the transactions with studies, from 1.
    package init(at point: CrashPoint, transaction: Int) {
        self.point = point
        self.transaction = transaction
    }

    /// Counts a transaction with studies.
    func begin() { begun.add(1, ordering: .relaxed) }

    /// Says that the transaction has come to a point; does not return when that is the one.
    func pass(_ passed: CrashPoint) {
        guard passed == point, begun.load(ordering: .relaxed) == transaction else { return }
        if passed == .duringCommit {
            // The clock strikes within the call that follows; SIGALRM ends the process there.
            var timer = itimerval()
            timer.it_value.tv_usec = .random(in: 1...3000)
            setitimer(__itimer_which_t(ITIMER_REAL.rawValue), &timer, nil)
        } else {
            kill(getpid(), SIGKILL)
        }
    }
}
