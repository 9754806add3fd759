internal import KafkaTransport
internal import Settings
internal import Telemetry
internal import VigilCore
internal import Wire

/// Tells an OpenTelemetry collector of each study's way, and passes the trace on to what is
/// published of it. Does nothing, and changes nothing, unless `otlp.endpoint` is set.
package struct Tracer: Sendable {
    private let exporter: SpanExporter?
    private let place: (group: SafeText, instance: SafeText, findings: SafeText)
    private let run: String

    /// - Parameter collector: nil tells nobody.
    init(
        _ settings: Settings, kafka: KafkaConfiguration, collector: Collector?,
        telemetry: Telemetry, start: Timestamp
    ) {
        let instance = SafeText(operatorProvided: kafka.instance ?? "")
        place = (
            SafeText(operatorProvided: kafka.group), instance,
            SafeText(operatorProvided: settings.topicsFinding)
        )
        run = "\(instance.text)-\(start.microseconds)"
        exporter = collector.map { collector in
            SpanExporter(
                instance: instance, spansMax: settings.otlpSpansMax, telemetry: telemetry,
                post: collector.post(to: "v1/traces", countingRejected: "rejectedSpans"))
        }
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
        return StudyTrace(
            study, seed: seed,
            place: .init(
                group: place.group, instance: place.instance, findings: place.findings))
    }

    /// Gives a study's records the context to pass on; without tracing they keep the sender's.
    func mark(_ finding: inout FindingRecord, _ energy: inout EnergyRecord, of study: StudyInFlight)
    {
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
        case .finding(let finding, _, _): exporter?.add(trace.spans(finding, at: now))
        case .deadLetter(let failure, _), .postponed(let failure, _):
            exporter?.add([trace.span(error: failure.error.code, at: now)])
        case .deferral, .retraction: exporter?.add([trace.span(error: nil, at: now)])
        }
    }
}
