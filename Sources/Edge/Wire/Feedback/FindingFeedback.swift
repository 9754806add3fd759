package import VigilCore

/// A person's verdict on a finding as the page publishes it.
package struct FindingFeedback: Sendable, Hashable {
    private let said: FindingVerdict
    /// Made by the page for each click, so that one that is sent again is the same event.
    private let click: String

    package init(_ said: FindingVerdict, click: String) {
        self.said = said
        self.click = click
    }

    /// The `ce_id`: the same for each repeat of one click, whenever it comes.
    package var id: UUIDv5 {
        UUIDv5(
            namespace: .vigil,
            fields: [
                "feedback", said.study.safeText, said.record.hex, said.word.rawValue,
                said.code ?? "", click,
            ])
    }

    /// The record for Kafka, keyed by the study as its findings are.
    package func outbound(topic: String) -> OutboundRecord {
        var headers = OutboundHeaders(
            id: id, source: WireNames.pageSource, type: WireNames.feedbackType,
            schema: WireNames.feedbackSchema, time: said.at)
        headers.attribute("subject", said.study.safeText)
        headers.attribute("dataclassification", "confidential")
        return OutboundRecord(
            topic: topic, key: Array(said.study.safeText.utf8), value: JSONWriter.bytes(json),
            headers: headers.all)
    }

    private var json: JSONValue {
        var object = JSONObject()
        object.set("study", safe: said.study)
        object.set("finding_id", safe: said.finding)
        object.set("revision", said.revision)
        object.set("record_digest", safe: said.record)
        object.set("verdict", text: said.word.rawValue)
        object.set("finding", text: said.code)
        object.set("at", safe: said.at)
        return .object(object)
    }
}
