import Testing
import VigilCore
import Wire

/// What the gateway gives up.
struct GatewayDeadLetterTests {
    private func letter(study: Pseudonym?, role: SafeText = "ehr") -> GatewayDeadLetter {
        GatewayDeadLetter(
            role: role, kind: "fhir-deliver", reason: "http_422", attempts: 2,
            record: RecordPosition(topic: "findings", partition: 1, offset: 7), study: study,
            finding: study == nil ? nil : UUIDv5.vigil, delivery: study == nil ? nil : .vigil)
    }

    private func outbound(_ letter: GatewayDeadLetter, at time: Int64 = 0) -> OutboundRecord {
        letter.outbound(
            topic: WireNames.gatewayDeadLetterTopic, source: WireNames.gatewaySource,
            time: Samples.time(time))
    }

    @Test("a letter is what its schema says, whether or not the record could be read")
    func schema() throws {
        let validator = SchemaValidator(root: try SchemaFiles.schema("gateway-dead-letter"))
        for study in [try Samples.pseudonym("1.2.3"), nil] {
            let record = outbound(letter(study: study))
            let value = try JSONParser.parse(try #require(record.value))
            #expect(try validator.accepts(value, at: "#"))
            #expect(record.key == study.map { Array($0.safeText.utf8) })
        }
        #expect(
            try SchemaFiles.schema("gateway-dead-letter")["$id"]?.stringValue
                == WireNames.gatewayDeadLetterSchema)
    }

    @Test("the same letter has one id whenever it is written, and each role's its own")
    func identity() throws {
        func id(_ record: OutboundRecord) -> [UInt8]? {
            record.headers.first { $0.name == "ce_id" }?.value
        }
        let study = try Samples.pseudonym("1.2.3")
        #expect(id(outbound(letter(study: study))) == id(outbound(letter(study: study), at: 99)))
        let other = letter(study: study, role: "engine")
        #expect(id(outbound(letter(study: study))) != id(outbound(other)))
    }
}
