/// Elementary functions from additions and products alone, so that the same study gives the same
/// bytes on every processor; libm's differ in the last bit between processors.
package enum SeededMath {
    /// The sine, absolute error below 1e-10.
    package static func sin(_ x: Double) -> Double {
        // To [-pi, pi], then to [-pi/2, pi/2].
        let turns = (x / (2 * .pi)).rounded(.toNearestOrEven)
        var r = x - turns * 2 * .pi
        if r > .pi / 2 { r = .pi - r }
        if r < -.pi / 2 { r = -.pi - r }
        let q = r * r
        var term = r
        var sum = r
        for step in stride(from: 2.0, through: 18, by: 2) {
            term *= -q / (step * (step + 1))
            sum += term
        }
        return sum
    }

    /// The cosine, absolute error below 1e-10.
    package static func cos(_ x: Double) -> Double { sin(x + .pi / 2) }

    /// e to the x, for x in [-700, 700].
    package static func exp(_ x: Double) -> Double {
        let whole = (x / 0.693_147_180_559_945_3).rounded(.toNearestOrEven)
        let r = x - whole * 0.693_147_180_559_945_3
        var term = 1.0
        var sum = 1.0
        for step in stride(from: 1.0, through: 14, by: 1) {
            term *= r / step
            sum += term
        }
        return Double(sign: .plus, exponent: Int(whole), significand: sum)
    }

    /// The natural logarithm of a positive number.
    package static func log(_ x: Double) -> Double {
        let m = x.significand
        let s = (m - 1) / (m + 1)
        let q = s * s
        var power = s
        var sum = 0.0
        for step in stride(from: 1.0, through: 41, by: 2) {
            sum += power / step
            power *= q
        }
        return 2 * sum + Double(x.exponent) * 0.693_147_180_559_945_3
    }

    /// A positive base to a power.
    package static func pow(_ base: Double, _ power: Double) -> Double {
        base <= 0 ? 0 : exp(power * log(base))
    }

    /// 0 below `from`, 1 above `to`, a smooth step between.
    package static func step(_ x: Double, from: Double, to: Double) -> Double {
        let t = min(max((x - from) / (to - from), 0), 1)
        return t * t * (3 - 2 * t)
    }
}
