internal import Processes
internal import Settings
internal import Telemetry
internal import VigilCore
internal import WorkerCore

/// Tells an OpenTelemetry collector of each study's way, and passes the trace on to what is
/// published of it. Does nothing, and changes nothing, unless `otlp.endpoint` is set.
package struct Tracer: Sendable {
    private let exporter: SpanExporter?
    private let place: MessagingPlace
    private let run: String

    /// - Parameter collector: nil tells nobody.
    init(
        _ settings: Settings, place: MessagingPlace, collector: Collector?, telemetry: Telemetry,
        start: Timestamp
    ) {
        self.place = place
        run = "\(place.instance.text)-\(start.microseconds)"
        exporter = collector.map { collector in
            SpanExporter(
                instance: place.instance, spansMax: settings.otlpSpansMax, telemetry: telemetry,
                post: collector.post(to: "v1/traces", countingRejected: "rejectedSpans"))
        }
    }

    /// Tells nobody.
    package static var silent: Tracer {
        Tracer(place: MessagingPlace(group: "", instance: "", findings: ""), run: "", exporter: nil)
    }

    private init(place: MessagingPlace, run: String, exporter: SpanExporter?) {
        (self.place, self.run, self.exporter) = (place, run, exporter)
    }

    /// Starts to send, once a second, until the thread is released; nil when there is nothing to
    /// send to.
    func start() throws -> PeriodicThread? {
        guard let exporter else { return nil }
        return try PeriodicThread(every: .seconds(1)) { exporter.flush() }
    }

    /// Sends what is left when the worker ends; gives up soon.
    func finish() { exporter?.flush(requestsMax: 4) }

    private func trace(_ study: StudyInFlight) -> StudyTrace? {
        guard exporter != nil else { return nil }
        let seed = UUIDv5(namespace: .vigil, fields: ["span", run, String(study.ticket.number)])
        return StudyTrace(study, seed: seed, place: place)
    }

    /// Gives a study's records the context to pass on; without tracing they keep the sender's.
    func mark(_ finding: inout Finding, _ energy: inout EnergyRecord, of study: StudyInFlight) {
        guard let outbound = trace(study)?.outbound else { return }
        finding.run.traceparent = outbound
        if case .study(var share) = energy.subject {
            share.traceparent = outbound
            energy.subject = .study(share)
        }
    }

    /// Tells of a study whose outcome is committed.
    func tell(_ outcome: StudyOutcome, of study: StudyInFlight, at now: Timestamp) {
        guard let trace = trace(study) else { return }
        switch outcome {
        case .finding(let finding, _, _, _): exporter?.add(trace.spans(finding, at: now))
        default: exporter?.add([trace.span(error: outcome.errorCode, at: now)])
        }
    }
}
