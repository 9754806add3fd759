package import VigilCore

/// The topics `<input>.placed` and, where there is one of urgent studies, `<input>.placed.urgent`:
/// events go there that a sender placed elsewhere than in their study's partition, once, so that
/// one worker decides all of a study.
package struct PlacedTopics: Sendable, Hashable {
    /// Where events go that came by another topic than `topics.urgent`.
    package let ordinary: String
    /// Where events go that came by `topics.urgent`; nil without that.
    package let urgent: String?

    /// - Parameters:
    ///   - input: the topic of study events.
    ///   - hasUrgent: whether there is a topic of urgent studies.
    package init(input: String, hasUrgent: Bool) {
        ordinary = input + ".placed"
        urgent = hasUrgent ? ordinary + ".urgent" : nil
    }

    /// Their names.
    package var names: [String] { [ordinary] + [urgent].compactMap { $0 } }

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
