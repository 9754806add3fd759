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
        let number = record.revision?.number
        var headers = OutboundHeaders(
            id: id, source: source,
            type: number ?? 1 > 1 ? WireNames.revisionType : WireNames.findingType,
            schema: WireNames.findingSchema, time: time)
        headers.attribute("subject", record.pseudonym.safeText)
        headers.attribute("causationid", record.cause.id)
        headers.attribute(StudyHistory.revisionName, number.map { String($0) })
        headers.attribute("triagepriority", record.priority.effective.rawValue)
        headers.attribute("triagedeadline", record.run.deadline?.description)
        headers.attribute("modeldigest", record.model.digest.hex)
        headers.attribute("dataclassification", "confidential")
        headers.attribute("datacategory", "phi")
        headers.trace(record.run.traceparent, state: record.run.tracestate)
        return OutboundRecord(
            topic: topic, key: Array(record.pseudonym.safeText.utf8),
            value: JSONWriter.bytes(record.json), headers: headers.all)
    }
    /// The tombstone that takes a study's finding back: no value, so that compaction removes what
    /// stands under the key.
    package func encode(_ retraction: StudyRetraction, time: Timestamp) -> OutboundRecord {
        var headers = OutboundHeaders(
            id: FindingIdentity.retraction(retraction.study, cause: retraction.cause),
            source: source, type: WireNames.retractionType, schema: nil, time: time)
        headers.attribute("subject", retraction.study.safeText)
        headers.attribute("causationid", retraction.cause.id)
        headers.attribute(StudyHistory.revisionName, String(retraction.number))
        headers.attribute(StudyHistory.findingName, retraction.finding?.description)
        headers.trace(retraction.traceparent, state: retraction.tracestate)
        return OutboundRecord(
            topic: topic, key: Array(retraction.study.safeText.utf8), value: nil,
            headers: headers.all)
    }
}
