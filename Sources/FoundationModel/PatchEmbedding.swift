internal import Tensor

/// Images to tokens: a matrix product for each patch, the class token in front, positions added.
///
/// images: [count, channels, size, size] f32; tokens: [count * (patches + 1), width].
struct PatchEmbedding: Sendable {
    private let configuration: VisionConfiguration
    private let patches: PackedLinear
    /// The class token with its position, [width].
    private let classToken: FloatBuffer
    /// [patches + 1, width]; the first row is the class token's.
    private let positions: FloatBuffer

    init(
        _ loader: WeightLoader, names: WeightNames, configuration: VisionConfiguration,
        precision: Precision
    ) throws(ModelError) {
        let width = configuration.encoder.width
        self.configuration = configuration
        patches = try loader.linear(
            [RowSlice(names.patchEmbedding, rows: width)], suffixes: ("", nil),
            inputs: configuration.patchPixels,
            innerShape: [configuration.channels, configuration.patchSize, configuration.patchSize],
            precision: precision)
        classToken = try loader.floats(names.classToken, shape: [width])
        positions = try loader.floats(
            names.visionPositions, shape: [configuration.tokens, width])
        for column in 0..<width {
            classToken.elements[column] += positions.elements[column]
        }
    }

    /// Writes the tokens of `count` images to `activations.x`.
    func run(
        _ images: UnsafePointer<Float>, count: Int, _ activations: Activations, engine: Engine
    ) throws(TensorError) {
        let width = configuration.encoder.width
        try engine.patchify(
            images, count: count, channels: configuration.channels,
            height: configuration.imageSize, width: configuration.imageSize,
            patch: configuration.patchSize, into: activations.fused)
        for image in 0..<count {
            let out = activations.x + activations.append(tokens: configuration.tokens) * width
            out.update(from: classToken.base, count: width)
            try engine.linear(
                activations.fused + image * configuration.imagePixels, weights: patches,
                epilogue: LinearEpilogue(adding: positions.base + width), into: out + width,
                rows: configuration.patches)
        }
    }
}
