import Testing
import VigilCore
import Wire

/// Records of the topic of context, and what is refused of them.
struct ContextRecordTests {
    private static let patient = String(repeating: "0a", count: 16)
    private static let least =
        #"{"codes":[{"system":"http://loinc.org","code":"2524-7"}],"value":4.1,"unit":"mmol/L","#
        + #""status":"final","effective":"2026-11-24T05:30:00Z"}"#

    private func record(
        _ body: String?, key: String? = "\(patient)/obs-1",
        _ changes: [String: String?] = ["ce_type": WireNames.contextType]
    ) -> InboundRecord {
        Samples.inbound(
            value: body.map { Array($0.utf8) }, headers: Samples.eventHeaders(changes),
            key: key.map { Array($0.utf8) }, topic: WireNames.contextTopic)
    }

    private func read(_ record: InboundRecord) -> ContextRecord? {
        guard case .record(let read) = ContextRecordDecoder().decode(record) else { return nil }
        return read
    }

    private func said(_ body: String) -> (said: [ContextStatement], refused: [ContextRefusal]) {
        guard case .statements(let said, let refused)? = read(record(body))?.content else {
            return ([], [])
        }
        return (said, refused)
    }

    private func refusal(_ record: InboundRecord) -> ContextRefusal? {
        guard case .refused(let refusal) = ContextRecordDecoder().decode(record) else {
            return nil
        }
        return refusal
    }

    @Test("our own form is read, by the key's patient and identifier")
    func own() throws {
        let found = try #require(read(record(Self.least)))
        #expect(found.patient.safeText == Self.patient)
        #expect(found.id == "obs-1")
        #expect(found.written == Timestamp(milliseconds: 1_795_500_000_123))
        let statement = try #require(said(Self.least).said.first)
        #expect(statement.id == "obs-1")
        #expect(statement.quantity == .init(value: 4.1, unit: "mmol/L"))
        #expect(statement.codings == [.init(system: "http://loinc.org", code: "2524-7")])
        #expect(statement.effective?.description == "2026-11-24T05:30:00.000000Z")
    }

    @Test("a tombstone is a retraction, with no envelope needed")
    func tombstone() {
        #expect(read(record(nil))?.content == .retraction)
        let bare = Samples.inbound(
            value: nil, headers: [], key: Array("\(Self.patient)/x".utf8))
        #expect(read(bare)?.content == .retraction)
    }

    @Test(
        "a key that is no patient and identifier is refused",
        arguments: [
            nil, "", patient, "\(patient)/", "\(patient):x", "0A\(patient.dropFirst(2))/x",
            "\(patient)/a b", "\(patient)/ä", "Doe^Jane/x",
            "\(patient)/" + String(repeating: "x", count: 129),
        ] as [String?])
    func keys(key: String?) {
        #expect(refusal(record(Self.least, key: key)) == .noPatient)
    }

    @Test("what is no event of this version is refused")
    func envelopes() {
        for type in ["org.vigil.context.observation.v2", "org.vigil.study.received.v1"] {
            #expect(refusal(record(Self.least, ["ce_type": type])) == .unreadable)
        }
        #expect(refusal(record(Self.least, ["ce_type": nil])) == .unreadable)
        #expect(refusal(record("[]")) == .unreadable)
        #expect(refusal(record("{\"codes\":")) == .unreadable)
        let long = record("{\"x\":\"" + String(repeating: "y", count: 2 << 20) + "\"}")
        #expect(refusal(long) == .tooLarge)
        #expect(read(record(Self.least, ["ce_type": "org.hl7.observation"])) != nil)
    }

    @Test("a body that names another patient than its key is refused whole")
    func otherPatient() {
        let other = String(repeating: "0b", count: 16)
        let own = Self.least.dropLast() + #","patient":"\#(other)"}"#
        #expect(refusal(record(String(own))) == .otherPatient)
        let fhir =
            #"{"resourceType":"Observation","status":"final","#
            + #""subject":{"identifier":{"value":"\#(other)"}}}"#
        #expect(refusal(record(fhir)) == .otherPatient)
    }

    @Test("FHIR's Observation is read: code before unit, bounds as values, components apart")
    func observation() throws {
        let lactate =
            #"{"resourceType":"Observation","id":"fhir-7","status":"corrected","#
            + #""code":{"coding":[{"system":"http://loinc.org","code":"2524-7"}]},"#
            + #""issued":"2026-11-24T05:40:00Z","effectiveDateTime":"2026-11-24T05:30:00+01:00","#
            + #""valueQuantity":{"comparator":"<","value":0.5,"unit":"millimol","#
            + #""system":"http://unitsofmeasure.org","code":"mmol/L"}}"#
        let one = try #require(said(lactate).said.first)
        #expect(one.id == "obs-1")
        #expect(one.status == .corrected)
        #expect(one.quantity == .init(value: 0.5, unit: "mmol/L"))
        #expect(one.effective?.description == "2026-11-24T04:30:00.000000Z")
        #expect(one.issued?.description == "2026-11-24T05:40:00.000000Z")
        let pressure =
            #"{"resourceType":"Observation","status":"final","#
            + #""code":{"coding":[{"system":"http://loinc.org","code":"85354-9"}]},"#
            + #""effectiveInstant":"2026-11-24T05:30:00Z","component":[{"code":{"coding":["#
            + #"{"system":"http://loinc.org","code":"8480-6"}]},"#
            + #""valueQuantity":{"value":96,"unit":"mmHg"}}]}"#
        let parts = said(pressure).said
        #expect(parts.map(\.id) == ["obs-1#0"])
        #expect(parts.first?.quantity == .init(value: 96, unit: "mmHg"))
    }

