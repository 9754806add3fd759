import Control
import Signing
import Testing
import VigilCore

@Suite("Who may recall what was said of studies")
struct RecallOrderTests {
    private static let order = RecallOrder(
        record: Digest(of: [1]), issued: Timestamp(microseconds: 1_795_500_000_000_123))

    private func recall(_ record: Digest, _ envelope: [UInt8]) -> StudyEvent.Recall {
        StudyEvent.Recall(record: record, envelope: envelope)
    }

    @Test("an order reads back equal, and a key of the operators vouches for it alone")
    func signed() throws {
        let (key, other) = (try SigningKey.make(), try SigningKey.make())
        let envelope = try Self.order.signed(by: key)
        #expect(RecallOrder(payload: Self.order.payload) == Self.order)
        let said = recall(Self.order.record, envelope)
        #expect(RecallOrder.allows(said, by: [other.verifying, key.verifying]))
        #expect(!RecallOrder.allows(said, by: [other.verifying]))
        #expect(!RecallOrder.allows(said, by: []))
    }

    @Test("what was signed for another record, as something else or not at all allows nothing")
    func forged() throws {
        let key = try SigningKey.make()
        let keys = [key.verifying]
        let envelope = try Self.order.signed(by: key)
        #expect(!RecallOrder.allows(recall(Digest(of: [2]), envelope), by: keys))
        let control = try SignedEnvelope(
            Self.order.payload, type: ControlOrder.payloadType, key: key)
        #expect(!RecallOrder.allows(recall(Self.order.record, Array(control.text.utf8)), by: keys))
        #expect(!RecallOrder.allows(recall(Self.order.record, []), by: keys))
        for place in envelope.indices.filter({ $0.isMultiple(of: 17) }) {
            var changed = envelope
            changed[place] ^= 1
            let isSame = (try? SignedEnvelope(changed)).map {
                $0 == (try? SignedEnvelope(envelope))
            }
            #expect(
                isSame == true
                    || !RecallOrder.allows(recall(Self.order.record, changed), by: keys),
                "byte \(place)")
        }
    }
}
