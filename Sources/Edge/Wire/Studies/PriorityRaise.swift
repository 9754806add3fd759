package import VigilCore

/// A person's raise of a study's order, without images, as the gateway writes it.
package struct PriorityRaise: Sendable, Hashable {
    /// The study whose order rises; it may not have come yet.
    package let study: DicomUID
    /// What it rises to.
    package let priority: Priority

    package init(study: DicomUID, priority: Priority) {
        self.study = study
        self.priority = priority
    }

    /// The event, keyed by the study's UID as its owner is chosen by that.
    ///
    /// - Parameter id: the same for each repeat of what it was ordered by.
    package func record(
        topic: String, id: UUIDv5, source: String, time: Timestamp
    ) -> OutboundRecord {
        let headers = OutboundHeaders(
            id: id, source: source, type: WireNames.priorityType,
            schema: WireNames.prioritySchema, time: time)
        let body: JSONValue = [
            "study": ["uid": .string(study.sensitiveValue)],
            "priority": .string(priority.rawValue), "change": "raise", "reason": "hl7_order",
        ]
        return OutboundRecord(
            topic: topic, key: Array(study.sensitiveValue.utf8), value: JSONWriter.bytes(body),
            headers: headers.all)
    }
}
