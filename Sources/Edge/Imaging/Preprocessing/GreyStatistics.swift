/// The spread of an image's grey values, to find images that were windowed or normalised wrongly.
package struct GreyStatistics: Sendable, Equatable {
    package let minimum: UInt8
    package let maximum: UInt8
    /// The smallest grey value that at least this share of pixels does not exceed: 1 %, 50 %, 99 %.
    package let percentile1: UInt8
    package let median: UInt8
    package let percentile99: UInt8
    /// Share of pixels that are quite black or quite white, from 0 to 1.
    package let saturatedShare: Double
    /// Mean and standard deviation of the grey values, 0…255.
    package let mean: Double
    package let deviation: Double

    /// Whether every pixel is the same: nothing can be read from such an image.
    package var isConstant: Bool { minimum == maximum }

    init(of image: GreyImage) {
        var histogram = [Int](repeating: 0, count: 256)
        for pixel in image.pixels { histogram[Int(pixel)] += 1 }
        let total = image.pixels.count
        func percentile(_ share: Double) -> UInt8 {
            let wanted = Double(total) * share
            var sum = 0
            for (value, count) in histogram.enumerated() {
                sum += count
                if Double(sum) >= wanted, sum > 0 { return UInt8(value) }
            }
            return 255
        }
        minimum = UInt8(histogram.firstIndex { $0 > 0 } ?? 0)
        maximum = UInt8(histogram.lastIndex { $0 > 0 } ?? 0)
        percentile1 = percentile(0.01)
        median = percentile(0.5)
        percentile99 = percentile(0.99)
        saturatedShare = Double(histogram[0] + histogram[255]) / Double(max(total, 1))
        var (sum, squares) = (0, 0)
        for (value, count) in histogram.enumerated() {
            sum += value * count
            squares += value * value * count
        }
        let count = Double(max(total, 1))
        let mean = Double(sum) / count
        self.mean = mean
        deviation = max(0, Double(squares) / count - mean * mean).squareRoot()
    }
}
