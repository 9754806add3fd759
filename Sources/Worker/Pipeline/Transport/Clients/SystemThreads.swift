package import KafkaTransport
package import Processes
package import VigilCore

/// Threads of our own, and poll(2).
package struct SystemThreads: TransportThreads {
    private let clock: any VigilClock

    /// - Parameter clock: by which it waits.
    package init(clock: any VigilClock) {
        self.clock = clock
    }

    package func wait(for wakeUps: [WakeUp], until: MonotonicTime?) throws(KafkaError) {
        defer { for wakeUp in wakeUps { wakeUp.drain() } }
        _ = try WakeUp.waitForClient(
            on: wakeUps.map(\.fileDescriptor),
            timeout: until.map { max(.zero, $0 - clock.monotonic()) })
    }

    package func start(
        _ body: @escaping @Sendable () -> Void
    ) throws(ProcessError) -> OwnedThread? {
        try OwnedThread(body)
    }
}
