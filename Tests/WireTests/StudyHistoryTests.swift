import Testing
import VigilCore
import Wire

/// Findings of studies that come in parts: their revisions, their retraction, and what a worker
/// learns from them.
struct StudyHistoryTests {
    private func revision(_ number: Int) -> Finding.Revision {
        let place = RecordPosition(topic: Samples.studyTopic, partition: 2, offset: 41)
        return Finding.Revision(
            number: number, previous: number > 1 ? Samples.digest("before") : nil,
            closing: .timedOut, isComplete: false, series: 2, expectedSeries: 3,
            expectedInstances: 12, missing: 1,
            answers: [Finding.Revision.Answer(event: Samples.cause, position: place)],
            parts: [RecordPosition(topic: "in", partition: 0, offset: 7), place])
    }

    private func record(_ number: Int) throws -> (Finding, InboundRecord) {
        var finding = try Samples.finding()
        finding.revision = revision(number)
        let record = FindingEncoder().encode(finding, time: Samples.time(263))
        return (finding, Samples.inbound(record))
    }

    private func header(_ record: InboundRecord, _ name: String) -> String? {
        record.headers.last { $0.name == name }?.value.map { String(decoding: $0, as: UTF8.self) }
    }

    @Test("a revision follows the schema, reads back equal and changes the digest")
    func roundTrip() throws {
        let (finding, record) = try record(2)
        let validator = SchemaValidator(root: try SchemaFiles.schema("finding"))
        #expect(try validator.accepts(finding.json))
        #expect(try FindingDecoder.decode(record) == finding)
        #expect(finding.deterministicDigest != (try Samples.finding()).deterministicDigest)
    }

    @Test("a further part of a study is held against what was there before its first one")
    func contextTime() throws {
        let patient = try #require(Pseudonym(hex: String(repeating: "0a", count: 16)))
        var (finding, _) = try record(2)
        finding.assessed?.prior = Finding.Prior(
            state: .noneKnown,
            asked: Finding.PriorQuestion(
                patient: patient, time: Samples.time(90),
                kind: Finding.StudyKind(view: nil, modality: nil), spread: nil),
            earlier: nil, changes: [])
        let told = Samples.inbound(FindingEncoder().encode(finding, time: Samples.time(263)))
        #expect(StudyHistory.read(told)?.1.contextTime == Samples.time(90))
        #expect(StudyHistory.standing(told)?.1?.contextTime == Samples.time(90))
        #expect(StudyHistory(finding)?.contextTime == Samples.time(90))
    }

    @Test("the first finding keeps its type, a later one says that it revises")
    func types() throws {
        let (_, first) = try record(1)
        let (_, second) = try record(2)
        #expect(header(first, "ce_type") == WireNames.findingType)
        #expect(header(second, "ce_type") == WireNames.revisionType)
        #expect(header(second, "ce_revision") == "2")
        let plain = FindingEncoder().encode(try Samples.finding(), time: Samples.time(0))
        #expect(header(Samples.inbound(plain), "ce_revision") == nil)
    }

    @Test("a finding tells what to go on from, one of an event by itself tells nothing")
    func read() throws {
        let (finding, record) = try record(2)
        let (study, history) = try #require(StudyHistory.read(record))
        #expect(study == finding.pseudonym && history.isLive)
        #expect(history.number == 2 && history.ordered == .asap)
        #expect(history.digest == finding.deterministicDigest && !history.isV1)
        #expect(history.parts == revision(2).parts && history.finding == finding.findingID)
        let plain = FindingEncoder().encode(try Samples.finding(), time: Samples.time(0))
        #expect(StudyHistory.read(Samples.inbound(plain)) == nil)
    }

    @Test("a withdrawal is a record, keeps the order, and is read as the end of what was said")
    func withdrawal() throws {
        var revision = revision(3)
        revision.closing = .withdrawn
        let finding = try Samples.finding()
        let gone = Finding.notAssessed(
            [Finding.Reason(.withdrawn)], study: finding.study,
            pseudonym: finding.pseudonym, cause: Samples.cause,
            order: Finding.Order(highest: .urgent, ofEvent: nil, before: .urgent),
            findingID: finding.findingID, decision: finding.decision, revision: revision)
        let validator = SchemaValidator(root: try SchemaFiles.schema("finding"))
        #expect(try validator.accepts(gone.json))
        let record = Samples.inbound(FindingEncoder().encode(gone, time: Samples.time(0)))
        #expect(record.key == Array(finding.pseudonym.safeText.utf8))
        #expect(header(record, "ce_type") == WireNames.retractionType)
        #expect(try FindingDecoder.decode(record) == gone)
        let (study, history) = try #require(StudyHistory.read(record))
        #expect(study == finding.pseudonym && history == StudyHistory(gone))
        #expect(!history.isLive && history.number == 3 && history.ordered == .urgent)
        #expect(history.finding == finding.findingID)
    }

    @Test("a newer worker's words do not hide an order")
    func lenient() throws {
        let (finding, record) = try record(2)
        var object = try #require(finding.json.objectValue)
        object["reasons"] = [["code": "of_the_future", "text": ""]]
        object["left_out"] = [["reason": "of_the_future"]]
        object["decision"] = ["decided_at": "later"]
        let newer = Samples.inbound(
            value: JSONWriter.bytes(.object(object)), headers: record.headers)
        #expect(StudyHistory.read(newer)?.1.ordered == .asap)
    }

    @Test("a tombstone of somebody else's, and a record that cannot be read, tell nothing")
    func foreign() {
        let headers = [RecordHeader("ce_revision", "2")]
        let key = Array("no pseudonym".utf8)
        #expect(StudyHistory.read(Samples.inbound(value: nil, headers: [])) == nil)
        #expect(StudyHistory.read(Samples.inbound(value: nil, headers: headers, key: key)) == nil)
        #expect(StudyHistory.read(Samples.inbound(value: [0x7b], headers: headers)) == nil)
        for number in ["0", "-1", "9223372036854775807", "1000000001"] {
            let beyond = [RecordHeader("ce_revision", number)]
            let name = Array("92214b2faea98e5ef7df3b4b79666406".utf8)
            #expect(
                StudyHistory.read(Samples.inbound(value: nil, headers: beyond, key: name)) == nil)
        }
    }
}
