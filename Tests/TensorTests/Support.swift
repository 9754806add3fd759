import Tensor

func engine(_ isa: InstructionSet = .best, threads: Int = 1) throws -> Engine {
    try Engine(kernels: KernelTable(isa), pool: ThreadPool(threadCount: threads))
}

/// Packs weights [outputs, inputs].
func pack(
    _ weights: [Float], outputs: Int, inputs: Int, bias: [Float]? = nil,
    precision: Precision = .fp32, pool: ThreadPool
) throws -> PackedLinear {
    func pack(_ bias: UnsafeBufferPointer<Float>?) throws -> PackedLinear {
        try weights.withUnsafeBytes {
            try PackedLinear(
                weights: $0, type: .float32, outputs: outputs, inputs: inputs, bias: bias,
                precision: precision, pool: pool)
        }
    }
    guard let bias else { return try pack(nil) }
    return try bias.withUnsafeBufferPointer { try pack($0) }
}

/// x W^T + bias in float64, and the sum of magnitudes for error bounds.
func reference(
    _ x: [Float], _ weights: [Float], bias: [Float]?, rows: Int, outputs: Int, inputs: Int
) -> (value: [Double], magnitude: [Double]) {
    var value: [Double] = []
    var magnitude: [Double] = []
    for row in 0..<rows {
        for column in 0..<outputs {
            var sum = bias.map { Double($0[column]) } ?? 0
            var size = abs(sum)
            for k in 0..<inputs {
                let product = Double(x[row * inputs + k]) * Double(weights[column * inputs + k])
                sum += product
                size += abs(product)
            }
            value.append(sum)
            magnitude.append(size)
        }
    }
    return (value, magnitude)
}

/// The bits of floats, so that -0 and NaN compare as what they are.
func bits(_ values: [Float]) -> [UInt32] { values.map(\.bitPattern) }
