#if canImport(Glibc)
    internal import func Glibc.exp
    internal import func Glibc.log1p
#endif

/// Logistic regression on a few columns whose weights are held within bounds, such as above 0 where
/// more can only be worse.
///
/// One weight after another takes a step that a bound on the curvature makes safe (Böhning and
/// Lindsay 1988), so the loss never rises; with bounds on single weights the end is the optimum.
/// The same studies in the same order give the same bits.
package struct MonotoneLogistic: Sendable, Hashable {
    /// A column of numbers, one a study.
    package struct Column: Sendable {
        let values: [Double]
        let bounds: ClosedRange<Double>
        let penalty: Double

        /// - Parameters:
        ///   - bounds: what its weight may be.
        ///   - penalty: what half the weight's square costs.
        package init(_ values: [Double], bounds: ClosedRange<Double>, penalty: Double) {
            self.values = values
            self.bounds = bounds
            self.penalty = penalty
        }
    }

    private static let roundsMax = 2000
    /// Once no weight moves further than this in a round.
    private static let tolerance = 1e-6

    /// The log-odds where every column is 0.
    package let intercept: Double
    /// One a column.
    package let weights: [Double]

    package init(_ columns: [Column], isPositive: [Bool]) {
        let count = isPositive.count
        let ones = Column(
            [Double](repeating: 1, count: count), bounds: -50...50, penalty: 1e-9)
        let all = [ones] + columns
        var weights = all.map { min(max(0, $0.bounds.lowerBound), $0.bounds.upperBound) }
        var sums = [Double](repeating: 0, count: count)
        for (column, weight) in zip(all, weights) where weight != 0 {
            for row in 0..<count { sums[row] += weight * column.values[row] }
        }
        let curvatures = all.map { column in
            column.penalty + column.values.reduce(0) { $0 + $1 * $1 } / 4
        }
        for _ in 0..<Self.roundsMax {
            var farthest = 0.0
            for (place, column) in all.enumerated() where curvatures[place] > 0 {
                var slope = column.penalty * weights[place]
                for row in 0..<count {
                    slope +=
                        (Self.probability(sums[row]) - (isPositive[row] ? 1 : 0))
                        * column.values[row]
                }
                let wanted = weights[place] - slope / curvatures[place]
                let next = min(max(wanted, column.bounds.lowerBound), column.bounds.upperBound)
                let step = next - weights[place]
                guard step != 0 else { continue }
                for row in 0..<count { sums[row] += step * column.values[row] }
                weights[place] = next
                farthest = max(farthest, abs(step))
            }
            if farthest < Self.tolerance { break }
        }
        intercept = weights[0]
        self.weights = Array(weights.dropFirst())
    }

    private static func probability(_ sum: Double) -> Double {
        let small = exp(-abs(sum))
        return sum >= 0 ? 1 / (1 + small) : small / (1 + small)
    }

    /// The mean loss of probabilities whose log-odds are given.
    package static func loss(_ sums: [Double], isPositive: [Bool]) -> Double {
        zip(sums, isPositive).reduce(0) { total, study in
            total + log1p(exp(-abs(study.0))) + max(0, study.0) - (study.1 ? study.0 : 0)
        } / Double(max(sums.count, 1))
    }
}
