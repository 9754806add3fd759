import Testing
import VigilCore
import Wire

/// What the readers of the last release are sent, and what is read of theirs.
struct FindingV1Tests {
    private let encoder = FindingEncoder(topicV1: "findings.v1")
    private let validator: SchemaValidator

    init() throws { validator = SchemaValidator(root: try SchemaFiles.schema("finding-v1")) }

    private func projected(_ record: Finding) throws -> InboundRecord? {
        let records = encoder.records(record, time: Samples.time(263))
        try #require(records[0].topic == WireNames.findingTopic && records.count <= 2)
        return records.dropFirst().first.map { Samples.inbound($0) }
    }

    private func header(_ record: InboundRecord, _ name: String) -> String? {
        record.headers.last { $0.name == name }?.value.map { String(decoding: $0, as: UTF8.self) }
    }

    @Test("an assessed study is told in version 1, byte for byte as the last release would have")
    func assessed() throws {
        var record = try Samples.finding()
        record.leftOut = []
        let sent = try #require(try projected(record))
        let example = SchemaFiles.bytes("finding/examples-v1/valid/full.json")
        #expect(sent.value.map { $0 + [0x0a] } == example)
        #expect(header(sent, "ce_type") == "org.vigil.finding.prioritized.v1")
        #expect(header(sent, "ce_dataschema") == "urn:vigil:schema:finding:v1")
        #expect(header(sent, "ce_assessment") == nil && sent.position.topic == "findings.v1")
    }

    @Test("without a topic for it nothing of version 1 is sent")
    func off() throws {
        let records = FindingEncoder().records(try Samples.finding(), time: Samples.time(0))
        #expect(records.map(\.topic) == [WireNames.findingTopic])
    }

    @Test("what the model abstained from is left out, not called negative")
    func abstained() throws {
        var record = try Samples.finding()
        let findings = record.findings
        record.assessed?.findings = findings.map {
            Finding.Result(
                code: $0.code, label: $0.label, probability: $0.probability,
                logitDifference: $0.logitDifference, threshold: $0.threshold,
                answer: $0.head == nil ? .abstained([.uncertain]) : $0.answer,
                evidence: $0.evidence, head: $0.head)
        }
        let json = try #require(FindingV1.json(of: record))
        #expect(try validator.accepts(json))
        #expect(json["findings"]?.arrayValue?.compactMap { $0["head"]?.stringValue } == ["probe"])
    }

    @Test("of a study not assessed nothing is sent, of a withdrawn or recalled one a tombstone")
    func notAssessed() throws {
        let finding = try Samples.finding()
        func record(_ why: Finding.NotAssessed) -> Finding {
            .notAssessed(
                [Finding.Reason(why)], study: finding.study, pseudonym: finding.pseudonym,
                cause: Samples.cause, order: Finding.Order(event: .stat),
                findingID: finding.findingID)
        }
        for why in Finding.NotAssessed.allCases where ![.withdrawn, .recalled].contains(why) {
            #expect(try projected(record(why)) == nil)
        }
        var withdrawn = record(.withdrawn)
        withdrawn.revision = revision(closing: .withdrawn)
        let gone = try #require(try projected(withdrawn))
        #expect(gone.value == nil && gone.key == Array(finding.pseudonym.safeText.utf8))
        #expect(header(gone, "ce_type") == "org.vigil.finding.retracted.v1")
        #expect(FindingTombstone.cause(of: gone) == Samples.cause.id)
        let (study, history) = try #require(StudyHistory.read(gone))
        #expect(study == finding.pseudonym && history.number == 2 && !history.isLive)
        #expect(history.isV1 && history.finding == finding.findingID)
    }

    private func revision(closing: Finding.Revision.Closing) -> Finding.Revision {
        let place = RecordPosition(topic: Samples.studyTopic, partition: 2, offset: 41)
        return Finding.Revision(
            number: 2, previous: nil, closing: closing, isComplete: true, series: 1,
            expectedSeries: nil, expectedInstances: nil, missing: 0,
            answers: [Finding.Revision.Answer(event: Samples.cause, position: place)],
            parts: [place])
    }

    @Test("a reason to read a study again that version 1 has no word for is called late")
    func closing() throws {
        var record = try Samples.finding()
        for closing in Finding.Revision.Closing.allCases {
            record.revision = revision(closing: closing)
            let json = try #require(FindingV1.json(of: record))
            #expect(try validator.accepts(json))
        }
    }

    @Test("a record of the last release reads as assessed, and is written back the same")
    func roundTrip() throws {
        for example in SchemaFiles.examples(of: "finding-v1") where example.isValid {
            let record = try FindingDecoder.decode(value: example.bytes)
            #expect(record.assessed != nil && !record.priority.order.isKnown)
            let json = try JSONParser.parse(example.bytes)
            if json["future"] == nil {
                #expect(FindingV1.digest(of: record) != nil)
                let again = try FindingDecoder.read(try #require(FindingV1.json(of: record)))
                #expect(again == record)
            }
        }
        let full = try #require(SchemaFiles.bytes("finding/examples-v1/valid/full.json"))
        let record = try FindingDecoder.decode(value: full)
        let json = try JSONParser.parse(full)
        #expect(FindingV1.digest(of: record)?.hex == json["record_digest"]?.stringValue)
        #expect(Finding.digest(of: json).hex == json["record_digest"]?.stringValue)
    }

    @Test("of two records with one number that of this version counts, whichever comes first")
    func newer() throws {
        var record = try Samples.finding()
        record.revision = revision(closing: .late)
        let both = encoder.records(record, time: Samples.time(0)).compactMap {
            StudyHistory.read(Samples.inbound($0))?.1
        }
        try #require(both.map(\.isV1) == [false, true])
        #expect(both[0].isNewer(than: both[1]) && !both[1].isNewer(than: both[0]))
        #expect(both[0].digest != both[1].digest && both[0].ordered == both[1].ordered)
    }
}
