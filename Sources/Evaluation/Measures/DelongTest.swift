internal import VigilCore

#if canImport(Glibc)
    internal import Glibc
#endif

/// Whether two models' areas differ on the same studies (DeLong, DeLong and Clarke-Pearson 1988),
/// by midranks (Sun and Xu 2014). It takes the studies as independent.
package struct DelongTest: Sendable, Hashable {
    package let first: Double
    package let second: Double
    /// Standard error of first - second.
    package let standardError: Double
    /// Standard errors of each area.
    package let firstError: Double
    package let secondError: Double

    /// (first - second) / standard error; 0 when both models rank alike.
    package var z: Double {
        let difference = first - second
        return difference == 0 ? 0 : difference / standardError
    }

    /// Two-sided.
    package var pValue: Double { erfc(abs(z) / 2.0.squareRoot()) }

    /// The p-value for a person.
    package var pText: String { pValue < 1e-4 ? "< 0.0001" : pValue.text(decimals: 4) }

    /// Compares scores of the same studies; nil when those with or without the finding are fewer
    /// than two.
    package init?(first: [Double], second: [Double], isPositive: [Bool]) {
        guard let a = Components(first, isPositive), let b = Components(second, isPositive) else {
            return nil
        }
        self.first = a.area
        self.second = b.area
        firstError = a.covariance(a).squareRoot()
        secondError = b.covariance(b).squareRoot()
        let variance = a.covariance(a) + b.covariance(b) - 2 * a.covariance(b)
        standardError = max(0, variance).squareRoot()
    }

    /// For each study the share of the other side that it is ranked right against.
    private struct Components {
        let positives: [Double]
        let negatives: [Double]
        let area: Double

        init?(_ scores: [Double], _ isPositive: [Bool]) {
            let pairs = Array(zip(scores, isPositive))
            let with = pairs.filter(\.1).map(\.0)
            let without = pairs.filter { !$0.1 }.map(\.0)
            guard with.count > 1, without.count > 1 else { return nil }
            let all = Self.midranks(with + without)
            let (ranksWith, ranksWithout) = (Self.midranks(with), Self.midranks(without))
            positives = with.indices.map { (all[$0] - ranksWith[$0]) / Double(without.count) }
            negatives = without.indices.map {
                1 - (all[with.count + $0] - ranksWithout[$0]) / Double(with.count)
            }
            area = positives.reduce(0, +) / Double(positives.count)
        }

        func covariance(_ other: Components) -> Double {
            Self.covariance(positives, other.positives, area, other.area)
                / Double(positives.count)
                + Self.covariance(negatives, other.negatives, area, other.area)
                / Double(negatives.count)
        }

        private static func covariance(
            _ x: [Double], _ y: [Double], _ meanX: Double, _ meanY: Double
        ) -> Double {
            zip(x, y).reduce(0) { $0 + ($1.0 - meanX) * ($1.1 - meanY) } / Double(x.count - 1)
        }

        /// Ranks from 1, those of equal numbers being their mean.
        private static func midranks(_ numbers: [Double]) -> [Double] {
            let order = numbers.indices.sorted { numbers[$0] < numbers[$1] }
            var ranks = [Double](repeating: 0, count: numbers.count)
            var start = 0
            while start < order.count {
                var end = start
                while end < order.count, numbers[order[end]] == numbers[order[start]] { end += 1 }
                for place in start..<end { ranks[order[place]] = Double(start + end + 1) / 2 }
                start = end
            }
            return ranks
        }
    }
}
