package import Tensor
internal import Weights

/// Rows of a tensor that become rows of a linear layer.
package struct RowSlice {
    /// Name without the suffix of weight or bias.
    package let name: String
    /// Rows of the whole tensor.
    let tensorRows: Int
    /// Which of them.
    package let rows: Range<Int>

    /// All rows.
    package init(_ name: String, rows: Int) {
        self.name = name
        tensorRows = rows
        self.rows = 0..<rows
    }

    /// Some rows.
    package init(_ name: String, _ rows: Range<Int>, of tensorRows: Int) {
        self.name = name
        self.tensorRows = tensorRows
        self.rows = rows
    }
}

/// What the rows of a linear layer are multiplied with before they are packed, bias and all.
enum RowFactor {
    /// A tensor [rows].
    case tensor(String)
    case constant(Float)
}

/// Brings weights from their source into the engine's layouts. One thread.
///
/// Linear layers come from the packed cache when there is one: they are asked for in the same order
/// each time, which is the order of the cache.
package final class WeightLoader {
    let source: any WeightSource
    let pool: ThreadPool
    /// nil: weights are packed.
    let cache: PackedCacheReader?
    /// The layers that were packed, in order, for the cache.
    private(set) var packed: [PackedLinear] = []

    init(source: any WeightSource, pool: ThreadPool, cache: PackedCacheReader?) {
        self.source = source
        self.pool = pool
        self.cache = cache
    }

    /// Without what was packed before.
    package convenience init(source: any WeightSource, pool: ThreadPool) {
        self.init(source: source, pool: pool, cache: nil)
    }

    /// A LayerNorm with `prefix.weight` and `prefix.bias`, both [width].
    package func norm(
        _ prefix: String, width: Int, epsilon: Float
    ) throws(ModelError) -> LayerNormWeights {
        let gamma = try floats(prefix + ".weight", shape: [width])
        let beta = try floats(prefix + ".bias", shape: [width])
        return try ModelError.running { () throws(TensorError) in
            try LayerNormWeights(
                gamma: UnsafeBufferPointer(gamma.elements),
                beta: UnsafeBufferPointer(beta.elements), epsilon: epsilon)
        }
    }

    /// A copy of a tensor's elements.
    package func floats(_ name: String, shape: [Int]) throws(ModelError) -> FloatBuffer {
        let buffer = try ModelError.running { () throws(TensorError) in
            try FloatBuffer(count: TensorEntry.count(of: shape) ?? 0)
        }
        try ModelError.catching { () throws(WeightsError) in
            try source.withFloats(name, shape: shape) { floats in
                _ = buffer.elements.update(fromContentsOf: floats)
            }
        }
        return buffer
    }

    /// A linear layer from slices of one or more tensors, stacked.
    /// - Parameters:
    ///   - slices: tensors [rows, inputs], the rows of the layer in order.
    ///   - suffixes: what follows a slice's name for weights and for bias; nil: no bias.
    ///   - inputs: columns, the product of `innerShape`.
    ///   - innerShape: the sizes of a row as the file has them; nil: [inputs].
    ///   - factor: of each row.
    func linear(
        _ slices: [RowSlice], suffixes: (weight: String, bias: String?), inputs: Int,
        innerShape: [Int]? = nil, factor: RowFactor? = nil, precision: Precision
    ) throws(ModelError) -> PackedLinear {
        let outputs = slices.reduce(0) { $0 + $1.rows.count }
        if let cache {
            return try cache.next(outputs: outputs, inputs: inputs, precision: precision)
        }
        var bias: FloatBuffer?
        if let suffix = suffixes.bias {
            bias = try stacked(slices, suffix: suffix, outputs: outputs, shape: [], width: 1)
        }
        let shape = innerShape ?? [inputs]
        let name = { (slice: RowSlice) in slice.name + suffixes.weight }
        guard slices.count == 1, factor == nil else {
            let rows = try stacked(
                slices, suffix: suffixes.weight, outputs: outputs, shape: shape, width: inputs)
            if let factor { try scale(rows, bias, by: factor, outputs: outputs, inputs: inputs) }
            return try pack(
                UnsafeBufferPointer(rows.elements), bias, outputs, inputs, precision)
        }
        let slice = slices[0]
        let result = try ModelError.catching { () throws(WeightsError) in
            try source.withFloats(name(slice), shape: [slice.tensorRows] + shape) {
                floats -> Result<PackedLinear, ModelError> in
                let range = slice.rows.lowerBound * inputs..<slice.rows.upperBound * inputs
                let rows = UnsafeBufferPointer(rebasing: floats[range])
                do throws(ModelError) {
                    return .success(try pack(rows, bias, outputs, inputs, precision))
                } catch { return .failure(error) }
            }
        }
        return try result.get()
    }

    private func scale(
        _ rows: FloatBuffer, _ bias: FloatBuffer?, by factor: RowFactor, outputs: Int, inputs: Int
    ) throws(ModelError) {
        var factors: FloatBuffer?
        var constant: Float = 1
        switch factor {
        case .tensor(let name): factors = try floats(name, shape: [outputs])
        case .constant(let value): constant = value
        }
        for row in 0..<outputs {
            let factor = factors?.elements[row] ?? constant
            for index in row * inputs..<(row + 1) * inputs { rows.elements[index] *= factor }
            if let bias { bias.elements[row] *= factor }
        }
    }

    /// A layer whose whole names are known; `isTransposed`: the file has [inputs, outputs], and
    /// there is no bias.
    func projection(
        _ name: String, bias: String? = nil, outputs: Int, inputs: Int, isTransposed: Bool,
        precision: Precision
    ) throws(ModelError) -> PackedLinear {
        guard isTransposed, cache == nil else {
            let prefix = bias.map { Self.commonPrefix(name, $0) } ?? name
            return try linear(
                [RowSlice(prefix, rows: outputs)],
                suffixes: (
                    String(name.dropFirst(prefix.count)),
                    bias.map { String($0.dropFirst(prefix.count)) }
                ), inputs: inputs, precision: precision)
        }
        let stored = try floats(name, shape: [inputs, outputs])
        let turned = try ModelError.running { () throws(TensorError) in
            try FloatBuffer(count: inputs * outputs)
        }
        for row in 0..<outputs {
            for column in 0..<inputs {
                turned.elements[row * inputs + column] = stored.elements[column * outputs + row]
            }
        }
        return try pack(UnsafeBufferPointer(turned.elements), nil, outputs, inputs, precision)
    }

    private static func commonPrefix(_ a: String, _ b: String) -> String {
        String(zip(a, b).prefix { $0 == $1 }.map(\.0))
    }

    /// Slices of tensors one below the other, [outputs, width].
    package func stacked(
        _ slices: [RowSlice], suffix: String, outputs: Int, shape: [Int], width: Int
    ) throws(ModelError) -> FloatBuffer {
        let buffer = try ModelError.running { () throws(TensorError) in
            try FloatBuffer(count: outputs * width)
        }
        var row = 0
        for slice in slices {
            try ModelError.catching { () throws(WeightsError) in
                try source.withFloats(slice.name + suffix, shape: [slice.tensorRows] + shape) {
                    floats in
                    let from = floats[
                        slice.rows.lowerBound * width..<slice.rows.upperBound * width]
                    let to = row * width..<(row + slice.rows.count) * width
                    _ = UnsafeMutableBufferPointer(rebasing: buffer.elements[to])
                        .update(fromContentsOf: from)
                }
            }
            row += slice.rows.count
        }
        return buffer
    }

    func pack(
        _ rows: UnsafeBufferPointer<Float>, _ bias: FloatBuffer?, _ outputs: Int, _ inputs: Int,
        _ precision: Precision
    ) throws(ModelError) -> PackedLinear {
        let layer = try ModelError.running { () throws(TensorError) in
            try PackedLinear(
                weights: UnsafeRawBufferPointer(rows), type: .float32, outputs: outputs,
                inputs: inputs, bias: bias.map { UnsafeBufferPointer($0.elements) },
                precision: precision, pool: pool)
        }
        packed.append(layer)
        return layer
    }
}
