package import VigilCore

extension ContextStatement {
    /// The record of the topic of context that says it (`Schemas/context/v1.json`), keyed by the
    /// patient and the statement's own identifier, and placed by the patient alone.
    ///
    /// - Parameters:
    ///   - effective: when it was so of the patient.
    ///   - event: the same for each repeat of the message that says it.
    ///   - partitions: of the topic.
    package func record(
        of patient: Pseudonym, effective: Timestamp, topic: String, event: UUIDv5, source: String,
        partitions: Int, time: Timestamp
    ) -> OutboundRecord {
        let headers = OutboundHeaders(
            id: event, source: source, type: WireNames.contextType,
            schema: WireNames.contextSchema, time: time)
        return OutboundRecord(
            topic: topic,
            partition: KeyPartitioner.crc32.partition(
                of: Array(patient.safeText.utf8), among: Int32(clamping: partitions)),
            key: Array("\(patient.safeText)/\(id)".utf8),
            value: JSONWriter.bytes(.object(members(effective))), headers: headers.all)
    }

    private func members(_ effective: Timestamp) -> JSONObject {
        var object = JSONObject()
        object.set("kind", text: kind == .presence ? "presence" : "observation")
        object.set(
            "codes",
            list: codings.map {
                ["system": .string($0.system), "code": .string($0.code)]
            })
        object.set("value", quantity?.value)
        object.set("unit", text: quantity?.unit)
        object.set("status", text: status.rawValue)
        object.set("effective", safe: effective)
        object.set("issued", safe: issued)
        return object
    }
}

extension Pseudonym {
    /// The name that a patient has on Vigil's topics: HMAC-SHA-256 by the workers' key of
    /// `patient`, a zero byte and the patient's number, the first 32 hexadecimal digits. Whoever
    /// writes study events that name a patient by the same number makes it so. Nil without a
    /// number.
    package init?(ofPatient number: String, key: [UInt8]) {
        guard !number.isEmpty else { return nil }
        let message = Array("patient".utf8) + [0] + Array(number.utf8)
        self.init(hex: String(Digest.hmac(key: key, message: message).hex.prefix(32)))
    }
}
