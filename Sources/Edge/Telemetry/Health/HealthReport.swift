internal import VigilCore

/// The answer to one probe.
package struct HealthReport: Sendable, Hashable {
    /// Why the answer is no; empty when it is yes.
    package let reasons: [HealthReason]
    /// What is wrong and yet no reason for a no.
    package let remarks: [HealthReason]

    /// What is asked, is so.
    package var isOK: Bool { reasons.isEmpty }

    init(reasons: [HealthReason], remarks: [HealthReason] = []) {
        self.reasons = reasons
        self.remarks = remarks
    }

    /// `{"status":"ok","reasons":[]}`; or `unavailable`, or `degraded` where the answer is still
    /// yes, with a code and a sentence for each reason or remark.
    package var json: String {
        let list = (reasons + remarks).map { Self.json($0) }
        let report: JSONValue = [
            "status": .string(isOK ? remarks.isEmpty ? "ok" : "degraded" : "unavailable"),
            "reasons": .array(list),
        ]
        return JSONWriter.text(report) + "\n"
    }

    private static func json(_ reason: HealthReason) -> JSONValue {
        ["code": .string(reason.code.description), "text": .string(reason.text.text)]
    }
}
