import Glibc
import Telemetry
import Testing
import VigilCore

/// Log lines: one JSON object each, whatever they say.
struct LogTests {
    private func line(_ event: some TelemetryEvent) throws -> JSONValue {
        let sink = MemoryLogSink()
        Telemetry(logSink: sink, clock: ManualClock(), minimumLevel: .debug).emit(event)
        #expect(sink.lines.count == 1)
        let text = try #require(sink.lines.first)
        #expect(!text.contains("\n"))
        return try JSONParser.parse(Array(text.utf8))
    }

    @Test("a line begins with time, level and name", arguments: SampleEvents.all.indices)
    func head(index: Int) throws {
        let event = SampleEvents.all[index]
        let object = try #require(try line(event).objectValue)
        #expect(object.members.prefix(3).map(\.name) == ["ts", "level", "event"])
        #expect(object["ts"] == "2026-11-24T04:17:58.000123Z")
        #expect(object["level"] == .string(event.level.rawValue))
        #expect(object["event"] == .string(event.name.description))
        #expect(object.count == event.fields.count + 3, "two fields have one name")
    }

    @Test("event and field names are snake case, and no two events share a name")
    func names() {
        let names = SampleEvents.all.map(\.name.description)
        #expect(Set(names).count == names.count)
        let fields = SampleEvents.all.flatMap { $0.fields.map(\.name.description) }
        for name in names + fields {
            #expect(name.allSatisfy { $0.isASCII && ($0.isLowercase || $0.isNumber || $0 == "_") })
        }
    }

    @Test("numbers, durations and truth values stay what they are")
    func types() throws {
        let starting = try line(SampleEvents.lifecycle[0])
        #expect(starting["threads"] == 2)
        #expect(starting["model_validated"] == false)
        let finished = try line(
            ShutdownFinished(
                reason: "SIGTERM", exitCode: .ok, abandoned: 0, duration: .milliseconds(125)))
        #expect(finished["duration_s"] == 0.125)
        #expect(try line(FieldEvent(LogField("x", Double.nan)))["x"] == .null)
        #expect(try line(FieldEvent(LogField("x", UInt64.max)))["x"] == "18446744073709551615")
    }

    @Test("quotes and line ends in a text do not break the line")
    func escaping() throws {
        let failed = try line(WorkerFailed(SampleError()))
        #expect(failed["what"] == "Something \"quoted\"\nhappened")
    }

    @Test("a field cannot hide the level")
    func reserved() throws {
        #expect(try line(FieldEvent(LogField("level", "error" as SafeText)))["level"] == "info")
    }

    @Test("lines below the least level are left out, yet counted in metrics")
    func levels() {
        let sink = MemoryLogSink()
        let telemetry = Telemetry(logSink: sink, clock: ManualClock(), minimumLevel: .info)
        telemetry.emit(StudyConsumed(topic: "in", partition: 0, offset: 1))
        #expect(sink.lines.isEmpty)
        #expect(
            telemetry.metrics.exposition().contains(
                "vigil_events_consumed_total{topic=\"in\",partition=\"0\"} 1\n"))
    }

    @Test("a sink writes whole lines to its descriptor")
    func descriptor() throws {
        var ends: [Int32] = [0, 0]
        try #require(pipe(&ends) == 0)
        let sink = StandardErrorSink(descriptor: ends[1])
        sink.write("first")
        sink.write("second")
        close(ends[1])
        var bytes = [UInt8](repeating: 0, count: 100)
        let count = read(ends[0], &bytes, bytes.count)
        close(ends[0])
        #expect(String(decoding: bytes.prefix(max(0, count)), as: UTF8.self) == "first\nsecond\n")
    }

    @Test("a memory sink keeps the newest lines only")
    func memory() {
        let sink = MemoryLogSink(countMax: 2)
        for text in ["a", "b", "c"] { sink.write(text) }
        #expect(sink.lines == ["b", "c"])
    }
}

/// An event of one field.
private struct FieldEvent: TelemetryEvent {
    let name: StaticString = "sample"
    let fields: [LogField]

    init(_ field: LogField) {
        fields = [field]
    }
}
