internal import VigilCore

/// The answer to one probe.
package struct HealthReport: Sendable, Hashable {
    /// Empty when all is well.
    package let reasons: [HealthReason]
    /// What a person should mend although the worker works.
    package var warnings: [HealthReason] = []

    /// True when all is well.
    package var isOK: Bool { reasons.isEmpty }

    /// `{"status":"ok","reasons":[]}`, or `unavailable` with a code and a sentence for each reason;
    /// `degraded` where there are warnings alone.
    package var json: String {
        let status = isOK ? warnings.isEmpty ? "ok" : "degraded" : "unavailable"
        let report: JSONValue = [
            "status": .string(status), "reasons": .array((reasons + warnings).map(Self.json)),
        ]
        return JSONWriter.text(report) + "\n"
    }

    private static func json(_ reason: HealthReason) -> JSONValue {
        ["code": .string(reason.code.description), "text": .string(reason.text.text)]
    }
}
