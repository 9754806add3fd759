internal import Tensor

/// A linear layer as its kernel applies it: read off what it makes of the unit vectors, so that the
/// numbers are those of its precision and of what was merged into it.
struct EffectiveMatrix: Sendable {
    let inputs: Int
    let outputs: Int
    /// [inputs, outputs], with the bias in each row.
    private let columns: FloatBuffer
    /// [outputs].
    private let bias: FloatBuffer

    init(_ layer: PackedLinear, engine: Engine) throws(TensorError) {
        (inputs, outputs) = (layer.inputs, layer.outputs)
        columns = try FloatBuffer(count: inputs * outputs)
        bias = try FloatBuffer(count: outputs)
        // Some unit vectors at a time, which keeps the memory small.
        let step = min(64, inputs)
        let unit = try FloatBuffer(count: step * inputs)
        try engine.linear(unit.base, weights: layer, into: bias.base, rows: 1)
        for first in stride(from: 0, to: inputs, by: step) {
            let rows = min(step, inputs - first)
            for row in 0..<rows { unit.base[row * inputs + first + row] = 1 }
            try engine.linear(
                unit.base, weights: layer, into: columns.base + first * outputs, rows: rows)
            for row in 0..<rows { unit.base[row * inputs + first + row] = 0 }
        }
    }

    /// What a direction over the outputs is over the inputs, bias apart: its product with the
    /// matrix.
    func pulledBack(_ direction: [Double]) -> [Double] {
        (0..<inputs).map { input in
            let row = columns.base + input * outputs
            var sum = 0.0
            for output in 0..<outputs {
                sum += direction[output] * (Double(row[output]) - Double(bias.base[output]))
            }
            return sum
        }
    }

    /// A direction's product with the bias.
    func biasShare(_ direction: [Double]) -> Double {
        var sum = 0.0
        for output in 0..<outputs { sum += direction[output] * Double(bias.base[output]) }
        return sum
    }

    /// The outputs for a vector.
    func applied(_ x: [Double]) -> [Double] {
        var out = (0..<outputs).map { Double(bias.base[$0]) }
        for input in 0..<inputs {
            let row = columns.base + input * outputs
            for output in 0..<outputs {
                out[output] += x[input] * (Double(row[output]) - Double(bias.base[output]))
            }
        }
        return out
    }
}
