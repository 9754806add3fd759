extension Engine {
    /// What ``Precision/auto`` means on this processor: the fastest of the precisions that keep to
    /// float32's accuracy class (fp32, fp16, bf16), measured in a few milliseconds on one product.
    /// int8 is never chosen unasked.
    package func fastestPrecision() throws(TensorError) -> Precision {
        var fastest = (precision: Precision.fp32, seconds: Double.infinity)
        let (rows, width) = (112, 512)
        let values = try AlignedBuffer<Float>(count: width * width)
        for index in 0..<values.count { values.base[index] = Float(index % 251 - 125) / 125 }
        let out = try AlignedBuffer<Float>(count: rows * width)
        for precision in [Precision.fp32, .bf16, .fp16] where supports(precision) {
            let weights = try PackedLinear(
                weights: UnsafeRawBufferPointer(values.elements), type: .float32, outputs: width,
                inputs: width, bias: nil, precision: precision, pool: pool)
            for _ in 0..<8 {
                let start = BenchmarkClock.wall.seconds()
                try linear(values.base, weights: weights, into: out.base, rows: rows)
                let seconds = BenchmarkClock.wall.seconds() - start
                // Another precision must be clearly faster.
                let needed = precision == .fp32 ? 1 : 0.9
                if seconds < fastest.seconds * (precision == fastest.precision ? 1 : needed) {
                    fastest = (precision, seconds)
                }
            }
        }
        return fastest.precision
    }
}
