internal import VigilCore

#if canImport(Glibc)
    internal import Glibc
#endif

/// Whether two models' areas differ on the same studies (DeLong, DeLong and Clarke-Pearson 1988),
/// studies of one patient not being independent (Obuchowski 1997).
package struct DelongTest: Sendable, Hashable {
    package let first: Double
    package let second: Double
    /// Standard error of first - second.
    package let standardError: Double
    /// Standard errors of each area.
    package let firstError: Double
    package let secondError: Double

    /// (first - second) / standard error; 0 when both models rank alike. Nil when the studies show
    /// no error to divide by, such as where one model is right of all and the other of none.
    package var z: Double? {
        let difference = first - second
        guard difference != 0 else { return 0 }
        return standardError > 0 ? difference / standardError : nil
    }

    /// Of the difference, by the normal distribution; nil where there is no error to tell it by.
    package func interval(confidence: Double) -> ClosedRange<Double>? {
        guard standardError > 0, (0.5..<1).contains(confidence) else { return nil }
        let half = Distributions.normalQuantile((1 + confidence) / 2) * standardError
        return max(-1, first - second - half)...min(1, first - second + half)
    }

    /// Two-sided; nil where ``z`` is.
    package var pValue: Double? { z.map { erfc(abs($0) / 2.0.squareRoot()) } }

    /// The p-value for a person.
    package var pText: String {
        pValue.map { $0 < 1e-4 ? "< 0.0001" : $0.text(decimals: 4) } ?? "–"
    }

    /// Compares scores of the same studies; nil when the patients with or without the finding are
    /// fewer than two.
    /// - Parameter patients: of each study; nil: each study has a patient of its own.
    package init?(
        first: [Double], second: [Double], isPositive: [Bool], patients: [Int]? = nil
    ) {
        let patients = patients ?? Array(first.indices)
        guard let a = PlacementValues(first, isPositive: isPositive, patients: patients),
            let b = PlacementValues(second, isPositive: isPositive, patients: patients),
            let firstVariance = a.covariance(a), let secondVariance = b.covariance(b),
            let shared = a.covariance(b)
        else { return nil }
        self.first = a.area
        self.second = b.area
        firstError = firstVariance.squareRoot()
        secondError = secondVariance.squareRoot()
        standardError = max(0, firstVariance + secondVariance - 2 * shared).squareRoot()
    }
}
