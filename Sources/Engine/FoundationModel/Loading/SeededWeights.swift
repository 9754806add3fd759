internal import VigilCore
package import Weights

/// Weights that come from a seed and the tensor's name: the same on every machine and, by
/// `Tests/GoldenTests/make_vectors.py`, in Python.
///
/// Element i is SplitMix64's output number i + 1 (Steele, Lea and Flood 2014) from a state that
/// FNV-1a makes of seed and name; its upper 24 bits give a number in [-1, 1) that f32 holds
/// exactly, times a scale. Scales follow transformers' initialisation of CLIP, with two differences
/// that keep a random model honest: queries, keys and values are larger, so that attention tells
/// tokens apart, and norms and biases are not trivial.
package struct SeededWeights: WeightSource {
    private let seed: UInt64
    private let tensors: [String: ClipTensors.Tensor]

    /// Weights of Hugging Face's names for a configuration.
    package init(seed: UInt64, configuration: ClipConfiguration) {
        self.init(seed: seed, tensors: ClipTensors.list(configuration, names: .huggingFace))
    }

    /// Weights for tensors of any model.
    package init(seed: UInt64, tensors list: [ClipTensors.Tensor]) {
        self.seed = seed
        tensors = Dictionary(list.map { ($0.name, $0) }, uniquingKeysWith: { first, _ in first })
    }

    package func has(_ name: String) -> Bool { tensors[name] != nil }

    package func withFloats<Result>(
        _ name: String, shape: [Int], _ body: (UnsafeBufferPointer<Float>) -> Result
    ) throws(WeightsError) -> Result {
        guard let tensor = tensors[name] else {
            throw .missingTensor(
                name: .init(operatorProvided: name), expected: TensorEntry.text(of: shape))
        }
        guard tensor.shape == shape else {
            throw .wrongShape(
                tensor: .init(operatorProvided: name), expected: TensorEntry.text(of: shape),
                found: TensorEntry.text(of: tensor.shape))
        }
        let count = TensorEntry.count(of: shape) ?? 0
        let floats = UnsafeMutableBufferPointer<Float>.allocate(capacity: count)
        defer { floats.deallocate() }
        floats.initialize(repeating: 0)
        fill(tensor, into: floats)
        return body(UnsafeBufferPointer(floats))
    }

    /// Writes a tensor's elements.
    package func fill(_ tensor: ClipTensors.Tensor, into out: UnsafeMutableBufferPointer<Float>) {
        let (offset, deviation) = Self.scale(tensor)
        // A uniform number in [-a, a) has the deviation a / sqrt(3).
        let scale = Float(deviation * 3.0.squareRoot())
        Self.fill(name: tensor.name, seed: seed, scale: scale, into: out)
        if offset != 0 {
            for index in out.indices { out[index] += offset }
        }
    }

    /// Writes numbers in [-scale, scale) that follow from the name and the seed.
    package static func fill(
        name: String, seed: UInt64, scale: Float, into out: UnsafeMutableBufferPointer<Float>
    ) {
        let start = state(name: name, seed: seed)
        for index in out.indices {
            let state = start &+ UInt64(truncatingIfNeeded: index + 1) &* SplitMix64.step
            let bits = SplitMix64.mix(state)
            let whole = Int32(truncatingIfNeeded: bits >> 40) - (1 << 23)
            out[index] = Float(whole) * 0x1p-23 * scale
        }
    }

    /// FNV-1a of the seed's eight bytes, least first, and the name's UTF-8.
    private static func state(name: String, seed: UInt64) -> UInt64 {
        var hash: UInt64 = 0xCBF2_9CE4_8422_2325
        let bytes = (0..<8).map { UInt8(truncatingIfNeeded: seed >> ($0 * 8)) } + Array(name.utf8)
        for byte in bytes { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01B3 }
        return hash
    }

    /// Offset and standard deviation of a tensor.
    private static func scale(_ tensor: ClipTensors.Tensor) -> (offset: Float, deviation: Double) {
        switch tensor.role {
        case .token, .position, .patch, .bias: (0, 0.02)
        case .classToken: (0, 1 / Double(tensor.shape.last ?? 1).squareRoot())
        case .matrix(let inputs): (0, 1 / Double(inputs).squareRoot())
        case .widening(let inputs): (0, 1 / Double(2 * inputs).squareRoot())
        case .normScale: (1, 0.1)
        case .normShift: (0, 0.1)
        case .layerScale: (0.5, 0.2)
        case .logitScale: (2.6592, 0)
        case .logitBias: (-10, 0)
        case .convolution(let inputs): (0, (2 / Double(inputs)).squareRoot())
        }
    }
}
