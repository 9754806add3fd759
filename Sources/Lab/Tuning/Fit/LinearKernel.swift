/// Products of a block of rows with the weights of several labels, and back. Sums within a block
/// are f32 in a fixed order; callers add blocks up in f64.
enum LinearKernel {
    /// Rows of a block; a block and one label's weights stay in the cache.
    static let rows = 64

    private typealias Lane = SIMD8<Float>
    /// Bytes of a lane.
    private static let step = 32

    /// logits[row, label] = x[row] · w[label].
    /// - Parameters:
    ///   - x: [count, stride], stride a multiple of 8.
    ///   - weights: [labels, stride].
    ///   - logits: [count, labels], overwritten.
    static func forward(
        _ x: UnsafePointer<Float>, count: Int, stride: Int, weights: UnsafePointer<Float>,
        labels: Int, logits: UnsafeMutablePointer<Float>
    ) {
        let bytes = stride * 4
        for label in 0..<labels {
            let w = UnsafeRawPointer(weights + label * stride)
            var row = 0
            while row + 1 < count {
                let (a, b) = (
                    UnsafeRawPointer(x + row * stride), UnsafeRawPointer(x + (row + 1) * stride)
                )
                var (first, second) = (Lane(), Lane())
                var column = 0
                while column < bytes {
                    let part = w.loadUnaligned(fromByteOffset: column, as: Lane.self)
                    first += part * a.loadUnaligned(fromByteOffset: column, as: Lane.self)
                    second += part * b.loadUnaligned(fromByteOffset: column, as: Lane.self)
                    column += step
                }
                logits[row * labels + label] = first.sum()
                logits[(row + 1) * labels + label] = second.sum()
                row += 2
            }
            guard row < count else { continue }
            let a = UnsafeRawPointer(x + row * stride)
            var sum = Lane()
            var column = 0
            while column < bytes {
                sum +=
                    w.loadUnaligned(fromByteOffset: column, as: Lane.self)
                    * a.loadUnaligned(fromByteOffset: column, as: Lane.self)
                column += step
            }
            logits[row * labels + label] = sum.sum()
        }
    }

    /// Adds a block's sums to those of all blocks.
    static func add(
        _ block: UnsafePointer<Float>, count: Int, to sums: UnsafeMutablePointer<Double>
    ) {
        for index in 0..<count { sums[index] += Double(block[index]) }
    }

    /// gradient[label] = sum over rows of residual[row, label] * x[row].
    /// - Parameters:
    ///   - residuals: [count, labels].
    ///   - gradient: [labels, stride], overwritten.
    static func backward(
        _ x: UnsafePointer<Float>, count: Int, stride: Int,
        residuals: UnsafePointer<Float>, labels: Int, gradient: UnsafeMutablePointer<Float>
    ) {
        let bytes = stride * 4
        for label in 0..<labels {
            let out = UnsafeMutableRawPointer(gradient + label * stride)
            out.initializeMemory(as: Float.self, repeating: 0, count: stride)
            var row = 0
            while row < count {
                // Rows past the end count with a residual of 0.
                let last = count - 1
                let places = (row, min(row + 1, last), min(row + 2, last), min(row + 3, last))
                func residual(_ offset: Int) -> Float {
                    row + offset < count ? residuals[(row + offset) * labels + label] : 0
                }
                let (r0, r1, r2, r3) = (residual(0), residual(1), residual(2), residual(3))
                row += 4
                if r0 == 0, r1 == 0, r2 == 0, r3 == 0 { continue }
                let (a, b) = (
                    UnsafeRawPointer(x + places.0 * stride),
                    UnsafeRawPointer(x + places.1 * stride)
                )
                let (c, d) = (
                    UnsafeRawPointer(x + places.2 * stride),
                    UnsafeRawPointer(x + places.3 * stride)
                )
                var column = 0
                while column < bytes {
                    var sum = out.loadUnaligned(fromByteOffset: column, as: Lane.self)
                    sum += a.loadUnaligned(fromByteOffset: column, as: Lane.self) * r0
                    sum += b.loadUnaligned(fromByteOffset: column, as: Lane.self) * r1
                    sum += c.loadUnaligned(fromByteOffset: column, as: Lane.self) * r2
                    sum += d.loadUnaligned(fromByteOffset: column, as: Lane.self) * r3
                    out.storeBytes(of: sum, toByteOffset: column, as: Lane.self)
                    column += step
                }
            }
        }
    }
}
