package import Processes
internal import Synchronization

/// Asks the worker to stop in order. Any thread.
package final class StopRequest: Sendable {
    private let requested = Atomic(false)
    private let wakeUp: WakeUp

    /// - Parameter wakeUp: what the transport thread sleeps on.
    package init(waking wakeUp: WakeUp) {
        self.wakeUp = wakeUp
    }

    /// Asks for the stop; asking again changes nothing.
    package func request() {
        requested.store(true, ordering: .releasing)
        wakeUp.signal()
    }

    /// Whether a stop was asked for.
    package var isRequested: Bool { requested.load(ordering: .acquiring) }
}
