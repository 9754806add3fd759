package import VigilCore

/// The event that recalls what stands of a study, as an operator's command sends it.
package enum RecallEvent {
    /// The CloudEvents source of the command.
    package static let source = "urn:vigil:recall"

    /// The record for Kafka: a CloudEvents event in binary mode under the study's UID, where
    /// senders' events of the study stand too. The same recall has the same `ce_id`, however often
    /// it is sent.
    ///
    /// - Parameters:
    ///   - found: what is recalled.
    ///   - envelope: the signed ``RecallOrder``.
    ///   - time: now.
    /// - Returns: nil when the envelope is no JSON.
    package static func record(
        _ found: StandingFindings.Found, envelope: [UInt8], topic: String, time: Timestamp
    ) -> OutboundRecord? {
        guard let signed = try? RecordReading.json(envelope) else { return nil }
        let uid = found.study.sensitiveValue
        let headers = OutboundHeaders(
            id: UUIDv5(
                namespace: .vigil,
                fields: ["recall", found.pseudonym.safeText, found.digest.hex]),
            source: source, type: WireNames.recallType, schema: WireNames.recallSchema, time: time)
        return OutboundRecord(
            topic: topic, key: Array(uid.utf8),
            value: JSONWriter.bytes(["study": ["uid": .string(uid)], "recall": signed]),
            headers: headers.all)
    }
}
