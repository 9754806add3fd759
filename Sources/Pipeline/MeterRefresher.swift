package import Energy
internal import KafkaTransport
internal import Synchronization
internal import VigilCore

/// Asks a slow energy source anew at its own pace, on a thread of its own, until it is released.
package final class MeterRefresher: Sendable {
    private let isOver: Flag
    private let wakeUp: WakeUp

    private final class Flag: Sendable {
        let value = Atomic(false)
    }

    /// Starts the thread.
    ///
    /// - Returns: nil when the meter has no such source.
    package init?(_ meter: any EnergyMeter) throws {
        guard let period = meter.refreshPeriod else { return nil }
        let (flag, wakeUp) = (Flag(), try WakeUp())
        isOver = flag
        self.wakeUp = wakeUp
        let thread = try OwnedThread {
            while !flag.value.load(ordering: .acquiring) {
                meter.refresh()
                // An error of poll(2) ends the wait, and the loop looks again.
                _ = try? WakeUp.wait(on: [wakeUp.fileDescriptor], timeout: period)
            }
        }
        // It may be waiting for a plug, which must not hold up the end of the process.
        thread.detach()
    }

    deinit {
        isOver.value.store(true, ordering: .releasing)
        wakeUp.signal()
    }
}
