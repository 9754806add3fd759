internal import KafkaTransport
internal import Processes
internal import Telemetry
package import VigilCore
internal import WorkerCore

/// The end in order: from when a stop is asked for until what is in flight is done, or its time is
/// over. The transport thread's alone.
package struct ShutdownDrain {
    private let context: TransportContext
    /// When the stop was heard; nil before.
    package private(set) var begun: MonotonicTime?

    package init(_ context: TransportContext) {
        self.context = context
    }

    /// When what is in flight is given up; nil while no stop was asked for.
    var deadline: MonotonicTime? { begun.map { $0 + context.options.drainMax } }

    /// Whether all is done, or given up.
    package var isOver: Bool {
        guard let deadline else { return false }
        return context.work.decide { $0.isIdle } || context.clock.monotonic() >= deadline
    }

    /// Begins once a stop is asked for: nothing new starts.
    package mutating func follow() {
        guard context.stop.isRequested, begun == nil else { return }
        begun = context.clock.monotonic()
        context.health.markShuttingDown()
        let inFlight = context.work.decide { core in
            core.drain()
            return core.inFlight
        }
        context.telemetry.emit(
            ShutdownRequested(
                reason: "signal", inFlight: inFlight, drainMax: context.options.drainMax))
        context.work.inference.signal()
    }
}
