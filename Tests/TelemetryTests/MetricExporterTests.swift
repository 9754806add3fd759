import Processes
import Synchronization
import Telemetry
import Testing
import VigilCore

/// Metrics on their way to a collector.
struct MetricExporterTests {
    private let telemetry: Telemetry
    private let sink = MemoryLogSink()

    init() { telemetry = Telemetry(logSink: sink) }

    /// Keeps what was posted and gives the next of some answers, the last one for good.
    private final class Inbox: Sendable {
        private let state: Mutex<(answers: [CollectorAnswer], bodies: [JSONValue])>

        init(_ answers: [CollectorAnswer]) { state = Mutex((answers, [])) }

        func take(_ body: [UInt8]) -> CollectorAnswer {
            state.withLock { state in
                if let json = try? JSONParser.parse(body) { state.bodies.append(json) }
                return state.answers.count > 1 ? state.answers.removeFirst() : state.answers[0]
            }
        }

        var bodies: [JSONValue] { state.withLock { $0.bodies } }
    }

    private func exporter(_ inbox: Inbox) -> MetricExporter {
        MetricExporter(
            place: MessagingPlace(group: "triage", instance: "slot-1", findings: "out"),
            telemetry: telemetry, clock: SystemClock()
        ) { inbox.take($0) }
    }

    private func metrics(_ body: JSONValue?) throws -> [String: JSONValue] {
        let group = try #require(body?["resourceMetrics"]?.arrayValue?.first)
        let scope = try #require(group["scopeMetrics"]?.arrayValue?.first)
        let all = try #require(scope["metrics"]?.arrayValue)
        return Dictionary(
            all.map { ($0["name"]?.stringValue ?? "", $0) },
            uniquingKeysWith: { first, _ in
                Issue.record("a metric is told twice")
                return first
            })
    }

    private func attributes(_ point: JSONValue?) -> [String: String] {
        var found: [String: String] = [:]
        for attribute in point?["attributes"]?.arrayValue ?? [] {
            guard let key = attribute["key"]?.stringValue else { continue }
            found[key] = attribute["value"]?["stringValue"]?.stringValue
        }
        return found
    }

    @Test("every metric that Prometheus is shown is told, with kind, unit and resource")
    func all() throws {
        let inbox = Inbox([.taken(rejected: 0)])
        telemetry.emit(StudyConsumed(topic: "in", partition: 3, offset: 42))
        telemetry.metrics.observe(.transactionDuration, .milliseconds(30))
        let names = telemetry.metrics.exposition().split(separator: "\n")
            .filter { $0.hasPrefix("# TYPE ") }.map { String($0.split(separator: " ")[2]) }
        exporter(inbox).export()
        let body = try #require(inbox.bodies.first)
        let found = try metrics(body)
        #expect(Set(names).isSubset(of: found.keys))
        let resource = attributes(body["resourceMetrics"]?.arrayValue?.first?["resource"])
        #expect(resource["service.name"] == "vigil")
        #expect(resource["service.instance.id"] == "slot-1")
        let consumed = try #require(found["vigil_events_consumed_total"]?["sum"])
        #expect(consumed["isMonotonic"] == true)
        #expect(consumed["aggregationTemporality"]?.intValue == 2)
        let point = try #require(consumed["dataPoints"]?.arrayValue?.first)
        #expect(point["asDouble"]?.doubleValue == 1)
        #expect(point["startTimeUnixNano"]?.stringValue.flatMap { Int64($0) } ?? 0 > 0)
        let expected = [
            "messaging.destination.name": "in", "messaging.destination.partition.id": "3",
        ]
        #expect(attributes(point) == expected)
        #expect(found["vigil_ready"]?["gauge"] != nil)
        #expect(found["process_resident_memory_bytes"]?["unit"]?.stringValue == "By")
    }

