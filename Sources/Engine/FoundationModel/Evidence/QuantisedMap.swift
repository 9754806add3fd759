package import VigilCore

/// Patches' shares as 16-bit numbers times one step, quantised so that their sum is the shares' sum
/// to half a step: each share is rounded down, and the patches that lost most get one more.
package struct QuantisedMap: Sendable, Hashable {
    /// Patches along each side.
    package let side: Int
    /// A power of two.
    package let step: Double
    /// Row by row from the top left.
    package let values: [Int16]

    /// Quantises the shares of an image.
    package init(_ evidence: Evidence) {
        let shares = evidence.shares
        side = evidence.side
        let greatest = shares.map(\.magnitude).max() ?? 0
        // One is left at each end for what rounding adds.
        var step = greatest > 0 ? powerOfTwo(from: greatest / Double(Int16.max - 1)) : 1
        if !step.isFinite || step == 0 { step = 1 }
        self.step = step
        let exact = shares.map { $0 / step }
        var whole = exact.map { $0.rounded(.down) }
        let missing = (exact.reduce(0, +) - whole.reduce(0, +)).rounded()
        let order = exact.indices.sorted {
            (exact[$1] - whole[$1], $0) < (exact[$0] - whole[$0], $1)
        }
        for index in order.prefix(max(0, Int(missing))) { whole[index] += 1 }
        values = whole.map { Int16(exactly: $0) ?? 0 }
    }

    /// What the patches add to the logit.
    package var sum: Double { step * Double(values.reduce(0) { $0 + Int($1) }) }

    /// SHA-256 over side (64-bit), step's bits (64-bit) and values (16-bit), all little-endian.
    package var digest: Digest { Digest(of: bytes) }

    private var bytes: [UInt8] {
        [UInt64(side), step.bitPattern].flatMap { number in
            (0..<8).map { UInt8(truncatingIfNeeded: number >> (8 * $0)) }
        }
            + values.flatMap { value in
                [UInt8(truncatingIfNeeded: value), UInt8(truncatingIfNeeded: value >> 8)]
            }
    }
}

/// The smallest power of two that is at least `least`, a normal number.
private func powerOfTwo(from least: Double) -> Double {
    let below = Double(sign: .plus, exponent: least.exponent, significand: 1)
    return below < least ? below * 2 : below
}
