internal import Synchronization
package import VigilCore

/// Hands all metrics to an OpenTelemetry collector (OTLP/HTTP, JSON encoding). Sums are cumulative,
/// so nothing waits in a queue and nothing is sent twice: what a collector could not take now, the
/// next request says again with newer values. Thread-safe.
package final class MetricExporter: Sendable {
    private let resource: CollectorResource
    private let place: MessagingPlace
    private let telemetry: Telemetry
    private let clock: any VigilClock
    private let post: @Sendable ([UInt8]) -> CollectorAnswer
    /// Since when sums are counted.
    private let start: Timestamp
    private let isFailing = Atomic(false)

    /// - Parameters:
    ///   - place: the worker's.
    ///   - post: sends a body to the collector's `/v1/metrics`; may block.
    package init(
        place: MessagingPlace, telemetry: Telemetry, clock: any VigilClock,
        post: @escaping @Sendable ([UInt8]) -> CollectorAnswer
    ) {
        resource = CollectorResource(instance: place.instance)
        self.place = place
        self.telemetry = telemetry
        self.clock = clock
        self.post = post
        start = clock.wall()
    }

    /// Sends one request with the values of now. Blocks.
    package func export() {
        let families = telemetry.metrics.families()
        let encoding = MetricEncoding(from: start, to: clock.wall())
        let messaging = MessagingMetric.allCases.map { encoding.json($0, of: families, place) }
        let body = resource.request(.metrics, families.map(encoding.json) + messaging)
        let answer = post(body)
        let isTaken = if case .taken = answer { true } else { false }
        let wasFailing = isFailing.exchange(!isTaken, ordering: .relaxed)
        if !isTaken, !wasFailing { telemetry.emit(CollectorUnreachable(signal: "metrics")) }
        telemetry.emit(MetricsExported(answer))
    }

    /// Sends the last values when the worker ends, unless the collector took none the last time.
    package func finish() {
        if !isFailing.load(ordering: .relaxed) { export() }
    }
}
