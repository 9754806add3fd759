package import VigilCore

extension Evidence {
    /// Patches' shares quantised so that their sum is the shares' sum to half a step, a power of
    /// two: each share is rounded down, and the patches that lost most get one more.
    package var map: EvidenceMap {
        let greatest = shares.map(\.magnitude).max() ?? 0
        // One is left at each end for what rounding adds.
        var step = greatest > 0 ? powerOfTwo(from: greatest / Double(Int16.max - 1)) : 1
        if !step.isFinite || step == 0 { step = 1 }
        let exact = shares.map { $0 / step }
        var whole = exact.map { $0.rounded(.down) }
        let missing = (exact.reduce(0, +) - whole.reduce(0, +)).rounded()
        let order = exact.indices.sorted {
            (exact[$1] - whole[$1], $0) < (exact[$0] - whole[$0], $1)
        }
        for index in order.prefix(max(0, Int(missing))) { whole[index] += 1 }
        return EvidenceMap(grid: grid, step: step, values: whole.map { Int16(exactly: $0) ?? 0 })
    }
}

/// The smallest power of two that is at least `least`, a normal number.
private func powerOfTwo(from least: Double) -> Double {
    let below = Double(sign: .plus, exponent: least.exponent, significand: 1)
    return below < least ? below * 2 : below
}
