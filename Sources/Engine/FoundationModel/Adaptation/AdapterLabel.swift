package import VigilCore

/// One output of a head: which finding it speaks of, and from where on it counts.
package struct AdapterLabel: Sendable, Hashable {
    /// A stable name in snake case.
    package let code: String
    /// The finding's name for a person.
    package let label: String
    /// The priority that a positive finding asks for.
    package let acuity: Priority
    /// The operating point: the least probability that counts as positive, between 0 and 1.
    package let threshold: Float
    /// Calibration of the logit x: slope * x + intercept (Platt 1999; a temperature T is the slope
    /// 1 / T).
    package let slope: Float
    /// See ``slope``.
    package let intercept: Float

    /// Takes all parts.
    package init(
        code: String, label: String, acuity: Priority, threshold: Float = 0.5, slope: Float = 1,
        intercept: Float = 0
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
            let acuity = Priority(rawValue: json["acuity"]?.stringValue ?? "routine"),
            let threshold = Self.number(json["threshold"], default: 0.5), threshold > 0,
            threshold < 1,
            let slope = Self.number(json["calibration"]?["slope"], default: 1), slope > 0,
            let intercept = Self.number(json["calibration"]?["intercept"], default: 0)
        else { return nil }
        let label = json["label"].map(\.stringValue) ?? code
        guard let label, label.utf8.count <= PromptSet.textLimit else { return nil }
        self.init(
            code: code, label: label, acuity: acuity, threshold: threshold, slope: slope,
            intercept: intercept)
    }

    private static func number(_ json: JSONValue?, default standard: Float) -> Float? {
        guard let json else { return standard }
        return json.doubleValue.map { Float($0) }.flatMap { $0.isFinite ? $0 : nil }
    }
}
