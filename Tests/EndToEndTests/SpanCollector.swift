import Foundation
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
        var limit = timeval(tv_sec: 5, tv_usec: 0)
        setsockopt(
            connection, SOL_SOCKET, SO_RCVTIMEO, &limit, socklen_t(MemoryLayout<timeval>.size))
        var text = ""
        var buffer = [UInt8](repeating: 0, count: 65_536)
        while true {
            let count = recv(connection, &buffer, buffer.count, 0)
            guard count > 0 else { return }
            text += String(decoding: buffer.prefix(count), as: UTF8.self)
            guard let split = text.firstRange(of: "\r\n\r\n") else { continue }
            let head = text[..<split.lowerBound]
            let expected = head.lowercased().split(whereSeparator: \.isNewline)
                .first { $0.hasPrefix("content-length:") }
                .flatMap { Int($0.dropFirst(15).drop { $0 == " " }) }
            if head.lowercased().contains("expect: 100-continue"), text.hasSuffix("\r\n\r\n") {
                reply(connection, "HTTP/1.1 100 Continue\r\n\r\n")
            }
            let body = text[split.upperBound...]
            guard let expected, body.utf8.count >= expected else { continue }
            take(String(head), String(body))
            reply(
                connection,
                "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 2\r\n"
                    + "Connection: close\r\n\r\n{}")
            return
        }
    }

    private func reply(_ connection: Int32, _ text: String) {
        let bytes = Array(text.utf8)
        _ = send(connection, bytes, bytes.count, Int32(MSG_NOSIGNAL))
    }

    private func take(_ head: String, _ body: String) {
        let json = try? JSONParser.parse(Array(body.utf8))
        let scopes = (json?["resourceSpans"]?.arrayValue ?? [])
            .flatMap { $0["scopeSpans"]?.arrayValue ?? [] }
        let spans = scopes.flatMap { $0["spans"]?.arrayValue ?? [] }.map { Span(json: $0) }
        let metrics = (json?["resourceMetrics"]?.arrayValue ?? [])
            .flatMap { $0["scopeMetrics"]?.arrayValue ?? [] }
            .flatMap { $0["metrics"]?.arrayValue ?? [] }
        let path = head.split(separator: " ").dropFirst().first.map(String.init) ?? ""
        lock.withLock {
            kept += spans
            if !metrics.isEmpty { metricsKept.append(metrics) }
            texts.append(body)
            paths.append(path)
        }
    }
}