    @Test("a histogram is told by bucket, and the conventions' names say the same")
    func histogram() throws {
        let inbox = Inbox([.taken(rejected: 0)])
        for milliseconds in [3, 30, 20_000] {
            telemetry.metrics.observe(.transactionDuration, .milliseconds(milliseconds))
        }
        telemetry.metrics.add(.findingsProduced, 2, Priority.stat)
        exporter(inbox).export()
        let found = try metrics(inbox.bodies.first)
        let own = try #require(found["vigil_transaction_duration_seconds"])
        let point = try #require(own["histogram"]?["dataPoints"]?.arrayValue?.first)
        #expect(point["count"]?.stringValue == "3")
        let sum = try #require(point["sum"]?.doubleValue)
        #expect(abs(sum - 20.033) < 1e-9)
        let counts = point["bucketCounts"]?.arrayValue?.compactMap(\.stringValue) ?? []
        #expect(counts.count == (point["explicitBounds"]?.arrayValue?.count ?? 0) + 1)
        #expect(counts.first == "1" && counts.last == "1")
        #expect(counts.compactMap { Int($0) }.reduce(0, +) == 3)
        let same = try #require(found["messaging.client.operation.duration"])
        #expect(same["unit"]?.stringValue == "s")
        let other = same["histogram"]?["dataPoints"]?.arrayValue?.first
        #expect(other?["bucketCounts"] == point["bucketCounts"])
        #expect(attributes(other)["messaging.operation.name"] == "commit")
        let sent = found["messaging.client.sent.messages"]?["sum"]?["dataPoints"]?.arrayValue?.first
        #expect(sent?["asDouble"]?.doubleValue == 2)
        #expect(attributes(sent)["messaging.destination.name"] == "out")
        #expect(attributes(sent)["messaging.system"] == "kafka")
    }

    @Test("a study's processing is told by the conventions, good and bad apart")
    func processing() throws {
        let inbox = Inbox([.taken(rejected: 0)])
        for (milliseconds, code) in [(4, nil), (5, nil), (20_000, "decode_truncated" as SafeText)] {
            telemetry.emit(
                StudyProcessed(topic: "in", duration: .milliseconds(milliseconds), error: code))
        }
        exporter(inbox).export()
        let found = try metrics(inbox.bodies.first)
        let process = try #require(found["messaging.process.duration"])
        #expect(process["unit"]?.stringValue == "s")
        let points = try #require(process["histogram"]?["dataPoints"]?.arrayValue)
        let usual = [
            "messaging.system": "kafka", "messaging.operation.name": "process",
            "messaging.operation.type": "process", "messaging.consumer.group.name": "triage",
            "messaging.destination.name": "in",
        ]
        #expect(
            points.map(attributes) == [
                usual, usual.merging(["error.type": "decode_truncated"]) { $1 },
            ])
        for point in points {
            #expect(
                point["explicitBounds"]?.arrayValue?.compactMap(\.doubleValue) == [
                    0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10,
                ])
        }
        let counts = points.map { $0["bucketCounts"]?.arrayValue?.compactMap(\.stringValue) ?? [] }
        #expect(counts.first?.first == "2" && counts.last?.last == "1")
        let own = found["vigil_process_duration_seconds"]?["histogram"]?["dataPoints"]
        #expect(
            own?.arrayValue?.map(attributes) == [
                ["messaging.destination.name": "in"],
                ["messaging.destination.name": "in", "error.type": "decode_truncated"],
            ])
    }

    @Test("a collector that is away is asked once an export, told of once, and loses no count")
    func away() throws {
        let inbox = Inbox([.later, .refused, .later, .taken(rejected: 0)])
        let exporter = exporter(inbox)
        for _ in 0..<4 {
            telemetry.emit(StudyConsumed(topic: "in", partition: 3, offset: 42))
            exporter.export()
        }
        #expect(inbox.bodies.count == 4)
        #expect(sink.lines.filter { $0.contains("collector_unreachable") }.count == 1)
        let last = try metrics(inbox.bodies.last)["vigil_events_consumed_total"]?["sum"]
        #expect(last?["dataPoints"]?.arrayValue?.first?["asDouble"]?.doubleValue == 4)
        let text = telemetry.metrics.exposition()
        #expect(text.contains("vigil_metric_exports_total{outcome=\"later\"} 2\n"))
        #expect(text.contains("vigil_metric_exports_total{outcome=\"taken\"} 1\n"))
    }

    @Test("the end waits for no collector that took nothing the last time")
    func finish() {
        let inbox = Inbox([.taken(rejected: 0), .later])
        let exporter = exporter(inbox)
        exporter.export()
        exporter.finish()
        #expect(inbox.bodies.count == 2)
        exporter.finish()
        #expect(inbox.bodies.count == 2)
    }

    @Test("a gauge that is no number is left out")
    func notANumber() throws {
        let inbox = Inbox([.taken(rejected: 0)])
        telemetry.metrics.set(.queueBytes, .nan)
        exporter(inbox).export()
        let gauge = try metrics(inbox.bodies.first)["vigil_queue_bytes"]?["gauge"]
        #expect(gauge?["dataPoints"]?.arrayValue?.isEmpty == true)
    }
}
