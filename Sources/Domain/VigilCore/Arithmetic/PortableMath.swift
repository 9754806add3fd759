/// Elementary functions from additions, products and quotients alone, within some units in the last
/// place. The C library's differ in the last bit between processors and versions, and what is
/// written down with them could not be made again elsewhere.
package enum PortableMath {
    /// The natural logarithm of 2 in two parts; the greater times an exponent is exact (fdlibm).
    private static let greater = 0.693_147_180_369_123_816_490
    private static let lesser = 1.908_214_929_270_587_700_02e-10

    /// e to the x; 0 below -745.2, infinity above 709.7.
    package static func exp(_ x: Double) -> Double {
        guard x > -745.2 else { return x.isNaN ? x : 0 }
        guard x < 709.79 else { return .infinity }
        let whole = (x / 0.693_147_180_559_945_3).rounded(.toNearestOrEven)
        let rest = (x - whole * greater) - whole * lesser
        // Taylor's series, |rest| <= 0.35; summed from the smallest term.
        var sum = 1.0
        for step in stride(from: 15.0, through: 1, by: -1) { sum = 1 + rest / step * sum }
        return Double(sign: .plus, exponent: Int(whole), significand: sum)
    }

    /// The natural logarithm; minus infinity at 0, not a number below.
    package static func log(_ x: Double) -> Double {
        guard x > 0, x.isFinite else { return x == 0 ? -.infinity : x > 0 ? x : .nan }
        var (fraction, exponent) = (x.significand, Double(x.exponent))
        if fraction > 1.414_213_562_373_095_1 {
            fraction /= 2
            exponent += 1
        }
        let near = fraction - 1
        return exponent * greater + (twiceArtanh(near / (2 + near)) + exponent * lesser)
    }

    /// The natural logarithm of 1 + x, exact to its last digits where x is small.
    package static func log1p(_ x: Double) -> Double {
        guard abs(x) < 0.4 else { return log(1 + x) }
        return twiceArtanh(x / (2 + x))
    }

    /// 2 artanh s, |s| <= 0.25.
    private static func twiceArtanh(_ s: Double) -> Double {
        let square = s * s
        var sum = 0.0
        for step in stride(from: 27.0, through: 3, by: -2) { sum = square * (1 / step + sum) }
        return 2 * s + 2 * s * sum
    }
}
