internal import VigilCore

#if canImport(Glibc)
    internal import Glibc
#endif

/// Logistic regression on a few columns by Newton's method with halved steps. Truths are drawn in
/// by one study of each class (Platt 1999), so that a perfect order stays finite.
struct LogisticFit {
    /// One a column.
    let weights: [Double]

    /// - Parameter rows: one a study, all of one width.
    init(_ rows: [[Double]], _ isPositive: [Bool]) {
        let positives = Double(isPositive.count { $0 })
        let negatives = Double(isPositive.count) - positives
        let (high, low) = ((positives + 1) / (positives + 2), 1 / (negatives + 2))
        let targets = isPositive.map { $0 ? high : low }
        var weights = [Double](repeating: 0, count: rows.first?.count ?? 0)
        var loss = Self.loss(rows, targets, weights)
        for _ in 0..<100 {
            let step = Self.step(rows, targets, weights)
            var length = 1.0
            var isBetter = false
            while !isBetter, length > 1e-9 {
                let next = zip(weights, step).map { $0 - length * $1 }
                let nextLoss = Self.loss(rows, targets, next)
                if nextLoss < loss - 1e-12 {
                    (weights, loss, isBetter) = (next, nextLoss, true)
                }
                length /= 2
            }
            guard isBetter else { break }
        }
        self.weights = weights
    }

    private static func dot(_ row: [Double], _ weights: [Double]) -> Double {
        zip(row, weights).reduce(0) { $0 + $1.0 * $1.1 }
    }

    /// The sum over studies, not the mean.
    private static func loss(
        _ rows: [[Double]], _ targets: [Double], _ weights: [Double]
    ) -> Double {
        zip(rows, targets).reduce(0) { sum, study in
            let z = dot(study.0, weights)
            return sum + log1p(exp(-abs(z))) + max(0, z) - study.1 * z
        }
    }

    /// The inverse curvature times the gradient.
    private static func step(
        _ rows: [[Double]], _ targets: [Double], _ weights: [Double]
    ) -> [Double] {
        let width = weights.count
        // The gradient stands in the last column.
        var system = [[Double]](
            repeating: [Double](repeating: 0, count: width + 1), count: width)
        for i in 0..<width { system[i][i] = 1e-9 }
        for (row, target) in zip(rows, targets) {
            let probability = ProbabilityMap.logistic(dot(row, weights))
            let weight = probability * (1 - probability)
            for i in 0..<width {
                for j in 0..<width { system[i][j] += weight * row[i] * row[j] }
                system[i][width] += (probability - target) * row[i]
            }
        }
        return solved(system)
    }

    /// Gauss's elimination of a positive definite system with its right side in the last column.
    private static func solved(_ given: [[Double]]) -> [Double] {
        var system = given
        let width = system.count
        for column in 0..<width {
            for row in (column + 1)..<max(width, column + 1) {
                let factor = system[row][column] / system[column][column]
                for k in column...width { system[row][k] -= factor * system[column][k] }
            }
        }
        var out = [Double](repeating: 0, count: width)
        for row in (0..<width).reversed() {
            let known = ((row + 1)..<max(width, row + 1)).reduce(0.0) {
                $0 + system[row][$1] * out[$1]
            }
            out[row] = (system[row][width] - known) / system[row][row]
        }
        return out
    }
}
