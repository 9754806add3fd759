import Testing
import VigilCore
import Wire

/// What becomes of the names that a sender chose.
struct SenderIDTests {
    private let key = Array("0123456789abcdef0123456789ABCDEF".utf8)

    private func event(_ senders: SenderIDs, id: String = "CANARY^1") throws -> StudyEvent {
        let record = Samples.event(
            Samples.leastBody,
            [
                "ce_id": id, "ce_source": "urn:CANARY:ris", "traceparent": Samples.traceparent,
                "tracestate": "v=CANARY",
            ])
        return try StudyEventDecoder(senders: senders).decode(record)
    }

    @Test("they are copied where that is set")
    func passed() throws {
        let event = try event(.pass)
        #expect(event.id == "CANARY^1" && event.source == "urn:CANARY:ris")
        #expect(event.tracestate == "v=CANARY")
    }

    @Test("keyed pseudonyms stand for them, equal for equal names, and tracestate is gone")
    func hashed() throws {
        let (one, again) = try (event(.hash(key: key)), event(.hash(key: key)))
        #expect(one == again && one.tracestate == nil && one.traceparent != nil)
        #expect(!"\(one.id) \(one.source)".contains("CANARY"))
        #expect(one.id.count == 32 && one.source.hasPrefix("urn:vigil:sender:"))
        #expect(try event(.hash(key: key), id: "CANARY^2").id != one.id)
        #expect(try event(.hash(key: key.reversed())).id != one.id)
        let message = Array("ce_id".utf8) + [0] + Array("CANARY^1".utf8)
        #expect(one.id == String(Digest.hmac(key: key, message: message).hex.prefix(32)))
        #expect(one.study == (try event(.pass)).study)
        #expect(one.source == SenderIDs.hash(key: key).told(source: "urn:CANARY:ris"))
        #expect(SenderIDs.pass.told(source: "urn:x") == "urn:x")
    }
}
