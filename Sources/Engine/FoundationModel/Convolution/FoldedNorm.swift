internal import Tensor
internal import VigilCore
internal import Weights

/// A batch norm of a trained model: x * factor + shift of each channel.
struct FoldedNorm {
    let factor: FloatBuffer
    let shift: FloatBuffer

    /// Added to the variance, by all published models of the families here.
    static let epsilon: Float = 1e-5
    /// What follows a batch norm's prefix.
    static let suffixes = [".weight", ".bias", ".running_mean", ".running_var"]

    /// The norm as an operation of its own, with the ReLU behind it.
    func scale() throws(ModelError) -> ChannelScale {
        try ModelError.running { () throws(TensorError) in
            try ChannelScale(
                scale: UnsafeBufferPointer(factor.elements),
                shift: UnsafeBufferPointer(shift.elements))
        }
    }
}

/// A convolution as a model file has it.
struct ConvolutionName {
    /// Of the weights, [outputs, channels, kernel…].
    let weights: String
    /// Prefix of the batch norm behind it; nil: none.
    let norm: String?
    let outputs: Int
    let channels: Int
    /// The kernel's sides: two or three.
    let kernel: [Int]
    /// Whether all channels see the same grey values; they are added up into one.
    var isGrey = false

    var shape: [Int] { [outputs, channels] + kernel }
    var taps: Int { kernel.reduce(1, *) }
    /// Inputs of an output as the engine takes them.
    var inputs: Int { isGrey ? taps : taps * channels }

    /// The tensors that there must be.
    var tensors: [ClipTensors.Tensor] {
        let weights = ClipTensors.Tensor(
            name: weights, shape: shape, role: .convolution(inputs: taps * channels))
        return [weights] + (norm.map { Self.norm($0, outputs) } ?? [])
    }

    static func norm(_ prefix: String, _ channels: Int) -> [ClipTensors.Tensor] {
        FoldedNorm.suffixes.map { suffix in
            let isFactor = suffix == ".weight" || suffix == ".running_var"
            return ClipTensors.Tensor(
                name: prefix + suffix, shape: [channels], role: isFactor ? .normScale : .normShift)
        }
    }
}

extension WeightLoader {
    /// A batch norm with the tensors `prefix.weight`, `.bias`, `.running_mean`, `.running_var`.
    func batchNorm(_ prefix: String, channels: Int) throws(ModelError) -> FoldedNorm {
        var parts: [FloatBuffer] = []
        for suffix in FoldedNorm.suffixes {
            parts.append(try floats(prefix + suffix, shape: [channels]))
        }
        let (gamma, beta, mean, variance) = (parts[0], parts[1], parts[2], parts[3])
        for channel in 0..<channels {
            let deviation = (variance.elements[channel] + FoldedNorm.epsilon).squareRoot()
            let factor = gamma.elements[channel] / deviation
            let shift = beta.elements[channel] - mean.elements[channel] * factor
            guard factor.isFinite, shift.isFinite else {
                throw .weights(
                    .notFinite(
                        tensor: SafeText(operatorProvided: prefix + ".running_var"),
                        index: channel))
            }
            gamma.elements[channel] = factor
            beta.elements[channel] = shift
        }
        return FoldedNorm(factor: gamma, shift: beta)
    }

    /// A convolution with the batch norm behind it, as one matrix.
    func convolution(
        _ name: ConvolutionName, precision: Precision
    ) throws(ModelError) -> PackedLinear {
        if let cache {
            return try cache.next(
                outputs: name.outputs, inputs: name.inputs, precision: precision)
        }
        let norm = try name.norm.map { (norm) throws(ModelError) in
            try batchNorm(norm, channels: name.outputs)
        }
        let (ones, turned) = try ModelError.running { () throws(TensorError) in
            (
                try FloatBuffer(count: name.outputs),
                try FloatBuffer(count: name.outputs * name.inputs)
            )
        }
        ones.elements.update(repeating: 1)
        let factor = norm?.factor ?? ones
        let result = try ModelError.catching { () throws(WeightsError) in
            try source.withFloats(name.weights, shape: name.shape) {
                floats -> Result<Void, ModelError> in
                Result { () throws(ModelError) in
                    try ModelError.running { () throws(TensorError) in
                        try Engine.channelsLast(
                            floats, factor: UnsafeBufferPointer(factor.elements),
                            channels: name.channels, taps: name.taps, isGrey: name.isGrey,
                            into: turned.elements)
                    }
                }
            }
        }
        try result.get()
        return try pack(
            UnsafeBufferPointer(turned.elements), norm?.shift, name.outputs, name.inputs,
            precision)
    }
}
