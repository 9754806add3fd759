package import VigilCore

/// Makes the record of a finding's maps: a CloudEvents 1.0 event in binary mode whose key is the
/// study's pseudonym, so that a compacted topic keeps the latest of each study. It names no event
/// and no sender.
package struct EvidenceEncoder: Sendable {
    private let topic: String
    private let source: String

    package init(topic: String, source: String = WireNames.workerSource) {
        self.topic = topic
        self.source = source
    }

    /// The record for Kafka; it belongs into the transaction of the finding. Pure: the same
    /// arguments give the same bytes. Nil where the finding has no map.
    ///
    /// - Parameter time: when it is published, for `ce_time`.
    package func encode(_ finding: Finding, time: Timestamp) -> OutboundRecord? {
        guard let evidence = EvidenceRecord(of: finding, record: finding.deterministicDigest)
        else { return nil }
        let key = evidence.study.safeText
        var headers = OutboundHeaders(
            id: FindingIdentity.evidenceEvent(finding.findingID, cause: finding.cause),
            source: source, type: WireNames.evidenceType, schema: WireNames.evidenceSchema,
            time: time)
        headers.attribute("subject", key)
        headers.attribute(StudyHistory.findingName, evidence.findingID.description)
        headers.attribute(
            StudyHistory.revisionName, finding.revision.map { String($0.number) })
        headers.attribute("dataclassification", "confidential")
        headers.attribute("datacategory", "phi")
        headers.trace(finding.run.traceparent, state: nil)
        return OutboundRecord(
            topic: topic, key: Array(key.utf8), value: JSONWriter.bytes(evidence.json),
            headers: headers.all)
    }
}
