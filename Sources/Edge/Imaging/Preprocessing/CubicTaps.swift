/// Cubic convolution (Keys 1981) between two lengths, in double precision: which inputs an output
/// is made of, and their shares. The numbers are those of PyTorch's `interpolate` with
/// `mode="bicubic", align_corners=False`.
package struct CubicTaps: Sendable {
    /// How a line becomes longer or shorter.
    package enum Kind: Sendable, Hashable {
        /// Over four neighbours with a = -0.75; places beyond the border have the border's value.
        case plain
        /// `antialias=True`: a = -0.5, and the kernel widens with the reduction; places beyond the
        /// border are left out.
        case antialiased
    }

    /// The first input; may lie beyond the border, as those after it may.
    package let first: Int
    /// The share of each input from the first on.
    package let shares: [Double]

    /// The taps of every output.
    package static func all(from input: Int, to output: Int, _ kind: Kind) -> [CubicTaps] {
        (0..<output).map { CubicTaps(index: $0, from: input, to: output, kind) }
    }

    private init(index: Int, from input: Int, to output: Int, _ kind: Kind) {
        let scale = Double(input) / Double(output)
        let center = scale * (Double(index) + 0.5)
        switch kind {
        case .plain:
            let place = center - 0.5
            let whole = Int(place.rounded(.down))
            let offset = place - Double(whole)
            first = whole - 1
            shares = (-1...2).map { Self.cubic(offset - Double($0), a: -0.75) }
        case .antialiased:
            let stretch = max(scale, 1)
            let low = max(Int(center - 2 * stretch + 0.5), 0)
            let high = min(Int(center + 2 * stretch + 0.5), input)
            let weights = (low..<high).map {
                Self.cubic((Double($0) - center + 0.5) / stretch, a: -0.5)
            }
            let sum = weights.reduce(0, +)
            first = low
            shares = weights.map { $0 / sum }
        }
    }

    /// The kernel.
    private static func cubic(_ distance: Double, a: Double) -> Double {
        let x = abs(distance)
        if x <= 1 { return ((a + 2) * x - (a + 3)) * x * x + 1 }
        return x < 2 ? a * (((x - 5) * x + 8) * x - 4) : 0
    }
}
