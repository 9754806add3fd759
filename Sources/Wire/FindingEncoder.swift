package import VigilCore

/// Makes the finding record of a study: a CloudEvents 1.0 event in binary mode whose key is the
/// study's pseudonym, so that a compacted topic keeps the latest of each study.
package struct FindingEncoder: Sendable {
    private let topic: String
    private let source: String

    package init(
        topic: String = WireNames.findingTopic, source: String = WireNames.workerSource
    ) {
        self.topic = topic
        self.source = source
    }

    /// The record for Kafka. Pure: the same arguments give the same bytes.
    ///
    /// - Parameter time: when the finding is published, for `ce_time`.
    package func encode(_ record: FindingRecord, time: Timestamp) -> OutboundRecord {
        let id = FindingIdentity.findingEvent(record.findingID, cause: record.cause)
        var headers = OutboundHeaders(
            id: id, source: source, type: WireNames.findingType, schema: WireNames.findingSchema,
            time: time)
        headers.attribute("subject", record.pseudonym.safeText)
        headers.attribute("causationid", record.cause.id)
        headers.attribute("triagepriority", record.priority.effective.rawValue)
        headers.attribute("triagedeadline", record.run.deadline?.description)
        headers.attribute("modeldigest", record.model.digest.hex)
        headers.attribute("dataclassification", "confidential")
        headers.attribute("datacategory", "phi")
        headers.trace(record.run.traceparent)
        return OutboundRecord(
            topic: topic, key: Array(record.pseudonym.safeText.utf8),
            value: JSONWriter.bytes(record.json), headers: headers.all)
    }
}
