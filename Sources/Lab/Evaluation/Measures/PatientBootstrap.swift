internal import VigilCore

/// Draws patients with replacement, all studies of one together, since those are not independent.
struct PatientBootstrap {
    private var generator: SplitMix64
    private let count: Int

    /// - Parameter count: of patients.
    init(count: Int, seed: UInt64) {
        self.count = count
        generator = SplitMix64(seed: seed)
    }

    /// How often each patient was drawn.
    mutating func next() -> [Double] {
        var weights = [Double](repeating: 0, count: count)
        for _ in 0..<count { weights[generator.below(count)] += 1 }
        return weights
    }
}
