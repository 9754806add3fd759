internal import Tensor

/// Position embeddings of a square grid of patches, brought to another size. For each column of the
/// embedding the grid is an image that is resampled, in double precision.
package enum PositionGrid {
    /// How a grid becomes larger or smaller; both are PyTorch's `interpolate` with
    /// `mode="bicubic", align_corners=False`.
    package enum Resampling: Sendable, Hashable {
        /// Cubic convolution over four neighbours with a = -0.75; of DINOv2.
        case cubic
        /// `antialias=True`: a = -0.5, and the kernel widens with the reduction; of DINOv2 with
        /// registers.
        case antialiased
    }

    /// A position on one side of the new grid: which old ones it is made of, and their shares.
    private struct Taps {
        let first: Int
        let shares: [Double]
    }

    /// Resamples a grid.
    /// - Parameters:
    ///   - from: [side, side, width].
    ///   - out: [newSide, newSide, width].
    static func resample(
        _ from: UnsafePointer<Float>, side: Int, into out: UnsafeMutablePointer<Float>,
        newSide: Int, width: Int, _ resampling: Resampling
    ) {
        if side == newSide {
            out.update(from: from, count: side * side * width)
            return
        }
        let places = (0..<newSide).map { taps($0, side: side, newSide: newSide, resampling) }
        var sums = [Double](repeating: 0, count: width)
        for (row, vertical) in places.enumerated() {
            for (column, horizontal) in places.enumerated() {
                for index in sums.indices { sums[index] = 0 }
                for (y, shareY) in vertical.shares.enumerated() where shareY != 0 {
                    let line = min(max(vertical.first + y, 0), side - 1)
                    for (x, shareX) in horizontal.shares.enumerated() where shareX != 0 {
                        let place = min(max(horizontal.first + x, 0), side - 1)
                        let old = from + (line * side + place) * width
                        let share = shareX * shareY
                        for index in 0..<width { sums[index] += share * Double(old[index]) }
                    }
                }
                let new = out + (row * newSide + column) * width
                for index in 0..<width { new[index] = Float(sums[index]) }
            }
        }
    }

    private static func taps(
        _ index: Int, side: Int, newSide: Int, _ resampling: Resampling
    ) -> Taps {
        let scale = Double(side) / Double(newSide)
        let center = scale * (Double(index) + 0.5)
        switch resampling {
        case .cubic:
            // Places beyond the border have the border's value.
            let place = center - 0.5
            let first = Int(place.rounded(.down))
            let offset = place - Double(first)
            return Taps(
                first: first - 1,
                shares: (-1...2).map { cubic(offset - Double($0), a: -0.75) })
        case .antialiased:
            // Places beyond the border are left out.
            let stretch = max(scale, 1)
            let first = max(Int(center - 2 * stretch + 0.5), 0)
            let last = min(Int(center + 2 * stretch + 0.5), side)
            let shares = (first..<last).map {
                cubic((Double($0) - center + 0.5) / stretch, a: -0.5)
            }
            let sum = shares.reduce(0, +)
            return Taps(first: first, shares: shares.map { $0 / sum })
        }
    }

    /// Cubic convolution's kernel (Keys 1981).
    private static func cubic(_ distance: Double, a: Double) -> Double {
        let x = abs(distance)
        if x <= 1 { return ((a + 2) * x - (a + 3)) * x * x + 1 }
        return x < 2 ? a * (((x - 5) * x + 8) * x - 4) : 0
    }
}
