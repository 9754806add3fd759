import Synchronization
import Telemetry
import Testing
import VigilCore

/// Spans on their way to a collector.
struct SpanExporterTests {
    /// A collector that gives the next of some answers, the last one for good.
    private final class Collector: Sendable {
        private let state: Mutex<(answers: [CollectorAnswer], bodies: [[UInt8]])>

        init(_ answers: [CollectorAnswer]) { state = Mutex((answers, [])) }

        func take(_ body: [UInt8]) -> CollectorAnswer {
            state.withLock { state in
                state.bodies.append(body)
                return state.answers.count > 1 ? state.answers.removeFirst() : state.answers[0]
            }
        }

        /// The spans of each request.
        var requests: [[JSONValue]] {
            get throws {
                try state.withLock { $0.bodies }.map { body in
                    let all = try JSONParser.parse(body)["resourceSpans"]?.arrayValue
                    let scopes = try #require(all?.first?["scopeSpans"]?.arrayValue)
                    return try #require(scopes.first?["spans"]?.arrayValue)
                }
            }
        }
    }

    private static let seed = UUIDv5(namespace: .vigil, fields: ["test"])

    private static func span(_ number: Int) -> TraceSpan {
        TraceSpan(
            "span \(number)", .internal, TraceContext(seed: seed), parent: nil,
            from: Timestamp(microseconds: 1_000_001), to: Timestamp(microseconds: 2_000_002),
            attributes: [
                .init("text", "a" as StaticString), .init("whole", Int64.max),
                .init("number", number: 0.5),
            ])
    }

    private static func exporter(
        _ collector: Collector, spansMax: Int = 1000, telemetry: Telemetry
    ) -> SpanExporter {
        SpanExporter(instance: "slot-1", spansMax: spansMax, telemetry: telemetry) {
            collector.take($0)
        }
    }

    private static func telemetry() -> Telemetry { Telemetry(logSink: MemoryLogSink()) }

    @Test("a span is told in the JSON of OTLP")
    func encoding() throws {
        let collector = Collector([.taken(rejected: 0)])
        let exporter = Self.exporter(collector, telemetry: Self.telemetry())
        exporter.add([Self.span(1)])
        exporter.flush()
        let span = try #require(try collector.requests.first?.first)
        #expect(span["traceId"]?.stringValue?.count == 32)
        #expect(span["spanId"]?.stringValue?.count == 16)
        #expect(span["parentSpanId"] == nil)
        #expect(span["name"]?.stringValue == "span 1" && span["kind"]?.intValue == 1)
        #expect(span["startTimeUnixNano"]?.stringValue == "1000001000")
        #expect(span["endTimeUnixNano"]?.stringValue == "2000002000")
        let values = try #require(span["attributes"]?.arrayValue).map { $0["value"] }
        #expect(values[0]?["stringValue"]?.stringValue == "a")
        #expect(values[1]?["intValue"]?.stringValue == "9223372036854775807")
        #expect(values[2]?["doubleValue"]?.doubleValue == 0.5)
    }

    @Test("what does not fit the queue is dropped and counted")
    func bounded() throws {
        let collector = Collector([.taken(rejected: 0)])
        let telemetry = Self.telemetry()
        let exporter = Self.exporter(collector, spansMax: 600, telemetry: telemetry)
        exporter.add((0..<1000).map(Self.span))
        exporter.flush()
        #expect(try collector.requests.map(\.count) == [512, 88])
        let text = telemetry.metrics.exposition()
        #expect(text.contains("vigil_spans_exported_total 600\n"))
        #expect(text.contains("vigil_spans_dropped_total{reason=\"queue_full\"} 400\n"))
    }

    @Test("a collector that is away gets the spans later, once, and the worker says so once")
    func later() throws {
        let collector = Collector([.later, .later, .taken(rejected: 1)])
        let sink = MemoryLogSink()
        let telemetry = Telemetry(logSink: sink)
        let exporter = Self.exporter(collector, telemetry: telemetry)
        exporter.add((0..<3).map(Self.span))
        for _ in 0..<4 { exporter.flush() }
        let names = try collector.requests.map { $0.map { $0["name"]?.stringValue } }
        #expect(names == Array(repeating: ["span 0", "span 1", "span 2"], count: 3))
        #expect(sink.lines.filter { $0.contains("collector_unreachable") }.count == 1)
        let text = telemetry.metrics.exposition()
        #expect(text.contains("vigil_spans_exported_total 2\n"))
        #expect(text.contains("vigil_spans_dropped_total{reason=\"rejected\"} 1\n"))
    }

    @Test("what a collector refuses is dropped and counted, and does not come again")
    func refused() throws {
        let collector = Collector([.refused])
        let telemetry = Self.telemetry()
        let exporter = Self.exporter(collector, telemetry: telemetry)
        exporter.add([Self.span(1)])
        exporter.flush()
        exporter.flush()
        #expect(try collector.requests.count == 1)
        #expect(
            telemetry.metrics.exposition().contains(
                "vigil_spans_dropped_total{reason=\"refused\"} 1\n"))
    }

    @Test("a traceparent is read as it is written, and spans of a trace have their own ids")
    func context() throws {
        let text = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"
        let parent = try #require(TraceContext(traceparent: text))
        #expect(parent.traceparent == text && parent.isSampled)
        let one = parent.span(Self.seed, "decode")
        let two = parent.span(Self.seed, "infer")
        #expect(one.trace == parent.trace && one.span != two.span && one.span != parent.span)
        #expect(one == parent.span(Self.seed, "decode"))
        #expect(TraceContext(traceparent: one.traceparent) == one)
        let unsampled = try #require(
            TraceContext(traceparent: String(text.dropLast(2)) + "00"))
        #expect(!unsampled.isSampled && unsampled.span(Self.seed, "x").traceparent.hasSuffix("-00"))
    }

    @Test(
        "what is no traceparent of version 00 is none",
        arguments: [
            "", "00", "01-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
            "00-00000000000000000000000000000000-00f067aa0ba902b7-01",
            "00-4bf92f3577b34da6a3ce929d0e0e4736-0000000000000000-01",
            "00-4BF92F3577B34DA6A3CE929D0E0E4736-00f067aa0ba902b7-01",
            "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-1",
        ])
    func malformed(text: String) {
        #expect(TraceContext(traceparent: text) == nil)
    }
}
