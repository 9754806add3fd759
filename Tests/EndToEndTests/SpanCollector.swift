import Foundation
import LoopbackKit
import Testing
import VigilCore

/// An OpenTelemetry collector on a free port of this machine: takes OTLP over HTTP and keeps the
/// spans and metrics. Any thread.
final class SpanCollector: @unchecked Sendable {
    /// A span as it came.
    struct Span {
        let json: JSONValue

        var name: String { json["name"]?.stringValue ?? "" }
        var trace: String { json["traceId"]?.stringValue ?? "" }
        var id: String { json["spanId"]?.stringValue ?? "" }
        var parent: String? { json["parentSpanId"]?.stringValue }
        var kind: Int? { json["kind"]?.intValue }
        var start: Int64 { json["startTimeUnixNano"]?.stringValue.flatMap { Int64($0) } ?? 0 }
        var end: Int64 { json["endTimeUnixNano"]?.stringValue.flatMap { Int64($0) } ?? 0 }

        /// The value of an attribute, as text.
        func attribute(_ key: String) -> String? {
            let found = json["attributes"]?.arrayValue?.first { $0["key"]?.stringValue == key }
            let value = found?["value"]
            return value?["stringValue"]?.stringValue ?? value?["intValue"]?.stringValue
        }
    }

    let port: UInt16
    private let listener: LoopbackListener
    private let lock = NSLock()
    private var kept: [Span] = []
    private var metricsKept: [[JSONValue]] = []
    private var texts: [String] = []
    private var paths: [String] = []

    init() throws {
        listener = try LoopbackListener()
        port = listener.port
        listener.start { [weak self] in self?.serve($0) }
    }

    /// What came so far.
    var spans: [Span] { lock.withLock { kept } }
    /// The metrics of each request that had some.
    var metrics: [[JSONValue]] { lock.withLock { metricsKept } }
    /// The bodies that came, as text.
    var bodies: [String] { lock.withLock { texts } }
    /// The paths that were asked for.
    var requested: Set<String> { Set(lock.withLock { paths }) }

    private func serve(_ connection: Int32) {
        defer { close(connection) }
        guard let request = HTTPRequest(from: connection) else { return }
        take(request)
        HTTPRequest.answer("{}", to: connection)
    }

    private func take(_ request: HTTPRequest) {
        let json = try? JSONParser.parse(Array(request.body.utf8))
        let scopes = (json?["resourceSpans"]?.arrayValue ?? [])
            .flatMap { $0["scopeSpans"]?.arrayValue ?? [] }
        let spans = scopes.flatMap { $0["spans"]?.arrayValue ?? [] }.map { Span(json: $0) }
        let metrics = (json?["resourceMetrics"]?.arrayValue ?? [])
            .flatMap { $0["scopeMetrics"]?.arrayValue ?? [] }
            .flatMap { $0["metrics"]?.arrayValue ?? [] }
        lock.withLock {
            kept += spans
            if !metrics.isEmpty { metricsKept.append(metrics) }
            texts.append(request.body)
            paths.append(request.path)
        }
    }
}
