internal import VigilCore

/// What records of the worker say of the names that a sender gave its event: `ce_id` and
/// `ce_source` may hold an accession number or a name, and many read the topics of outcomes.
package enum SenderIDs: Sendable, Hashable {
    /// They are copied, and `tracestate` with them.
    case pass
    /// Keyed pseudonyms stand for them, equal for equal names, and `tracestate` is left out. A
    /// sender that holds the key finds its event by `HMAC-SHA-256(key, "ce_id" 0x00 id)`.
    case hash(key: [UInt8])

    /// An event with the names that may be told. Nothing after this sees those of the sender.
    func told(_ event: StudyEvent) -> StudyEvent {
        guard case .hash(let key) = self else { return event }
        return StudyEvent(
            id: Self.digits("ce_id", event.id, key), source: told(source: event.source),
            time: event.time, traceparent: event.traceparent, study: event.study,
            patient: event.patient, priority: event.priority, instances: event.instances,
            expiry: event.expiry,
            expected: event.expected, withdrawal: event.withdrawal, orderChange: event.orderChange)
    }

    /// A sender's `ce_source` as ``told(_:)`` has it.
    package func told(source: String) -> String {
        guard case .hash(let key) = self else { return source }
        return "urn:vigil:sender:" + Self.digits("ce_source", source, key)
    }

    private static func digits(_ name: String, _ text: String, _ key: [UInt8]) -> String {
        let message = Array(name.utf8) + [0] + Array(text.utf8)
        return String(Digest.hmac(key: key, message: message).hex.prefix(32))
    }
}
