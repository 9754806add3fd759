import Testing
import VigilCore
import Wire

/// The event that recalls what was said of a study, and the record that says so.
struct RecallEventTests {
    private static let digest = Samples.digest("record")

    private func envelope(_ payload: String) -> String {
        let encoded = Base64.encode(Array(payload.utf8))
        return #"{"payloadType":"x","payload":"\#(encoded)","signatures":[]}"#
    }

    private func event(_ recall: String, type: String = WireNames.recallType) -> InboundRecord {
        Samples.event(
            #"{"study":{"uid":"1.2.3"},"recall":\#(recall)}"#, ["ce_type": type])
    }

    @Test("the command's event is read back with the record that it recalls and its envelope")
    func roundTrip() throws {
        let finding = try Samples.finding()
        var makings = FindingMakings()
        makings.model = Samples.digest("model")
        var standing = StandingFindings(by: makings)
        standing.take(
            Samples.inbound(FindingEncoder().encode(finding, time: Samples.time(0))))
        let found = try #require(standing.found.first)
        let order = RecallOrder(record: found.digest, issued: Samples.time(0))
        let signed = envelope(String(decoding: order.payload, as: UTF8.self))
        func record(_ time: Int64) throws -> OutboundRecord {
            try #require(
                RecallEvent.record(
                    found, envelope: Array(signed.utf8), topic: "in", time: Samples.time(time)))
        }
        let made = try record(5)
        let event = try StudyEventDecoder().decode(Samples.inbound(made))
        #expect(event.study == finding.study && event.isPart && event.priority == .routine)
        #expect(event.recall?.record == finding.deterministicDigest)
        #expect(event.recall?.envelope == Array(signed.utf8))
        #expect(made.key == Array(finding.study.sensitiveValue.utf8))
        let again = try StudyEventDecoder().decode(Samples.inbound(try record(900)))
        #expect(again.id == event.id && again.source == RecallEvent.source)
        let schema = SchemaValidator(root: try SchemaFiles.schema("study-recall"))
        let sent = envelope(String(decoding: order.payload, as: UTF8.self))
            .replacing("\"x\"", with: "\"\(RecallOrder.payloadType)\"")
            .replacing("[]", with: #"[{"keyid":"","sig":""}]"#)
        #expect(
            try schema.accepts(
                try JSONParser.parse(
                    Array(#"{"study":{"uid":"1.2.3"},"recall":\#(sent)}"#.utf8))))
    }

    @Test("a recall that does not say what is recalled is refused")
    func refused() {
        let order = RecallOrder(record: Self.digest, issued: Samples.time(0))
        let text = String(decoding: order.payload, as: UTF8.self)
        let bad = [
            "7", "null", "{}", #"{"payload":"="}"#, envelope("{}"), envelope("[1]"),
            envelope(text.replacing("recall/1", with: "recall/2")),
            envelope(text.replacing(Self.digest.hex, with: "ab")),
            envelope(text.replacing("}", with: #","more":1}"#)),
            envelope(text).replacing("[]", with: "[\"\(String(repeating: "a", count: 5000))\"]"),
        ]
        for recall in bad {
            #expect(
                Samples.error { () throws(WireError) in
                    try StudyEventDecoder().decode(event(recall))
                } == .wrongType(.recall), "\(recall.prefix(80))")
        }
        let none = Samples.event(
            #"{"study":{"uid":"1.2.3"}}"#, ["ce_type": WireNames.recallType])
        #expect(
            Samples.error { () throws(WireError) in try StudyEventDecoder().decode(none) }
                == .missingField(.recall))
        #expect(
            Samples.error { () throws(WireError) in
                try StudyEventDecoder().decode(
                    event(envelope(text), type: "org.vigil.study.recall.v2"))
            } == .unknownVersion(supported: 1))
    }

    private func recalled() throws -> Finding {
        let finding = try Samples.finding()
        let place = RecordPosition(topic: Samples.studyTopic, partition: 2, offset: 41)
        return Finding.notAssessed(
            [Finding.Reason(.recalled)], study: finding.study, pseudonym: finding.pseudonym,
            cause: Samples.cause,
            order: Finding.Order(highest: .urgent, ofEvent: nil, before: .urgent),
            findingID: finding.findingID, decision: finding.decision,
            revision: Finding.Revision(
                number: 2, previous: Samples.digest("before"), closing: .recalled,
                isComplete: false, series: 0, expectedSeries: nil, expectedInstances: nil,
                missing: 0,
                answers: [Finding.Revision.Answer(event: Samples.cause, position: place)],
                parts: [place]))
    }

    @Test("a recalled study's record holds no longer, keeps its parts, and is a tombstone in v1")
    func record() throws {
        let gone = try recalled()
        let validator = SchemaValidator(root: try SchemaFiles.schema("finding"))
        #expect(try validator.accepts(gone.json))
        let encoder = FindingEncoder(topic: "v2", topicV1: "v1")
        let records = encoder.records(gone, time: Samples.time(0))
        #expect(records.map(\.topic) == ["v2", "v1"] && records.last?.value == nil)
        let record = Samples.inbound(try #require(records.first))
        let type = record.headers.last { $0.name == "ce_type" }?.value
        #expect(type == Array(WireNames.revisionType.utf8))
        let (study, history) = try #require(StudyHistory.read(record))
        #expect(study == gone.pseudonym && history == StudyHistory(gone))
        #expect(!history.isLive && history.parts.count == 1 && history.ordered == .urgent)
        #expect(StudyHistory.standing(record)?.1 == history)
    }

    @Test("what stands of a study is told whether or not it came in parts")
    func standing() throws {
        let finding = try Samples.finding()
        let plain = Samples.inbound(FindingEncoder().encode(finding, time: Samples.time(0)))
        #expect(StudyHistory.read(plain) == nil)
        let (study, stands) = try #require(StudyHistory.standing(plain))
        let history = try #require(stands)
        #expect(study == finding.pseudonym && history.isLive && history.number == 1)
        #expect(history.digest == finding.deterministicDigest && history.ordered == .asap)
        #expect(history.parts == [finding.run.position].compactMap(\.self))
        #expect(history.finding == finding.findingID)
        let tombstone = Samples.inbound(value: nil, headers: [], key: plain.key)
        let (named, nothing) = try #require(StudyHistory.standing(tombstone))
        #expect(named == study && nothing == nil)
        let other = Samples.inbound(
            value: plain.value, headers: plain.headers, key: Array(repeating: 0x61, count: 32))
        #expect(StudyHistory.standing(other)?.1 == nil)
        #expect(StudyHistory.standing(Samples.inbound(value: nil, headers: [])) == nil)
    }
}
