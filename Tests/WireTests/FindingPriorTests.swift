import Testing
import VigilCore
import Wire

/// What a finding tells of an earlier study of its patient.
struct FindingPriorTests {
    private let patient = Pseudonym(hex: String(repeating: "0a", count: 16))

    private func record(_ state: Finding.Prior.State, spread: Double? = 0.5) throws -> Finding {
        var record = try Samples.finding()
        let isNamed = state != .patientUnclear
        let asked = Finding.PriorQuestion(
            patient: isNamed ? patient : nil, time: isNamed ? Samples.time(90) : nil,
            kind: Finding.StudyKind(view: "PA", modality: nil), spread: spread)
        let earlier = Finding.Earlier(
            study: try #require(Pseudonym(hex: String(repeating: "0b", count: 16))),
            record: Samples.digest("earlier"), time: Samples.time(-3_600_000),
            kind: Finding.StudyKind(view: "PA", modality: "DX"),
            rules: Finding.ScoreRules(
                model: Samples.digest("m"), preprocessing: Samples.digest("p"),
                answers: Samples.digest("a")))
        let words: [(Finding.ScoreChange.Word, Finding.ScoreChange.Doubt?)] = [
            (.newSince, nil), (.unknown, .withinSpread), (.unchanged, nil),
        ]
        let changes = zip(record.findings, words).map { result, word in
            Finding.ScoreChange(
                code: result.code, head: result.head, word: word.0, doubt: word.1,
                before: Finding.ImageScore(
                    code: result.code, head: result.head, answer: .notFlagged, probability: 0.1),
                difference: Finding.Interval(value: 1.1, low: -0.2859, high: 2.4859))
        }
        let isCompared = state == .compared
        record.assessed?.prior = Finding.Prior(
            state: state, asked: asked, earlier: isCompared ? earlier : nil,
            changes: isCompared ? changes : [])
        return record
    }

    @Test("it follows the schema, reads back equal and is part of what a replay must reproduce")
    func roundTrip() throws {
        let validator = SchemaValidator(root: try SchemaFiles.schema("finding"))
        let plain = try Samples.finding().deterministicDigest
        for state in Finding.Prior.State.allCases {
            for spread in [nil, 0.5] {
                let record = try record(state, spread: spread)
                #expect(try validator.accepts(record.json))
                #expect(try Finding(json: record.json) == record)
                #expect(record.deterministicDigest != plain)
            }
        }
    }

    @Test("readers of version 1 are told nothing of it")
    func v1() throws {
        let encoder = FindingEncoder(topicV1: "findings.v1")
        func records(_ finding: Finding) -> [OutboundRecord] {
            encoder.records(finding, time: Samples.time(1))
        }
        let (with, without) = (records(try record(.compared)), records(try Samples.finding()))
        #expect(with.count == 2 && with[1].value == without[1].value)
    }

    @Test("what contradicts itself is refused")
    func refused() throws {
        let good = try record(.compared).json
        func refuses(_ member: String, _ value: JSONValue?) -> Bool {
            guard var object = good.objectValue, var prior = object["prior"]?.objectValue else {
                return false
            }
            prior[member] = value
            object["prior"] = .object(prior)
            return (try? Finding(json: .object(object))) == nil
        }
        #expect(!refuses("same_view", nil))
        #expect(refuses("state", "maybe") && refuses("state", "none_known"))
        #expect(refuses("state", "patient_unclear") && refuses("patient", "DOE^JANE"))
        #expect(refuses("at", nil) && refuses("patient", nil) && refuses("study", nil))
        #expect(refuses("record_digest", nil) && refuses("rules", nil))
        #expect(refuses("changes", .array([])) && refuses("spread", .number(0)))
        // A study that was there later is none before.
        #expect(refuses("studied", .string("2126-11-24T05:59:00Z")))
        let changes: [JSONValue] = [
            ["code": "effusion", "change": "new_since"],
            ["code": "effusion", "change": "unknown"],
            ["code": "effusion", "change": "unknown", "unknown_because": "mood"],
            [
                "code": "effusion", "change": "unchanged", "earlier_answer": "flagged",
                "log_odds_change": 3, "low": -1, "high": 1,
            ],
        ]
        for change in changes { #expect(refuses("changes", .array([change]))) }
    }
}
