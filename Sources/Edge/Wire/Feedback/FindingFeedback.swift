package import VigilCore

/// What a person said at the worklist of one record of a finding: late truth, and never an order.
/// No person is named.
package struct FindingFeedback: Sendable, Hashable {
    /// What a person can say.
    package enum Verdict: String, Sendable, Hashable, CaseIterable {
        /// The study was looked at.
        case seen
        /// The answer is right.
        case agree
        /// What is flagged is not there.
        case notThere = "not_there"
        /// What is not flagged is there.
        case missed
    }

    /// The record that the person saw.
    package let study: Pseudonym
    package let finding: UUIDv5
    /// Its number among the study's records, from 1, and its digest.
    package let revision: Int
    package let record: Digest
    package let verdict: Verdict
    /// Which finding of the record; nil: it is said of the study.
    package let code: String?
    package let at: Timestamp
    /// Made by the page for each click, so that one that is sent again is the same event.
    package let click: String

    package init(
        study: Pseudonym, finding: UUIDv5, revision: Int, record: Digest, verdict: Verdict,
        code: String?, at: Timestamp, click: String
    ) {
        self.study = study
        self.finding = finding
        self.revision = revision
        self.record = record
        self.verdict = verdict
        self.code = code
        self.at = at
        self.click = click
    }

    /// The `ce_id`: the same for each repeat of one click, whenever it comes.
    package var id: UUIDv5 {
        UUIDv5(
            namespace: .vigil,
            fields: [
                "feedback", study.safeText, record.hex, verdict.rawValue, code ?? "", click,
            ])
    }

    /// The record for Kafka, keyed by the study as its findings are.
    package func outbound(topic: String) -> OutboundRecord {
        var headers = OutboundHeaders(
            id: id, source: WireNames.pageSource, type: WireNames.feedbackType,
            schema: WireNames.feedbackSchema, time: at)
        headers.attribute("subject", study.safeText)
        headers.attribute("dataclassification", "confidential")
        return OutboundRecord(
            topic: topic, key: Array(study.safeText.utf8), value: JSONWriter.bytes(json),
            headers: headers.all)
    }

    private var json: JSONValue {
        var object = JSONObject()
        object.set("study", safe: study)
        object.set("finding_id", safe: finding)
        object.set("revision", revision)
        object.set("record_digest", safe: record)
        object.set("verdict", text: verdict.rawValue)
        object.set("finding", text: code)
        object.set("at", safe: at)
        return .object(object)
    }
}
