import BrokerTestKit
import Glibc
import KafkaTransport
import Testing
import VigilCore
import Wire

extension EndToEnd {
    @Suite(
        "Tracing", .serialized,
        .enabled(if: EndToEnd.hasBroker, "\(EndToEnd.howToGetBroker)"))
    struct TracingTests {
        private static let trace = "4bf92f3577b34da6a3ce929d0e0e4736"
        private static let state = "rojo=00f067aa0ba902b7,congo=t61rcWkgMzE"
        private static let sender = "00f067aa0ba902b7"
        private static let patient = "1.2.826.0.1.3680043.8.498.77"

        private static func study(
            _ id: String, sampled: Bool? = true, file: String? = nil
        ) -> StudyMessage {
            let message = StudyMessage(
                id, files: [file ?? Images.path(Images.quick[0])], study: patient)
            guard let sampled else { return message }
            return message.with(
                "traceparent", "00-\(trace)-\(sender)-\(sampled ? "01" : "00")"
            ).with("tracestate", state)
        }

        @Test("a study's way is told as spans of the sender's trace, and its records carry it on")
        func spans() throws {
            let scene = try Scene(anyBroker)
            let collector = try SpanCollector()
            let messages = [
                Self.study("traced"), Self.study("own", sampled: nil),
                Self.study("unsampled", sampled: false),
                Self.study("bad", sampled: nil, file: scene.folder + "/none.dcm"),
            ]
            let worker = try scene.startWorker(
                settings: [
                    "otlp.endpoint=http://127.0.0.1:\(collector.port)/",
                    "otlp.metrics-interval-s=1", "retry.attempts-max=1", "topics.retry-count=0",
                ])
            let audit = try scene.audit()
            try scene.send(messages)
            try audit.await(4, within: .seconds(120), worker: worker)
            let shown = HTTPExchange(port: try worker.port(), path: "/metrics").body
            try worker.stop()
            try audit.settle()
            #expect(audit.problems(messages) == [])
            #expect(collector.requested == ["/v1/traces", "/v1/metrics"])
            let letter = try audit.deadLetter("bad")
            try Self.checkMetrics(collector, shown, scene, fault: letter.errorCode)
            // Five of each finding that is told of, one of the dead letter.
            #expect(collector.spans.count == 11)
            let mine = collector.spans.filter { $0.trace == Self.trace }
            try Self.checkWay(mine, scene)
            let sent = try #require(mine.first { $0.name.hasPrefix("send ") })
            let expected = "00-\(Self.trace)-\(sent.id)-01"
            for record in [audit.findings["traced"]?.first, audit.energy["traced"]?.first] {
                #expect(record?.header("traceparent") == expected)
                #expect(record?.header("ce_traceparent") == expected)
                #expect(record?.header("tracestate") == Self.state)
                #expect(record?.header("ce_tracestate") == Self.state)
            }
            #expect(try audit.finding("traced").run.traceparent == expected)
            // A trace that its sender does not record is passed on as it is.
            #expect(
                audit.findings["unsampled"]?.first?.header("traceparent")
                    == "00-\(Self.trace)-\(Self.sender)-00")
            let failed = try #require(
                collector.spans.first { $0.json["status"]?["code"]?.intValue == 2 })
            #expect(failed.attribute("error.type") == letter.errorCode)
            let own = try #require(audit.findings["own"]?.first?.header("traceparent"))
            #expect(own.hasPrefix("00-") && !own.contains(Self.trace))
            let text = collector.bodies.joined()
            #expect(!text.contains(Self.patient) && !text.contains(Images.folder + "/"))
            #expect(!text.contains("urn:test:ris"))
        }

        /// All that Prometheus was shown, in the last request, with the counts of the whole run.
        private static func checkMetrics(
            _ collector: SpanCollector, _ shown: String, _ scene: Scene, fault: String
        ) throws {
            let last = try #require(collector.metrics.last)
            let told = Set(last.compactMap { $0["name"]?.stringValue })
            let names = shown.split(separator: "\n").filter { $0.hasPrefix("# TYPE ") }
                .map { String($0.split(separator: " ")[2]) }
            #expect(names.count > 20 && Set(names).isSubset(of: told))
            let consumed = try #require(
                last.first { $0["name"] == "messaging.client.consumed.messages" })
            let points = try #require(consumed["sum"]?["dataPoints"]?.arrayValue)
            #expect(points.reduce(0) { $0 + ($1["asDouble"]?.doubleValue ?? 0) } == 4)
            let topics = points.flatMap { $0["attributes"]?.arrayValue ?? [] }
                .filter { $0["key"] == "messaging.destination.name" }
            #expect(topics.count == points.count)
            let values = topics.map { $0["value"]?["stringValue"]?.stringValue }
            #expect(Set(values) == [scene.topics.input])
            try checkDurations(last, scene, fault: fault)
        }

        /// Three studies went well, one did not, and each transaction was an operation.
        private static func checkDurations(
            _ metrics: [JSONValue], _ scene: Scene, fault: String
        ) throws {
            func points(_ name: String) throws -> [JSONValue] {
                let metric = try #require(metrics.first { $0["name"]?.stringValue == name })
                return try #require(metric["histogram"]?["dataPoints"]?.arrayValue)
            }
            func attribute(_ name: String, _ point: JSONValue) -> String? {
                let found = point["attributes"]?.arrayValue?
                    .first { $0["key"]?.stringValue == name }
                return found?["value"]?["stringValue"]?.stringValue
            }
            let processed = try points("messaging.process.duration")
            #expect(Set(processed.map { attribute("error.type", $0) ?? "" }) == ["", fault])
            for point in processed {
                #expect(attribute("messaging.destination.name", point) == scene.topics.input)
                #expect(attribute("messaging.consumer.group.name", point) == scene.group)
                #expect(attribute("messaging.operation.type", point) == "process")
                #expect(point["explicitBounds"]?.arrayValue?.count == 14)
                let isGood = attribute("error.type", point) == nil
                #expect(point["count"]?.stringValue == (isGood ? "3" : "1"))
                let sum = try #require(point["sum"]?.doubleValue)
                #expect(sum > 0 && sum < 60)
            }
            let operations = try points("messaging.client.operation.duration")
            #expect(operations.count == 1)
            #expect(attribute("messaging.consumer.group.name", operations[0]) == scene.group)
        }

        private static func checkWay(_ spans: [SpanCollector.Span], _ scene: Scene) throws {
            let whole = try #require(spans.first { $0.parent == sender })
            #expect(whole.name == "process \(scene.topics.input)" && whole.kind == 5)
            #expect(whole.attribute("messaging.system") == "kafka")
            #expect(whole.attribute("messaging.destination.name") == scene.topics.input)
            #expect(whole.attribute("messaging.consumer.group.name") == scene.group)
            #expect(whole.attribute("messaging.kafka.offset") != nil)
            #expect(whole.json["traceState"]?.stringValue == state)
            #expect(whole.attribute("vigil.priority") == "routine")
            let parts = spans.filter { $0.parent == whole.id }.sorted { $0.start < $1.start }
            #expect(
                parts.map(\.name) == [
                    "receive \(scene.topics.input)", "decode", "infer",
                    "send \(scene.topics.finding)",
                ])
            #expect(Set(parts.map(\.id)).count == 4)
            for part in parts {
                #expect(part.start >= whole.start && part.end <= whole.end)
                #expect(part.end >= part.start)
            }
        }

        @Test("a collector that is away or never answers holds no study up")
        func away() throws {
            let scene = try Scene(anyBroker)
            let nobody = try FreePort.find()
            let messages = Load.make(60, badEvery: 1000)
            let worker = try scene.startWorker(
                settings: [
                    "otlp.endpoint=http://127.0.0.1:\(nobody)", "otlp.spans-max=16",
                    "otlp.timeout-ms=200", "otlp.metrics-interval-s=1",
                ])
            let audit = try scene.audit()
            try scene.send(messages)
            try audit.await(60, within: .seconds(120), worker: worker)
            // Once for spans and once for metrics, whichever is sent first.
            try worker.events(2, "collector_unreachable")
            let counted = [
                "vigil_spans_dropped_total{reason=\"queue_full\"}",
                "vigil_metric_exports_total{outcome=\"later\"}",
            ]
            let port = try worker.port()
            var missing = counted
            for _ in 0..<50 where !missing.isEmpty {
                let metrics = HTTPExchange(port: port, path: "/metrics").body
                missing = counted.filter { !metrics.contains($0) }
                usleep(100_000)
            }
            #expect(missing == [])
            try worker.stop()
            try audit.settle()
            #expect(audit.problems(messages) == [])
        }
    }
}
