package import Signing
package import VigilCore

extension RecallOrder {
    /// The text of its envelope.
    package func signed(by key: SigningKey) throws(SigningError) -> [UInt8] {
        Array(try SignedEnvelope(payload, type: Self.payloadType, key: key).text.utf8)
    }

    /// Whether one of the keys vouches for what an event says that is recalled.
    package static func allows(_ recall: StudyEvent.Recall, by keys: [VerifyingKey]) -> Bool {
        guard recall.envelope.count <= bytesMax,
            let envelope = try? SignedEnvelope(recall.envelope),
            let signed = try? envelope.open(type: payloadType, keys: keys)
        else { return false }
        return RecallOrder(payload: signed.payload)?.record == recall.record
    }
}
