internal import Processes
internal import Settings
internal import Telemetry
internal import VigilCore

/// Tells an OpenTelemetry collector the worker's metrics, on a thread of its own: studies never
/// wait for it.
struct MetricReporter: Sendable {
    private let exporter: MetricExporter?
    private let interval: Duration

    /// As set.
    ///
    /// - Parameter collector: nil tells nobody.
    init(
        _ settings: Settings, place: MessagingPlace, collector: Collector?,
        telemetry: Telemetry, clock: any VigilClock
    ) {
        interval = settings.otlpMetricsInterval ?? .zero
        guard let collector, interval > .zero else {
            exporter = nil
            return
        }
        exporter = MetricExporter(
            place: place, telemetry: telemetry, clock: clock,
            post: collector.post(to: "v1/metrics", countingRejected: "rejectedDataPoints"))
    }

    /// Starts to send, until the thread is released; nil when there is nothing to send to.
    func start() throws -> PeriodicThread? {
        guard let exporter else { return nil }
        return try PeriodicThread(every: interval) { exporter.export() }
    }

    /// Sends the last values when the worker ends.
    func finish() { exporter?.finish() }
}
