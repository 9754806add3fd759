/// Resampling of an image of floats, as PyTorch does it: values may leave the range that they had.
enum FloatResize {
    /// Resizes `from`, [height, width] row-major, along columns and then along rows.
    static func resize(
        _ from: [Float], width: Int, height: Int, toWidth: Int, toHeight: Int,
        _ kind: CubicTaps.Kind
    ) -> [Float] {
        let columns = CubicTaps.all(from: width, to: toWidth, kind)
        let rows = CubicTaps.all(from: height, to: toHeight, kind)
        var wide = [Double](repeating: 0, count: height * toWidth)
        for y in 0..<height {
            for (x, taps) in columns.enumerated() {
                var sum = 0.0
                for (offset, share) in taps.shares.enumerated() {
                    let place = min(max(taps.first + offset, 0), width - 1)
                    sum += share * Double(from[y * width + place])
                }
                wide[y * toWidth + x] = sum
            }
        }
        var out = [Float](repeating: 0, count: toHeight * toWidth)
        for (y, taps) in rows.enumerated() {
            for x in 0..<toWidth {
                var sum = 0.0
                for (offset, share) in taps.shares.enumerated() {
                    let place = min(max(taps.first + offset, 0), height - 1)
                    sum += share * wide[place * toWidth + x]
                }
                out[y * toWidth + x] = Float(sum)
            }
        }
        return out
    }
}
