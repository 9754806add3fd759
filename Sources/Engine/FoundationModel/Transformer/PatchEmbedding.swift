internal import Tensor

/// Images to tokens: a matrix product for each patch, positions added, class token and registers in
/// front.
///
/// images: [count, channels, size, size] f32; tokens: [count * tokens, width].
struct PatchEmbedding: Sendable {
    private let configuration: VisionConfiguration
    private let patches: PackedLinear
    /// The tokens in front, the class token with its position, [leadingTokens, width].
    private let leading: FloatBuffer
    /// [patches, width].
    private let positions: FloatBuffer

    init(
        _ loader: WeightLoader, names: VisionNames, configuration: VisionConfiguration,
        precision: Precision
    ) throws(ModelError) {
        let width = configuration.encoder.width
        self.configuration = configuration
        patches = try Self.patches(loader, names, configuration, precision: precision)
        let ones = [Int](repeating: 1, count: names.leadingOnes)
        let stored = try loader.floats(
            names.positions, shape: ones + [configuration.storedPositions, width])
        (leading, positions) = try ModelError.running { () throws(TensorError) in
            (
                try FloatBuffer(count: configuration.leadingTokens * width),
                try FloatBuffer(count: configuration.patches * width)
            )
        }
        var grid = UnsafePointer(stored.base)
        if let name = names.classToken {
            let shape = names.leadingOnes > 0 ? ones + [1, width] : [width]
            let token = try loader.floats(name, shape: shape)
            for column in 0..<width {
                leading.elements[column] = token.elements[column] + stored.elements[column]
            }
            grid += width
        }
        if let name = names.registers {
            let tokens = try loader.floats(name, shape: ones + [configuration.registers, width])
            (leading.base + width).update(from: tokens.base, count: configuration.registers * width)
        }
        PositionGrid.resample(
            grid, side: configuration.trainedSize / configuration.patchSize, into: positions.base,
            newSide: configuration.patchesPerSide, width: width, configuration.resampling)
    }

    private static func patches(
        _ loader: WeightLoader, _ names: VisionNames, _ configuration: VisionConfiguration,
        precision: Precision
    ) throws(ModelError) -> PackedLinear {
        let prefix =
            names.patchBias == nil
            ? names.patchEmbedding : String(names.patchEmbedding.dropLast(".weight".count))
        return try loader.linear(
            [RowSlice(prefix, rows: configuration.encoder.width)],
            suffixes: names.patchBias == nil ? ("", nil) : (".weight", ".bias"),
            inputs: configuration.patchPixels,
            innerShape: [configuration.channels, configuration.patchSize, configuration.patchSize],
            precision: precision)
    }

    /// Writes the tokens of `count` images to `activations.x`.
    func run(
        _ images: UnsafePointer<Float>, count: Int, _ activations: Activations, engine: Engine
    ) throws(TensorError) {
        let width = configuration.encoder.width
        try engine.patchify(
            images, count: count, channels: configuration.channels, size: configuration.imageSize,
            patch: configuration.patchSize, into: activations.fused)
        let leadingCount = configuration.leadingTokens * width
        for image in 0..<count {
            let out = activations.x + activations.append(tokens: configuration.tokens) * width
            out.update(from: leading.base, count: leadingCount)
            try engine.linear(
                activations.fused + image * configuration.patches * configuration.patchPixels,
                weights: patches, epilogue: LinearEpilogue(adding: positions.base),
                into: out + leadingCount, rows: configuration.patches)
        }
    }
}
