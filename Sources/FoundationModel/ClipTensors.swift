/// The tensors of a CLIP model: which there must be, of which shape.
package enum ClipTensors {
    /// What a tensor is for, which decides the scale of generated weights.
    package enum Role: Sendable, Hashable {
        case token
        case position
        case classToken
        case patch
        /// A matrix with this many inputs.
        case matrix(inputs: Int)
        /// The first feed-forward matrix with this many inputs.
        case widening(inputs: Int)
        case bias
        case normScale
        case normShift
        case logitScale
    }

    /// One tensor.
    package struct Tensor: Sendable, Hashable {
        package let name: String
        package let shape: [Int]
        package let role: Role
    }

    /// All tensors, the vision tower first, in the order of the computation.
    package static func list(
        _ configuration: ClipConfiguration, names: WeightNames
    ) -> [Tensor] {
        let vision = configuration.vision
        let text = configuration.text
        let (width, textWidth) = (vision.encoder.width, text.encoder.width)
        var tensors = [
            Tensor(name: names.classToken, shape: [width], role: .classToken),
            Tensor(
                name: names.patchEmbedding,
                shape: [width, vision.channels, vision.patchSize, vision.patchSize], role: .patch),
            Tensor(name: names.visionPositions, shape: [vision.tokens, width], role: .position),
        ]
        tensors += norm(names.visionFirstNorm, width)
        tensors += layers(names.visionLayer, vision.encoder)
        tensors += norm(names.visionLastNorm, width)
        tensors.append(
            projection(
                names.visionProjection, configuration.embeddingWidth, width, names))
        tensors += [
            Tensor(
                name: names.tokenEmbedding, shape: [text.vocabularySize, textWidth], role: .token),
            Tensor(
                name: names.textPositions, shape: [text.contextLength, textWidth], role: .position),
        ]
        tensors += layers(names.textLayer, text.encoder)
        tensors += norm(names.textLastNorm, textWidth)
        tensors.append(
            projection(names.textProjection, configuration.embeddingWidth, textWidth, names))
        tensors.append(Tensor(name: names.logitScale, shape: [], role: .logitScale))
        return tensors
    }

    private static func projection(
        _ name: String, _ outputs: Int, _ inputs: Int, _ names: WeightNames
    ) -> Tensor {
        let shape = names.projectionsAreTransposed ? [inputs, outputs] : [outputs, inputs]
        return Tensor(name: name, shape: shape, role: .matrix(inputs: inputs))
    }

    private static func norm(_ prefix: String, _ width: Int) -> [Tensor] {
        [
            Tensor(name: prefix + ".weight", shape: [width], role: .normScale),
            Tensor(name: prefix + ".bias", shape: [width], role: .normShift),
        ]
    }

    private static func layers(
        _ names: WeightNames.Layer, _ encoder: EncoderConfiguration
    ) -> [Tensor] {
        let (width, hidden) = (encoder.width, encoder.hiddenWidth)
        return (0..<encoder.layers).flatMap { index -> [Tensor] in
            let layer = names.numbered(index)
            var tensors = norm(layer.norms[0], width) + norm(layer.norms[1], width)
            let parts = layer.queryKeyValue
            for part in parts {
                let rows = 3 * width / parts.count
                tensors += linear(
                    (part + layer.queryKeyValueSuffixes[0], part + layer.queryKeyValueSuffixes[1]),
                    rows, .matrix(inputs: width), width)
            }
            let output = layer.attentionOutput
            let (first, second) = (layer.feedForward[0], layer.feedForward[1])
            tensors += linear(
                (output + ".weight", output + ".bias"), width, .matrix(inputs: width), width)
            tensors += linear(
                (first + ".weight", first + ".bias"), hidden, .widening(inputs: width), width)
            tensors += linear(
                (second + ".weight", second + ".bias"), width, .matrix(inputs: hidden), hidden)
            return tensors
        }
    }

    private static func linear(
        _ names: (String, String), _ outputs: Int, _ role: Role, _ inputs: Int
    ) -> [Tensor] {
        [
            Tensor(name: names.0, shape: [outputs, inputs], role: role),
            Tensor(name: names.1, shape: [outputs], role: .bias),
        ]
    }
}
