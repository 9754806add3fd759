package import VigilCore

/// Makes the finding record of a study: a CloudEvents 1.0 event in binary mode whose key is the
/// study's pseudonym, so that a compacted topic keeps the latest of each study.
package struct FindingEncoder: Sendable {
    private let topic: String
    private let topicV1: String?
    private let source: String

    /// - Parameter topicV1: also gets what version 1 can say; nil: nothing is sent for its readers.
    package init(
        topic: String = WireNames.findingTopic, topicV1: String? = nil,
        source: String = WireNames.workerSource
    ) {
        self.topic = topic
        self.topicV1 = topicV1
        self.source = source
    }

    /// All records for Kafka of one finding, that of this version first; they belong into one
    /// transaction. Pure: the same arguments give the same bytes.
    ///
    /// - Parameter time: when the finding is published, for `ce_time`.
    package func records(_ record: Finding, time: Timestamp) -> [OutboundRecord] {
        [encode(record, time: time)] + [encodeV1(record, time: time)].compactMap { $0 }
    }

    /// The record of this version.
    package func encode(_ record: Finding, time: Timestamp) -> OutboundRecord {
        let isRevision = (record.revision?.number ?? 1) > 1
        var headers = OutboundHeaders(
            id: FindingIdentity.findingEvent(of: record),
            source: source,
            type: record.isWithdrawn
                ? WireNames.retractionType
                : isRevision ? WireNames.revisionType : WireNames.findingType,
            schema: WireNames.findingSchema, time: time)
        describe(record, in: &headers)
        headers.attribute("assessment", record.assessed == nil ? "not_assessed" : "assessed")
        return OutboundRecord(
            topic: topic, key: Array(record.pseudonym.safeText.utf8),
            value: JSONWriter.bytes(record.json), headers: headers.all)
    }

    /// What the readers of version 1 are sent: what it can say of an assessed study, a tombstone
    /// for one that was withdrawn or recalled; nil for all else, and without a topic for them.
    private func encodeV1(_ record: Finding, time: Timestamp) -> OutboundRecord? {
        guard let topicV1 else { return nil }
        let key = Array(record.pseudonym.safeText.utf8)
        if record.isWithdrawn || record.isRecalled {
            return OutboundRecord(
                topic: topicV1, key: key, value: nil, headers: tombstone(record, time: time))
        }
        guard let json = FindingV1.json(of: record) else { return nil }
        let isRevision = (record.revision?.number ?? 1) > 1
        var headers = OutboundHeaders(
            id: FindingIdentity.findingEvent(of: record),
            source: source,
            type: isRevision ? WireNames.revisionTypeV1 : WireNames.findingTypeV1,
            schema: WireNames.findingSchemaV1, time: time)
        describe(record, in: &headers)
        return OutboundRecord(
            topic: topicV1, key: key, value: JSONWriter.bytes(json), headers: headers.all)
    }

    /// The attributes that both versions have.
    private func describe(_ record: Finding, in headers: inout OutboundHeaders) {
        headers.attribute("subject", record.pseudonym.safeText)
        headers.attribute("causationid", record.cause.id)
        headers.attribute(StudyHistory.revisionName, record.revision.map { String($0.number) })
        headers.attribute("triagepriority", record.priority.effective.rawValue)
        headers.attribute("triagedeadline", record.run.deadline?.description)
        headers.attribute("modeldigest", record.assessed?.model.digest.hex)
        headers.attribute("dataclassification", "confidential")
        headers.attribute("datacategory", "phi")
        headers.trace(record.run.traceparent, state: record.run.tracestate)
    }

    private func tombstone(_ record: Finding, time: Timestamp) -> [RecordHeader] {
        var headers = OutboundHeaders(
            id: FindingIdentity.retraction(record.pseudonym, cause: record.cause), source: source,
            type: WireNames.retractionTypeV1, schema: nil, time: time)
        headers.attribute("subject", record.pseudonym.safeText)
        headers.attribute("causationid", record.cause.id)
        headers.attribute(StudyHistory.revisionName, record.revision.map { String($0.number) })
        headers.attribute(StudyHistory.findingName, record.findingID.description)
        headers.trace(record.run.traceparent, state: record.run.tracestate)
        return headers.all
    }
}
