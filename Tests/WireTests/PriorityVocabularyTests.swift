import Testing
import VigilCore
import Wire

@Suite("Priorities of other systems")
struct PriorityVocabularyTests {
    /// The codes of each vocabulary as its own system ranks them, the most urgent first.
    private static let ranked: [(PriorityVocabulary, [String])] = [
        (.vigil, ["stat", "urgent", "asap", "routine"]),
        (.fhir, ["stat", "asap", "urgent", "routine"]),
        (.dicom, ["STAT", "HIGH", "MEDIUM", "ROUTINE", "LOW"]),
        (.dicomStep, ["HIGH", "MEDIUM", "LOW"]),
        (.hl7v2, ["S", "A", "R"]), (.hl7v2, ["TS30", "TM5", "TH2", "TD1", "TW1", "TL1", "R"]),
        (.hl7v2, ["S", "P", "C", "R"]), (.hl7v2, ["S", "T", "PRN"]),
        (.number, (0...255).reversed().map(String.init)),
    ]

    @Test("what its own system ranks higher never becomes less urgent here")
    func order() {
        for (vocabulary, codes) in Self.ranked {
            let priorities = codes.compactMap { vocabulary.priority($0) }
            #expect(priorities.count == codes.count, "\(vocabulary)")
            #expect(priorities == priorities.sorted(), "\(vocabulary)")
            #expect(priorities.first == .stat, "the most urgent word of \(vocabulary)")
            #expect(priorities.last == .routine, "the least urgent word of \(vocabulary)")
        }
    }

    @Test("a FHIR urgent stays urgent though FHIR ranks asap above it")
    func fhir() {
        #expect(PriorityVocabulary.fhir.priority("urgent") == .urgent)
        #expect(PriorityVocabulary.fhir.priority("asap") == .urgent)
    }

    @Test(
        "what is no code of its vocabulary is none",
        arguments: [
            (PriorityVocabulary.vigil, "s"), (.fhir, "high"), (.dicom, "urgent"),
            (.vigil, "\u{17f}tat"), (.vigil, "sta t"), (.dicomStep, "STAT"), (.number, "+5"),
            (.hl7v2, "X"), (.hl7v2, "T5"), (.hl7v2, "TSx"), (.number, "256"),
            (.number, "-1"), (.number, ""), (.hl7v2, ""),
        ])
    func unknown(vocabulary: PriorityVocabulary, code: String) {
        #expect(vocabulary.priority(code) == nil)
    }

    @Test("a word means the same in any case and with space around it")
    func spelling() {
        for (vocabulary, codes) in Self.ranked {
            for code in codes {
                for spelling in [code.lowercased(), code.uppercased(), " \(code)\u{a0}\n"] {
                    #expect(
                        vocabulary.priority(spelling) == vocabulary.priority(code), "\(spelling)")
                }
            }
        }
    }

    @Test(
        "a word without a system is Vigil's own, else the most urgent that it could mean",
        arguments: [
            ("\"STAT\"", Priority.stat), ("\" Stat \"", .stat), ("\"S\"", .stat),
            ("\"s\"", .stat), ("\"HIGH\"", .stat), ("\"Medium\"", .asap), ("\"low\"", .routine),
            ("\"ASAP\"", .asap), ("\"A\"", .urgent), ("\"prn\"", .routine), ("\"TS30\"", .stat),
            ("\"255\"", .stat), ("\" 200 \"", .urgent), ("\"128\"", .routine), ("255", .stat),
            ("{\"system\":\"HL7v2\",\"code\":\"s\"}", .stat),
            ("{\"system\":\" dicom \",\"code\":\"High\"}", .urgent),
        ])
    func bareWord(body: String, priority: Priority) throws {
        #expect(try decode(body).priority == priority)
        guard body.first == "\"" else { return }
        let word = String(body.dropFirst().dropLast())
        #expect(try decode("\"routine\"", header: word).priority == priority)
    }

    @Test(
        "what no vocabulary has is refused",
        arguments: ["\"\"", "\" \"", "\"soon\"", "\"256\"", "\"-1\"", "256", "\"stat!\""])
    func unknownWord(body: String) {
        #expect(throws: WireError.badPriority) { try decode(body) }
    }

    private func decode(_ priority: String, header: String? = nil) throws -> StudyEvent {
        let body = Samples.leastBody.replacing("\"stat\"", with: priority)
        var record = Samples.event(body)
        if let header {
            record = InboundRecord(
                position: record.position, key: record.key, value: record.value,
                headers: record.headers + [RecordHeader("ce_triagepriority", header)],
                timestamp: record.timestamp)
        }
        return try StudyEventDecoder().decode(record)
    }

    @Test("of the body's priority and the header's the more urgent stands, whichever it is")
    func header() throws {
        for body in Priority.allCases {
            for header in Priority.allCases {
                let event = try decode("\"\(body.rawValue)\"", header: header.rawValue)
                #expect(event.priority == min(body, header))
            }
            #expect(try decode("\"\(body.rawValue)\"", header: "nonsense").priority == body)
            #expect(try decode("\"\(body.rawValue)\"", header: "hl7v2:S").priority == .stat)
            #expect(try decode("\"\(body.rawValue)\"", header: "255").priority == .stat)
        }
    }

    @Test("a header's priority alone will do, and none at all will not")
    func headerAlone() throws {
        let body = Samples.leastBody.replacing("\"priority\":\"stat\",", with: "")
        let bare = Samples.event(body)
        let record = InboundRecord(
            position: bare.position, key: nil, value: bare.value,
            headers: bare.headers + [RecordHeader("ce_priority", "urgent")],
            timestamp: bare.timestamp)
        #expect(try StudyEventDecoder().decode(record).priority == .urgent)
        #expect(throws: WireError.missingField(.priority)) {
            try StudyEventDecoder().decode(bare)
        }
    }

    @Test("the attribute expirytime is read in both modes, a malformed one passed over")
    func expiry() throws {
        let record = Samples.event(Samples.leastBody)
        func expiry(_ text: String) throws -> Timestamp? {
            try StudyEventDecoder().decode(
                InboundRecord(
                    position: record.position, key: nil, value: record.value,
                    headers: record.headers + [RecordHeader("ce_expirytime", text)],
                    timestamp: record.timestamp)
            ).expiry
        }
        let time = Timestamp(rfc3339: "2026-11-24T06:00:00Z")
        #expect(try expiry("2026-11-24T06:00:00Z") == time && time != nil)
        #expect(try expiry("tomorrow") == nil)
        #expect(try StudyEventDecoder().decode(record).expiry == nil)
    }
}
