package import VigilCore

/// From which probability a finding counts as positive, and how urgent it then is.
package struct OperatingPoint: Sendable, Hashable {
    /// A finding's code; of a head's label, ``key(code:head:)``.
    package let code: String
    /// The least probability that counts as positive, between 0 and 1, both excluded.
    package let threshold: Float
    /// The priority that a positive finding asks for.
    package let priority: Priority

    /// Nil when the code is empty or the threshold is not between 0 and 1.
    package init?(code: String, threshold: Float, priority: Priority) {
        guard !code.isEmpty, threshold > 0, threshold < 1 else { return nil }
        self.code = code
        self.threshold = threshold
        self.priority = priority
    }

    /// The code of an operating point: of a head's label `HEAD/CODE`.
    package static func key(code: String, head: String?) -> String {
        head.map { "\($0)/\(code)" } ?? code
    }

    /// A probability on a scale on which the threshold is 0.5: linear from 0 to the threshold and
    /// from there to 1. It grows with the probability.
    /// - Parameter threshold: above 0; of a calibration it may be 1.
    static func normalised(_ probability: Float, threshold: Float) -> Float {
        probability < threshold
            ? min(0.5, probability / (2 * threshold))
            : threshold < 1 ? max(0.5, 1 - (1 - probability) / (2 * (1 - threshold))) : 1
    }
}
