package import VigilCore

/// The records of the topics of placed events.
extension PlacedTopics {
    /// The record that puts an event into its study's partition: key, value and headers unchanged,
    /// with the note.
    package func record(
        _ record: InboundRecord, _ note: PlacementNote, topic: String, partition: Int32
    ) -> OutboundRecord {
        OutboundRecord(
            topic: topic, partition: partition, key: record.key, value: record.value,
            headers: PlacementNote.removed(from: record.headers) + [note.header])
    }

    /// What a record of these topics notes of itself. On any other topic the header means nothing.
    package func note(of record: InboundRecord) -> PlacementNote? {
        names.contains(record.position.topic) ? PlacementNote(record.headers) : nil
    }

    /// The record as a sender placed it, for everything that tells of it.
    package func original(of record: InboundRecord) -> InboundRecord {
        guard let note = note(of: record) else { return record }
        return InboundRecord(
            position: note.origin, key: record.key, value: record.value,
            headers: PlacementNote.removed(from: record.headers), timestamp: note.timestamp,
            isStampedByBroker: note.isStampedByBroker)
    }
}
