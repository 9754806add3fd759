internal import KafkaTransport
internal import Processes
internal import Settings
internal import Telemetry
internal import VigilCore

/// All that an OpenTelemetry collector is told: each study's way, and the worker's metrics.
struct CollectorExports: Sendable {
    /// Tells of studies as they are published.
    let tracer: Tracer
    private let metrics: MetricReporter

    /// As set; nobody is told unless `otlp.endpoint` is.
    ///
    /// - Parameter start: when the worker began.
    init(
        _ settings: Settings, _ kafka: KafkaConfiguration, start: Timestamp,
        clock: any VigilClock, telemetry: Telemetry
    ) throws(PipelineError) {
        let collector = try Collector(settings)
        let place = MessagingPlace(
            group: SafeText(operatorProvided: kafka.group),
            instance: SafeText(operatorProvided: kafka.instance ?? ""),
            findings: SafeText(operatorProvided: settings.topicsFinding))
        tracer = Tracer(
            settings, place: place, collector: collector, telemetry: telemetry, start: start)
        metrics = MetricReporter(
            settings, place: place, collector: collector, telemetry: telemetry, clock: clock)
    }

    /// Starts to send, until the threads are released.
    func start() throws -> [PeriodicThread] {
        [try tracer.start(), try metrics.start()].compactMap { $0 }
    }

    /// Sends what is left when the worker ends; gives up soon.
    func finish() {
        tracer.finish()
        metrics.finish()
    }
}