    @Test("a bundle's resources go by their own identifiers, and what is not read is counted")
    func bundle() {
        let entries = [
            #"{"resourceType":"Patient","id":"p"}"#,
            #"{"resourceType":"Observation","id":"a","status":"final"}"#,
            #"{"resourceType":"Observation","status":"final"}"#,
            #"{"resourceType":"Observation","id":"b","status":"sure"}"#,
            #"{"resourceType":"Condition","id":"c","recordedDate":"2026-11-24T05:30:00Z","#
                + #""clinicalStatus":{"coding":[{"code":"active"}]},"#
                + #""code":{"coding":[{"system":"http://snomed.info/sct","code":"84114007"}]}}"#,
            #"{"resourceType":"Condition","id":"d","#
                + #""clinicalStatus":{"coding":[{"code":"resolved"}]}}"#,
            #"{"resourceType":"ServiceRequest","id":"e","authoredOn":"2026-11-24T05:30:00Z","#
                + #""reasonCode":[{"text":"short of breath"},"#
                + #"{"coding":[{"system":"http://snomed.info/sct","code":"267036007"}]}]}"#,
        ].map { #"{"resource":\#($0)}"# }
        let read = said(
            #"{"resourceType":"Bundle","entry":[\#(entries.joined(separator: ",")),{}]}"#)
        #expect(read.said.map(\.id) == ["a", "c", "e#0", "e#1"])
        #expect(read.said.map(\.kind) == [.observation, .presence, .presence, .presence])
        #expect(
            read.refused
                == [.otherResource, .noIdentifier, .unknownStatus, .notActive, .malformed])
    }

    @Test("what was entered in error is taken back in FHIR's own ways")
    func inError() {
        let bodies = [
            #"{"resourceType":"Observation","status":"entered-in-error"}"#,
            #"{"resourceType":"Condition","verificationStatus":"#
                + #"{"coding":[{"code":"entered-in-error"}]}}"#,
            #"{"resourceType":"ServiceRequest","status":"revoked","reasonCode":[{"text":"x"}]}"#,
        ]
        for body in bodies { #expect(said(body).said.map(\.status) == [.enteredInError]) }
    }

    @Test("a bundle beyond its bound is read as far as that, and says so")
    func large() {
        let entry = #"{"resource":{"resourceType":"Observation","id":"a","status":"final"}}"#
        let entries = Array(repeating: entry, count: 1001).joined(separator: ",")
        let read = said(#"{"resourceType":"Bundle","entry":[\#(entries)]}"#)
        #expect(read.said.count == 1000)
        #expect(read.refused == [.tooLarge])
    }

    @Test("any bytes give a record or a reason: 60,000 changed ones")
    func anyBytes() {
        var random = SplitMix64(seed: 7)
        let seeds =
            SchemaFiles.examples(of: "context").map(\.bytes) + [
                Array(
                    (#"{"resourceType":"Bundle","entry":[{"resource":{"resourceType":"#
                        + #""Observation","id":"a","status":"final","effectiveDateTime":"#
                        + #""2026-11-24T05:30:00Z","component":[{"code":{"coding":[{"system":"#
                        + #""http://loinc.org","code":"8480-6"}]},"valueQuantity":{"value":96e3,"#
                        + #""unit":"mmHg"}}]}}]}"#).utf8)
            ]
        var (readable, refused) = (0, 0)
        for _ in 0..<60_000 {
            var bytes = seeds[random.below(seeds.count)]
            var key = Array("\(Self.patient)/obs-1".utf8)
            for _ in 0..<random.below(4) where !bytes.isEmpty {
                bytes[random.below(bytes.count)] = UInt8(truncatingIfNeeded: random.next())
            }
            if random.below(8) == 0 { bytes = Array(bytes.prefix(random.below(bytes.count + 1))) }
            if random.below(16) == 0 {
                key[random.below(key.count)] = UInt8(truncatingIfNeeded: random.next())
            }
            let inbound = Samples.inbound(
                value: bytes, headers: Samples.eventHeaders(["ce_type": WireNames.contextType]),
                key: key)
            switch ContextRecordDecoder().decode(inbound) {
            case .record: readable += 1
            case .refused: refused += 1
            }
        }
        #expect(readable > 10_000 && refused > 10_000)
    }
}
