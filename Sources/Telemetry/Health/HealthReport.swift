internal import VigilCore

/// The answer to one probe.
package struct HealthReport: Sendable, Hashable {
    /// Empty when all is well.
    package let reasons: [HealthReason]

    /// True when all is well.
    package var isOK: Bool { reasons.isEmpty }

    /// `{"status":"ok","reasons":[]}`, or `unavailable` with a code and a sentence for each reason.
    package var json: String {
        let list = reasons.map { reason -> JSONValue in
            ["code": .string(reason.code.description), "text": .string(reason.text.text)]
        }
        let report: JSONValue = [
            "status": .string(isOK ? "ok" : "unavailable"), "reasons": .array(list),
        ]
        return JSONWriter.text(report) + "\n"
    }
}
