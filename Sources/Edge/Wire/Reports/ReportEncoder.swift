package import VigilCore

/// Makes the record of a draft report: a CloudEvents 1.0 event in binary mode whose key is the
/// study's pseudonym, so that a compacted topic keeps the latest of each study. The draft names no
/// event and no sender: these may have names in them that tell of a patient.
package struct ReportEncoder: Sendable {
    private let topic: String
    private let source: String

    package init(topic: String, source: String = WireNames.workerSource) {
        self.topic = topic
        self.source = source
    }

    /// The record for Kafka; it belongs into the transaction of the finding. Pure: the same
    /// arguments give the same bytes.
    ///
    /// - Parameters:
    ///   - finding: what it is a draft of.
    ///   - time: when it is published, for `ce_time`.
    package func encode(
        _ draft: ReportDraft<SafeText>, of finding: Finding, time: Timestamp
    ) -> OutboundRecord {
        let key = draft.subject.study.safeText
        var headers = OutboundHeaders(
            id: FindingIdentity.reportEvent(of: finding),
            source: source, type: WireNames.reportType, schema: WireNames.reportSchema, time: time)
        headers.attribute("subject", key)
        headers.attribute(StudyHistory.findingName, draft.subject.findingID.description)
        headers.attribute(
            StudyHistory.revisionName, finding.revision.map { String($0.number) })
        headers.attribute("dataclassification", "confidential")
        headers.attribute("datacategory", "phi")
        headers.trace(finding.run.traceparent, state: nil)
        return OutboundRecord(
            topic: topic, key: Array(key.utf8), value: draft.bytes,
            headers: headers.all)
    }
}
