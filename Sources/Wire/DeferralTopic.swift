package import VigilCore

/// The topic `<input>.deferred`, where events of routine studies wait for a cleaner hour.
package struct DeferralTopic: Sendable, Hashable {
    /// The topic's name.
    package let name: String

    /// - Parameter input: the topic of study events.
    package init(input: String) {
        name = input + ".deferred"
    }

    /// The record that lets an event wait: key, value and headers unchanged, with the note.
    ///
    /// - Parameter partition: where it is to stand, so that its study's owner reads it; nil leaves
    ///   it to the key's hash.
    package func record(
        _ record: InboundRecord, _ note: DeferralNote, partition: Int32? = nil
    ) -> OutboundRecord {
        OutboundRecord(
            topic: name, partition: partition, key: record.key, value: record.value,
            headers: DeferralNote.removed(from: record.headers) + [note.header])
    }

    /// What a record of this topic notes of itself. On any other topic the header means nothing.
    package func note(of record: InboundRecord) -> DeferralNote? {
        record.position.topic == name ? DeferralNote(record.headers) : nil
    }

    /// The record as it first stood on the input topic, for everything that tells of it.
    package func original(of record: InboundRecord) -> InboundRecord {
        guard let note = note(of: record) else { return record }
        return InboundRecord(
            position: note.origin, key: record.key, value: record.value,
            headers: DeferralNote.removed(from: record.headers), timestamp: note.timestamp)
    }
}
