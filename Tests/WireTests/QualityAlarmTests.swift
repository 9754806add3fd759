import Testing
import VigilCore
import Wire

extension Samples {
    /// An alarm's record with the key that its own value asks for.
    static func alarm(_ value: [UInt8]) -> InboundRecord {
        let json = (try? JSONParser.parse(value)) ?? .null
        let stream = QualityAlarm.Stream(
            group: json["group"]?.stringValue ?? "",
            quantity: json["quantity"]?.stringValue ?? "", code: json["finding"]?.stringValue)
        return inbound(
            value: value, headers: [], key: Array(QualityAlarm.id(of: stream).safeText.utf8),
            topic: WireNames.alarmTopic)
    }
}

/// That what findings tell has changed, as it is published.
struct QualityAlarmTests {
    private func alarm(group: String = "site=north", code: String? = "a") -> QualityAlarm {
        QualityAlarm(
            stream: QualityAlarm.Stream(group: group, quantity: "score", code: code),
            evidence: QualityAlarm.Evidence(value: 5000, bound: 3800, level: 0.05, studies: 900),
            since: Samples.time(1), at: Samples.time(2), calibrations: [Digest(of: [1])])
    }

    @Test("an alarm is what its schema says, is read back, and has one id a stream")
    func readBack() throws {
        let validator = SchemaValidator(root: try SchemaFiles.schema("quality-alarm"))
        var ids: Set<UUIDv5> = []
        for alarm in [alarm(), alarm(group: ""), alarm(code: nil), alarm(group: "a", code: "")] {
            ids.insert(QualityAlarm.id(of: alarm.stream))
            let sent = alarm.outbound(topic: WireNames.alarmTopic)
            let bytes = try #require(sent.value)
            let value = try JSONParser.parse(bytes)
            guard alarm.stream.code != "" else { continue }
            #expect(try validator.accepts(value, at: "#"))
            #expect(try AlarmDecoder.decode(Samples.inbound(sent)) == alarm)
            let id = sent.headers.first { $0.name == "ce_id" }?.value
            #expect(id.map { Array($0) } == sent.key)
        }
        #expect(ids.count == 4)
        let again = QualityAlarm(
            stream: alarm().stream,
            evidence: QualityAlarm.Evidence(value: 9, bound: 8, level: 0.05, studies: 1),
            since: Samples.time(3), at: Samples.time(4), calibrations: [])
        #expect(QualityAlarm.id(of: again.stream) == QualityAlarm.id(of: alarm().stream))
    }

    @Test("an alarm under another key, of another version or of no value is refused")
    func refused() throws {
        let sent = alarm().outbound(topic: WireNames.alarmTopic)
        let records = [
            Samples.inbound(value: sent.value, headers: [], key: nil, topic: "a"),
            Samples.inbound(value: sent.value, headers: [], key: [1], topic: "a"),
            Samples.inbound(value: nil, headers: [], key: sent.key, topic: "a"),
            Samples.inbound(
                value: sent.value,
                headers: [RecordHeader("ce_type", "org.vigil.quality.alarm.v2")], key: sent.key,
                topic: "a"),
        ]
        for record in records {
            let error = Samples.error { () throws(WireError) in try AlarmDecoder.decode(record) }
            #expect(error != nil)
        }
    }

    @Test("a record whose one fault is its priority is read for counting, and no other is")
    func lowered() throws {
        let finding = try Samples.finding()
        let encoder = FindingEncoder(topic: WireNames.findingTopic)
        let sent = encoder.encode(finding, time: Samples.time(0))
        let value = try #require(sent.value)
        let whole = try #require(try JSONParser.parse(value).objectValue)
        func record(_ changes: [String: JSONValue]) -> InboundRecord {
            var object = whole
            for (name, value) in changes { object[name] = value }
            return Samples.inbound(
                value: JSONWriter.bytes(.object(object)), headers: [], key: sent.key, topic: "f")
        }
        #expect(FindingDecoder.lowered(record([:])) == nil)
        let order: [String: JSONValue] = [
            "ordered_priority": "stat", "worklist": ["known": true, "highest_order": "stat"],
            "effective_priority": "routine",
        ]
        let read = try #require(FindingDecoder.lowered(record(order)))
        #expect(read.pseudonym == finding.pseudonym && read.priority.effective == .stat)
        #expect(throws: WireError.self) { try FindingDecoder.decode(record(order)) }
        let worse = order.merging(["findings": "none"]) { $1 }
        #expect(FindingDecoder.lowered(record(worse)) == nil)
    }
}
