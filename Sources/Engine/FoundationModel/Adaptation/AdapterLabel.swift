package import VigilCore

/// One output of a head: which finding it speaks of, and from where on it counts.
package struct AdapterLabel: Sendable, Hashable {
    /// A stable name in snake case.
    package let code: String
    /// The finding's name for a person.
    package let label: String
    /// The priority that a file of an earlier version states; triage holds it against its own.
    package let acuity: Priority?
    /// The operating point that was found for the head's own probabilities: the least that counts
    /// as positive, between 0 and 1; nil: not stated.
    package let threshold: Float?
    /// Calibration of the logit x: slope * x + intercept (Platt 1999; a temperature T is the slope
    /// 1 / T).
    package let slope: Float
    /// See ``slope``.
    package let intercept: Float

    /// Takes all parts.
    package init(
        code: String, label: String, acuity: Priority? = nil, threshold: Float? = nil,
        slope: Float = 1, intercept: Float = 0
    ) {
        self.code = code
        self.label = label
        self.acuity = acuity
        self.threshold = threshold
        self.slope = slope
        self.intercept = intercept
    }

    /// Reads one element of the metadata's `labels`; nil when it breaks a rule of it.
    init?(json: JSONValue) {
        let known: Set = ["code", "label", "acuity", "threshold", "calibration"]
        guard let members = json.objectValue?.members,
            members.allSatisfy({ known.contains($0.name) }),
            let code = json["code"]?.stringValue, PromptSet.isCode(code),
            let threshold = Self.number(json["threshold"], default: 0.5), threshold > 0,
            threshold < 1,
            let slope = Self.number(json["calibration"]?["slope"], default: 1), slope > 0,
            let intercept = Self.number(json["calibration"]?["intercept"], default: 0)
        else { return nil }
        let label = json["label"].map(\.stringValue) ?? code
        guard let label, label.utf8.count <= PromptSet.textLimit else { return nil }
        let acuity = json["acuity"]?.stringValue.flatMap { Priority(rawValue: $0) }
        guard (acuity == nil) == (json["acuity"] == nil) else { return nil }
        self.init(
            code: code, label: label, acuity: acuity,
            threshold: json["threshold"].map { _ in threshold }, slope: slope, intercept: intercept)
    }

    private static func number(_ json: JSONValue?, default standard: Float) -> Float? {
        guard let json else { return standard }
        return json.doubleValue.map { Float($0) }.flatMap { $0.isFinite ? $0 : nil }
    }
}
