internal import Imaging

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
        let places = CubicTaps.all(
            from: side, to: newSide, resampling == .cubic ? .plain : .antialiased)
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
}
