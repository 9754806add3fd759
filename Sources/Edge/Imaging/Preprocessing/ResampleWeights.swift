internal import Glibc

/// The integer weights of one resampling pass.
struct ResampleWeights {
    /// Fractional bits of a weight: 32 bits less 8 of the pixel less 2 of headroom.
    static let fractionBits: Int32 = 22
    /// One half, to round a sum.
    static let half: Int32 = 1 << (fractionBits - 1)

    /// The first input position of each output position.
    let starts: [Int]
    /// How many input positions each output position takes.
    let lengths: [Int]
    /// `stride` weights for each output position, of which `lengths` count.
    let values: [Int32]
    let stride: Int

    /// Weights for output positions `first ..< first + count` of `output` in all.
    init(
        from input: Int, to output: Int, filter: PreprocessingManifest.Filter, antialias: Bool,
        first: Int, count: Int
    ) {
        let scale = Double(input) / Double(output)
        let widening = antialias ? max(scale, 1) : 1
        let support = filter.support * widening
        let stride = Int(support.rounded(.up)) * 2 + 1
        var starts: [Int] = []
        var lengths: [Int] = []
        var values = [Int32](repeating: 0, count: count * stride)
        var weights: [Double] = []
        for index in 0..<count {
            let center = (Double(first + index) + 0.5) * scale
            // Truncated towards zero, as a conversion in C does.
            let low = max(Int(center - support + 0.5), 0)
            let high = min(Int(center + support + 0.5), input)
            weights.removeAll(keepingCapacity: true)
            var sum = 0.0
            for position in low..<max(high, low) {
                let weight = filter.weight(
                    (Double(position) - center + 0.5) * (1.0 / widening))
                weights.append(weight)
                sum += weight
            }
            for (tap, weight) in weights.enumerated() {
                let share = sum == 0 ? weight : weight / sum
                let scaled = share * Double(Int32(1) << Self.fractionBits)
                values[index * stride + tap] = Int32(scaled < 0 ? scaled - 0.5 : scaled + 0.5)
            }
            starts.append(low)
            lengths.append(weights.count)
        }
        self.starts = starts
        self.lengths = lengths
        self.values = values
        self.stride = stride
    }

    /// The input positions that any output position takes.
    var inputRange: Range<Int> {
        let low = starts.min() ?? 0
        let high = zip(starts, lengths).map { $0 + $1 }.max() ?? low
        return low..<high
    }

    /// Rounds a sum to a pixel.
    static func toByte(_ sum: Int32) -> UInt8 {
        UInt8(clamping: sum >> fractionBits)
    }
}

extension PreprocessingManifest.Filter {
    /// Half the kernel's width in input pixels, before widening.
    var support: Double {
        switch self {
        case .bicubic: 2
        case .bilinear: 1
        case .lanczos: 3
        }
    }

    /// The kernel.
    func weight(_ distance: Double) -> Double {
        let x = abs(distance)
        switch self {
        case .bilinear: return x < 1 ? 1 - x : 0
        case .lanczos: return x < 3 ? Self.sinc(x) * Self.sinc(x / 3) : 0
        case .bicubic:
            let a = -0.5
            if x < 1 { return ((a + 2) * x - (a + 3)) * x * x + 1 }
            if x < 2 { return (((x - 5) * x + 8) * x - 4) * a }
            return 0
        }
    }

    private static func sinc(_ x: Double) -> Double {
        x == 0 ? 1 : sin(x * .pi) / (x * .pi)
    }
}
