internal import Synchronization

/// Does something slow again and again, at its own pace and on a thread of its own, until it is
/// released.
package final class PeriodicThread: Sendable {
    private final class Flag: Sendable {
        let value = Atomic(false)
    }

    private let isOver: Flag
    private let wakeUp: WakeUp

    /// Starts the thread.
    ///
    /// - Parameters:
    ///   - period: the pause between two rounds.
    ///   - body: may block.
    package convenience init(
        every period: Duration, _ body: @escaping @Sendable () -> Void
    ) throws(ProcessError) {
        try self.init(every: period, making: { body })
    }

    /// Starts the thread with what is its alone.
    ///
    /// - Parameters:
    ///   - period: the pause between two rounds.
    ///   - make: called once, on the thread; what it returns may block.
    package init(
        every period: Duration, making make: @escaping @Sendable () -> () -> Void
    ) throws(ProcessError) {
        let (flag, wakeUp) = (Flag(), try WakeUp())
        isOver = flag
        self.wakeUp = wakeUp
        let thread = try OwnedThread {
            let body = make()
            while !flag.value.load(ordering: .acquiring) {
                body()
                // An error of poll(2) ends the wait, and the loop looks again.
                _ = try? WakeUp.wait(on: [wakeUp.fileDescriptor], timeout: period)
            }
        }
        // It may be waiting for an answer, which must not hold up the end of the process.
        thread.detach()
    }

    deinit {
        isOver.value.store(true, ordering: .releasing)
        wakeUp.signal()
    }
}
