/// How the threshold of an operating point is found.
package enum OperatingRule: Sendable, Hashable {
    /// A score of at least this counts as positive.
    case threshold(Double)
    /// The highest threshold whose sensitivity is at least this.
    case sensitivity(Double)
    /// The lowest threshold whose specificity is at least this.
    case specificity(Double)
    /// Where sensitivity + specificity is greatest (Youden 1950).
    case youden

    /// Reads `0.5`, `sensitivity:0.9`, `specificity:0.9` or `youden`; nil for another text or a
    /// number outside of 0…1.
    package init?(_ text: String) {
        if text == "youden" {
            self = .youden
            return
        }
        let parts = text.split(separator: ":", omittingEmptySubsequences: false)
        guard let number = parts.last.flatMap({ Double($0) }), (0...1).contains(number) else {
            return nil
        }
        switch (parts.count, parts.first) {
        case (1, _): self = .threshold(number)
        case (2, "sensitivity"): self = .sensitivity(number)
        case (2, "specificity"): self = .specificity(number)
        default: return nil
        }
    }

    /// As it is written on the command line.
    package var text: String {
        switch self {
        case .threshold(let number): "\(number)"
        case .sensitivity(let number): "sensitivity:\(number)"
        case .specificity(let number): "specificity:\(number)"
        case .youden: "youden"
        }
    }
}
