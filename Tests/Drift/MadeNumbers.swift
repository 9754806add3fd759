import VigilCore

/// Numbers of several kinds, as quantities of studies may be.
struct MadeNumbers {
    private var random: SplitMix64
    private let kind: Int
    /// How many kinds there are.
    static let kinds = 5

    init(kind: Int, seed: Int) {
        self.kind = kind
        random = SplitMix64(seed: UInt64(bitPattern: Int64(seed)))
    }

    /// A tie's part.
    mutating func part() -> Double { random.unit() }

    /// The next number: even about 0, in few values, far out on one side, rare, or always the same.
    ///
    /// - Parameter shift: in standard deviations, of the first two kinds.
    mutating func next(shift: Double = 0) -> Double {
        let normal = (0..<12).reduce(-6) { sum, _ in sum + random.unit() } + shift
        return switch kind {
        case 0: normal
        case 1: (normal * 0.7).rounded()
        case 2: normal * normal * normal * normal
        case 3: random.below(50) == 0 ? 1 : 0
        default: 0
        }
    }
}
