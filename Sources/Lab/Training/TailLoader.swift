internal import FoundationModel
internal import Tensor
internal import VigilCore

/// Brings the weights of a tower's last layers into the form that training needs.
struct TailLoader {
    let loader: WeightLoader
    let engine: Engine
    /// Rows of one pass, all sequences together.
    let rows: Int
    /// Sequences of one pass.
    let sequences: Int
    /// What a product of two matrices is multiplied with.
    let scale: Float

    /// A matrix from slices of one or more tensors, stacked.
    /// - Parameters:
    ///   - factors: of each row.
    ///   - layout: gets the matrix's additions; nil: it stays as it is.
    func linear(
        _ slices: [RowSlice], suffixes: (weight: String, bias: String?), inputs: Int,
        factors: FloatBuffer? = nil, layout: inout ParameterLayout?
    ) throws(ModelError) -> AdaptedLinear {
        let modules = slices.map { slice in
            (name: Self.module(slice.name + suffixes.weight), rows: slice.rows.count)
        }
        let parts = layout?.add(modules: modules, inputs: inputs) ?? []
        let outputs = slices.reduce(0) { $0 + $1.rows.count }
        let weights = try loader.stacked(
            slices, suffix: suffixes.weight, outputs: outputs, shape: [inputs], width: inputs)
        var bias: FloatBuffer?
        if let suffix = suffixes.bias {
            bias = try loader.stacked(slices, suffix: suffix, outputs: outputs, shape: [], width: 1)
        }
        let shift = bias
        return try ModelError.running { () throws(TensorError) in
            try AdaptedLinear(
                weights: weights, bias: shift, outputs: outputs, inputs: inputs, factors: factors,
                parts: parts, scale: scale, engine: engine)
        }
    }

    /// A projection whose whole name is known, which stays as it is.
    func projection(
        _ name: String, bias: String?, outputs: Int, inputs: Int, isTransposed: Bool
    ) throws(ModelError) -> AdaptedLinear {
        let stored = try loader.floats(
            name, shape: isTransposed ? [inputs, outputs] : [outputs, inputs])
        var weights = stored
        if isTransposed {
            weights = try floats(outputs * inputs)
            for row in 0..<outputs {
                for column in 0..<inputs {
                    weights.base[row * inputs + column] = stored.base[column * outputs + row]
                }
            }
        }
        var shift: FloatBuffer?
        if let bias { shift = try loader.floats(bias, shape: [outputs]) }
        return try ModelError.running { () throws(TensorError) in
            try AdaptedLinear(
                weights: weights, bias: shift, outputs: outputs, inputs: inputs, engine: engine)
        }
    }

    func norm(
        _ prefix: String, _ encoder: EncoderConfiguration
    ) throws(ModelError) -> LayerNormWeights {
        try loader.norm(prefix, width: encoder.width, epsilon: encoder.epsilon)
    }

    /// Memory for a pass.
    func floats(_ count: Int) throws(ModelError) -> FloatBuffer {
        try ModelError.running { () throws(TensorError) in try FloatBuffer(count: count) }
    }

    /// The module that a tensor's name belongs to.
    private static func module(_ tensor: String) -> String {
        for suffix in LoraAdapter.tensorSuffixes where tensor.hasSuffix(suffix) {
            return String(tensor.dropLast(suffix.count))
        }
        return tensor
    }
}
