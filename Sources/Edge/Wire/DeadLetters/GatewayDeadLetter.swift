package import VigilCore

/// A record that a role of the gateway gave up, with nothing of what it says of a patient: who
/// wants it again reads it where it stands.
package struct GatewayDeadLetter: Sendable, Hashable {
    /// The role, as the gateway's configuration names it, and its kind.
    package let role: SafeText
    package let kind: SafeText
    /// Why, a word in snake case.
    package let reason: SafeText
    package let attempts: Int
    /// Where the record stands.
    package let record: RecordPosition
    /// The study's pseudonym, the finding and the delivery; nil where the record does not say.
    package let study: Pseudonym?
    package let finding: UUIDv5?
    package let delivery: UUIDv5?

    package init(
        role: SafeText, kind: SafeText, reason: SafeText, attempts: Int, record: RecordPosition,
        study: Pseudonym?, finding: UUIDv5?, delivery: UUIDv5?
    ) {
        self.role = role
        self.kind = kind
        self.reason = reason
        self.attempts = attempts
        self.record = record
        self.study = study
        self.finding = finding
        self.delivery = delivery
    }

    /// The record for Kafka, keyed by the study. The same letter has the same id, so that one that
    /// is written again after a crash is known.
    package func outbound(topic: String, source: String, time: Timestamp) -> OutboundRecord {
        let place = [record.topic, String(record.partition), String(record.offset)]
        let id = UUIDv5(
            namespace: .vigil, fields: ["gateway-dead-letter", role.text] + place)
        var headers = OutboundHeaders(
            id: id, source: source, type: WireNames.gatewayDeadLetterType,
            schema: WireNames.gatewayDeadLetterSchema, time: time)
        headers.attribute("subject", study?.safeText)
        return OutboundRecord(
            topic: topic, key: study.map { Array($0.safeText.utf8) },
            value: JSONWriter.bytes(json), headers: headers.all)
    }

    private var json: JSONValue {
        var object = JSONObject()
        object.set("role", safe: role)
        object.set("kind", safe: kind)
        object.set("reason", safe: reason)
        object.set("attempts", attempts)
        object["record"] = record.json
        object.set("study", safe: study)
        object.set("finding_id", safe: finding)
        object.set("delivery_id", safe: delivery)
        return .object(object)
    }
}
