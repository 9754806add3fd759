import RiskControl
import VigilCore

#if canImport(Glibc)
    import Glibc
#endif

/// Studies whose log-odds are normal about a mean by class, so that the share below any score is
/// known without a draw.
struct SyntheticScores {
    /// The mean of studies with the finding; those without have its negative, or less.
    let mean: Double
    let prevalence: Double

    /// The share of studies with the finding whose score is below one.
    func missed(below score: Float) -> Double {
        guard score > 0 else { return 0 }
        guard score < 1 else { return 1 }
        let odds = log(Double(score)) - log1p(-Double(score))
        return 0.5 * erfc(-(odds - mean) / 2.0.squareRoot())
    }

    /// Studies of one stratum; patients are numbered on from one.
    func draw(
        _ count: Int, stratum: Int? = nil, patient first: Int = 0,
        by generator: inout SplitMix64
    ) -> [ScoredStudy] {
        (0..<count).map { index in
            let isPositive = generator.unit() < prevalence
            let radius = (-2 * log(1 - generator.unit())).squareRoot()
            let normal = radius * cos(2 * Double.pi * generator.unit())
            let odds = (isPositive ? mean : -1.5) + normal
            return ScoredStudy(
                score: Float(1 / (1 + exp(-odds))), isPositive: isPositive,
                patient: first + index, stratum: stratum)
        }
    }
}
