internal import Energy
internal import HTTPClient
package import KafkaTransport
package import Settings
package import Telemetry
package import VigilCore
internal import Wire

/// Tells an OpenTelemetry collector of each study's way, and passes the trace on to what is
/// published of it. Does nothing, and changes nothing, unless `otlp.endpoint` is set.
package struct Tracer: Sendable {
    private let exporter: SpanExporter?
    private let place: (group: SafeText, instance: SafeText, findings: SafeText)
    private let run: String

    /// As set.
    ///
    /// - Throws: ``PipelineError/headersUnreadable`` when the file of headers cannot be read.
    package init(
        _ settings: Settings, kafka: KafkaConfiguration, telemetry: Telemetry, start: Timestamp
    ) throws(PipelineError) {
        let instance = SafeText(operatorProvided: kafka.instance ?? "")
        place = (
            SafeText(operatorProvided: kafka.group), instance,
            SafeText(operatorProvided: settings.topicsFinding)
        )
        run = "\(instance.text)-\(start.microseconds)"
        guard let endpoint = settings.otlpEndpoint else {
            exporter = nil
            return
        }
        let url = endpoint + (endpoint.hasSuffix("/") ? "v1/traces" : "/v1/traces")
        let headers =
            ["Content-Type: application/json"] + (try Self.headers(settings.otlpHeadersFile))
        let client = HTTPClient(timeout: settings.otlpTimeout, bytesMax: 65_536)
        exporter = SpanExporter(
            instance: instance, spansMax: settings.otlpSpansMax, telemetry: telemetry
        ) { body in
            Self.answer { () throws(HTTPClientError) in
                try client.post(url, headers: headers, body: body)
            }
        }
    }

    /// The header lines of a file.
    private static func headers(_ path: String?) throws(PipelineError) -> [String] {
        guard let path else { return [] }
        guard let bytes = try? SystemEnergyFiles.read(path, bytesMax: 16_384) else {
            throw .headersUnreadable(SafeText(operatorProvided: path))
        }
        return String(decoding: bytes, as: UTF8.self).split(whereSeparator: \.isNewline)
            .map(String.init).filter { $0.contains(":") }
    }

    /// What OTLP says of the statuses: these four may be tried again, the others not.
    private static func answer(
        _ send: () throws(HTTPClientError) -> [UInt8]
    ) -> SpanExporter.Answer {
        do throws(HTTPClientError) {
            let bytes = try send()
            let json = try? JSONParser.parse(bytes)
            let rejected = json?["partialSuccess"]?["rejectedSpans"]
            let count = rejected?.intValue ?? rejected?.stringValue.flatMap { Int($0) }
            return .taken(rejected: max(0, count ?? 0))
        } catch {
            switch error {
            case .status(let status):
                return [429, 502, 503, 504].contains(status) ? .later : .refused
            case .noAnswer: return .later
            case .tooLarge: return .taken(rejected: 0)
            }
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
