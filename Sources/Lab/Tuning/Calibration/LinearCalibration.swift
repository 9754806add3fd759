#if canImport(Glibc)
    internal import Glibc
#endif

/// Makes probabilities of logits: 1 / (1 + exp(-(slope x + intercept))).
package struct LinearCalibration: Sendable, Hashable {
    /// A head's order of studies must stay, so the slope is never below this.
    static let slopeMin = 1e-3

    /// What a logit is multiplied with; 1 / temperature.
    package let slope: Double
    /// What is then added.
    package let intercept: Double

    /// The logits as they are.
    package static let none = LinearCalibration(slope: 1, intercept: 0)

    /// The calibrated logit.
    package func logit(_ x: Double) -> Double { slope * x + intercept }

    /// Two numbers (Platt 1999), the truth drawn in by his prior so that a perfect order stays
    /// finite.
    package static func platt(_ logits: [Double], _ isPositive: [Bool]) -> LinearCalibration {
        let positives = Double(isPositive.count { $0 })
        let negatives = Double(isPositive.count) - positives
        let high = (positives + 1) / (positives + 2)
        let low = 1 / (negatives + 2)
        let targets = isPositive.map { $0 ? high : low }
        let found = fit(logits, targets, isInterceptFree: true)
        guard found.slope < slopeMin else { return found }
        let mean = targets.reduce(0, +) / Double(max(1, targets.count))
        return LinearCalibration(slope: slopeMin, intercept: log(mean / (1 - mean)))
    }

    /// One number: the slope is 1 / temperature (Guo et al. 2017).
    package static func temperature(
        _ logits: [Double], _ isPositive: [Bool]
    ) -> LinearCalibration {
        let found = fit(logits, isPositive.map { $0 ? 1 : 0 }, isInterceptFree: false)
        return LinearCalibration(slope: min(max(found.slope, slopeMin), 1000), intercept: 0)
    }

    /// Newton's method with halved steps on the cross entropy (Lin, Lin and Weng 2007).
    private static func fit(
        _ logits: [Double], _ targets: [Double], isInterceptFree: Bool
    ) -> LinearCalibration {
        var (slope, intercept) = (1.0, 0.0)
        var loss = loss(logits, targets, slope, intercept)
        for _ in 0..<200 {
            var (g0, g1, h00, h01, h11) = (0.0, 0.0, 1e-12, 0.0, 1e-12)
            for (x, target) in zip(logits, targets) {
                let probability = Sigmoid.of(slope * x + intercept)
                let weight = probability * (1 - probability)
                g0 += (probability - target) * x
                g1 += probability - target
                h00 += weight * x * x
                h01 += weight * x
                h11 += weight
            }
            if !isInterceptFree { (g1, h01, h11) = (0, 0, 1) }
            guard max(abs(g0), abs(g1)) > 1e-9 * Double(max(1, logits.count)) else { break }
            let determinant = h00 * h11 - h01 * h01
            guard determinant > 0 else { break }
            let (d0, d1) = (
                (h11 * g0 - h01 * g1) / determinant, (h00 * g1 - h01 * g0) / determinant
            )
            var length = 1.0
            while length > 1e-10 {
                let new = Self.loss(
                    logits, targets, slope - length * d0, intercept - length * d1)
                if new < loss {
                    (slope, intercept, loss) = (slope - length * d0, intercept - length * d1, new)
                    break
                }
                length /= 2
            }
            guard length > 1e-10 else { break }
        }
        return LinearCalibration(slope: slope, intercept: intercept)
    }

    private static func loss(
        _ logits: [Double], _ targets: [Double], _ slope: Double, _ intercept: Double
    ) -> Double {
        zip(logits, targets).reduce(0) { sum, pair in
            let z = slope * pair.0 + intercept
            return sum + log1p(exp(-abs(z))) + max(0, z) - pair.1 * z
        }
    }
}

/// The logistic function and its inverse.
package enum Sigmoid {
    /// 1 / (1 + exp(-x)).
    package static func of(_ x: Double) -> Double {
        let small = exp(-abs(x))
        return x >= 0 ? 1 / (1 + small) : small / (1 + small)
    }

    /// log(p / (1 - p)).
    package static func logit(_ p: Double) -> Double { log(p / (1 - p)) }
}
