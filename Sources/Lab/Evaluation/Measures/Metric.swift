/// One number that a model is measured by. The associated number is the operating point's place in
/// the list of them.
package enum Metric: Sendable, Hashable {
    /// Area under the receiver operating characteristic, ties counted half.
    case auroc
    /// Mean precision over the steps of recall.
    case averagePrecision
    /// Mean squared error of the probabilities.
    case brier
    /// Mean distance of probability and frequency over bins of equal width, weighted by their
    /// counts.
    case calibrationError
    case sensitivity(Int)
    case specificity(Int)
    /// Positive predictive value as the studies are.
    case ppv(Int)
    /// Negative predictive value as the studies are.
    case npv(Int)
    /// Positive predictive value at the stated prevalence.
    case statedPPV(Int)
    /// Negative predictive value at the stated prevalence.
    case statedNPV(Int)

    /// All metrics of some operating points, in the order of ``Measures/values``.
    static func all(points: Int) -> [Metric] {
        [.auroc, .averagePrecision, .brier, .calibrationError]
            + (0..<points).flatMap { point -> [Metric] in
                [
                    .sensitivity(point), .specificity(point), .ppv(point), .npv(point),
                    .statedPPV(point), .statedNPV(point),
                ]
            }
    }

    /// Its operating point; nil for what is measured over all scores.
    var point: Int? {
        switch self {
        case .auroc, .averagePrecision, .brier, .calibrationError: nil
        case .sensitivity(let point), .specificity(let point), .ppv(let point), .npv(let point),
            .statedPPV(let point), .statedNPV(let point):
            point
        }
    }

    /// Where it stands in ``all(points:)``.
    var place: Int {
        switch self {
        case .auroc: 0
        case .averagePrecision: 1
        case .brier: 2
        case .calibrationError: 3
        case .sensitivity(let point): 4 + 6 * point
        case .specificity(let point): 5 + 6 * point
        case .ppv(let point): 6 + 6 * point
        case .npv(let point): 7 + 6 * point
        case .statedPPV(let point): 8 + 6 * point
        case .statedNPV(let point): 9 + 6 * point
        }
    }
}
