import Testing
import VigilCore
import Wire

/// What a finding tells of its patient: by which weights, from which records, share by share.
struct FindingContextTests {
    private let position = RecordPosition(topic: "context", partition: 2, offset: 41)

    private func record(_ state: Finding.Context.State, value: Double? = nil) throws -> Finding {
        var record = try Samples.finding()
        let observation = Finding.Observation(
            item: .lactate, id: 0x0123_4567_89ab_cdef, observed: Samples.time(100),
            status: .corrected, position: position, value: value)
        record.decision.context = Finding.Context(
            state: state,
            weights: Finding.Input(digest: Digest(of: [9]), validFrom: Samples.time(1)),
            patient: state == .patientUnclear
                ? nil : Pseudonym(hex: String(repeating: "0a", count: 16)),
            time: state == .patientUnclear ? nil : Samples.time(90),
            observations: state == .used ? [observation] : [])
        guard state == .used, let first = record.assessed?.findings.first else { return record }
        let shares = [
            Finding.Fused.Share(part: .image, share: LogOdds(units: -1_234_567_890_123)),
            .init(part: .laboratory, item: .lactate, share: LogOdds(units: 3_876_543_210_987)),
            .init(part: .rest, share: LogOdds(units: -1)),
        ]
        record.assessed?.findings = [
            Finding.Result(
                code: first.code, label: first.label, probability: 0.25, logitDifference: nil,
                threshold: 0.5, answer: .flagged,
                fused: Finding.Fused(score: 0.875, shares: shares), evidence: nil)
        ]
        return record
    }

    @Test("it follows the schema and reads back equal, with and without values")
    func roundTrip() throws {
        let validator = SchemaValidator(root: try SchemaFiles.schema("finding"))
        for state in Finding.Context.State.allCases {
            for value in [nil, 4.1] {
                let record = try record(state, value: value)
                #expect(try validator.accepts(record.json))
                #expect(try Finding(json: record.json) == record)
            }
        }
    }

    @Test("the shares in a record sum to the whole in a reader's doubles, in either order")
    func sums() throws {
        let json = try record(.used).json
        let result = try #require(json["findings"]?.arrayValue?.first)
        let shares = try #require(result["shares"]?.arrayValue).compactMap {
            $0["share"]?.doubleValue
        }
        let total = try #require(result["log_odds_with_context"]?.doubleValue)
        #expect(shares.count == 3)
        #expect(shares.reduce(0, +) == total && shares.reversed().reduce(0, +) == total)
    }

    @Test("a revision for late results has the cause of the finding before, and ids of its own")
    func identity() throws {
        var record = try record(.used)
        let place = RecordPosition(topic: "in", partition: 0, offset: 1)
        func revision(_ number: Int, _ closing: StudyClosing) -> Finding.Revision {
            Finding.Revision(
                number: number, previous: Digest(of: [1]), closing: closing, isComplete: true,
                series: 1, expectedSeries: nil, expectedInstances: nil, missing: 0,
                answers: [.init(event: record.cause, position: place)], parts: [place])
        }
        record.revision = nil
        var ids = [FindingIdentity.findingEvent(of: record)]
        for (number, closing) in [(1, StudyClosing.complete), (2, .late)] {
            record.revision = revision(number, closing)
            #expect(FindingIdentity.findingEvent(of: record) == ids[0], "as before")
        }
        for number in 2...4 {
            record.revision = revision(number, .context)
            ids.append(FindingIdentity.findingEvent(of: record))
            ids.append(FindingIdentity.reportEvent(of: record))
            let history = try #require(StudyHistory(record))
            #expect(history.contextTime == Samples.time(90) && history.parts == [place])
            let told = FindingEncoder().encode(record, time: Samples.time(0))
            #expect(StudyHistory.read(Samples.inbound(told))?.1 == history)
        }
        #expect(Set(ids).count == ids.count)
    }

    @Test("without context the bytes are those of before")
    func without() throws {
        let text = JSONWriter.text(try Samples.finding().json)
        for name in ["context", "shares", "log_odds"] { #expect(!text.contains(name)) }
    }

    @Test("what does not sum up, or names nothing that is known, is refused")
    func refused() throws {
        func changed(_ change: (inout JSONObject) -> Void) throws -> JSONValue {
            var object = try #require(try record(.used).json.objectValue)
            var result = try #require(object["findings"]?.arrayValue?.first?.objectValue)
            change(&result)
            object["findings"] = .array([.object(result)])
            return .object(object)
        }
        #expect(throws: Never.self) { _ = try Finding(json: try changed { _ in }) }
        let share: JSONValue = ["part": "image", "share": 1.5]
        for (name, value) in [
            ("log_odds_with_context", JSONValue.number(2)), ("log_odds_with_context", nil),
            ("shares", nil), ("shares", .array(Array(repeating: share, count: 40))),
            ("shares", [["part": "soul", "share": 1]]), ("shares", [["part": "image"]]),
            ("shares", [["part": "image", "share": 0.1]]), ("score_with_context", .number(1.5)),
        ] as [(String, JSONValue?)] {
            let json = try changed { $0[name] = value }
            #expect(throws: WireError.self) { _ = try Finding(json: json) }
        }
    }

    @Test("an event names its patient by a pseudonym; anything else loses no study")
    func events() throws {
        let name = String(repeating: "0a", count: 16)
        func patient(_ text: String) throws -> StudyPatient? {
            let body =
                "{\"study\":{\"uid\":\"1.2\"},\"priority\":\"stat\",\(text)"
                + "\"instances\":[{\"uri\":\"file:///a\"}]}"
            let record = Samples.inbound(
                value: Array(body.utf8), headers: Samples.eventHeaders())
            return try StudyEventDecoder().decode(record).patient
        }
        #expect(try patient("") == nil)
        #expect(try patient("\"patient\":null,") == nil)
        let named = try #require(Pseudonym(hex: name))
        #expect(try patient("\"patient\":\"\(name)\",") == .named(named))
        for text in ["\"DOE^JANE\"", "\"\"", "7", "{}", "[]", "\"\(name.uppercased())\""] {
            #expect(try patient("\"patient\":\(text),") == .unclear)
        }
    }

    @Test("events that name several patients name none, in any order")
    func several() throws {
        let (one, other) = (
            StudyPatient.named(try #require(Pseudonym(hex: String(repeating: "1", count: 32)))),
            StudyPatient.named(try #require(Pseudonym(hex: String(repeating: "2", count: 32))))
        )
        #expect(StudyPatient.joined(nil, one) == one && StudyPatient.joined(one, nil) == one)
        #expect(StudyPatient.joined(one, one) == one)
        #expect(StudyPatient.joined(one, other) == .unclear)
        #expect(StudyPatient.joined(StudyPatient.joined(one, other), one) == .unclear)
        #expect(StudyPatient.joined(nil, nil) == nil)
    }
}
