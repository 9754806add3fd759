/// The tensors of a model: which there must be, of which shape.
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
        /// Factors on the columns of a residual branch.
        case layerScale
        case logitScale
        case logitBias
        /// Of a convolution before a ReLU, with as many inputs a position.
        case convolution(inputs: Int)
    }

    /// One tensor.
    package struct Tensor: Sendable, Hashable {
        package let name: String
        package let shape: [Int]
        package let role: Role
    }

    /// All tensors of a CLIP model, the vision tower first, in the order of the computation.
    package static func list(
        _ configuration: ClipConfiguration, names: WeightNames
    ) -> [Tensor] {
        list(configuration, names: names.pair)
    }

    /// All tensors of a model of two towers.
    package static func list(_ configuration: ClipConfiguration, names: TwoTowerNames) -> [Tensor] {
        var tensors = vision(configuration.vision, configuration.visionHead, names.vision)
        tensors += text(configuration.text, configuration.textHead, names.text)
        tensors.append(Tensor(name: names.logitScale, shape: names.logitShape, role: .logitScale))
        if let bias = names.logitBias {
            tensors.append(Tensor(name: bias, shape: names.logitShape, role: .logitBias))
        }
        return tensors
    }

    /// All tensors of a vision tower.
    package static func vision(
        _ vision: VisionConfiguration, _ head: HeadConfiguration, _ names: VisionNames
    ) -> [Tensor] {
        let width = vision.encoder.width
        let ones = [Int](repeating: 1, count: names.leadingOnes)
        var tensors: [Tensor] = []
        if let name = names.classToken {
            let shape = names.leadingOnes > 0 ? ones + [1, width] : [width]
            tensors.append(Tensor(name: name, shape: shape, role: .classToken))
        }
        if let name = names.registers {
            tensors.append(
                Tensor(name: name, shape: ones + [vision.registers, width], role: .classToken))
        }
        tensors.append(
            Tensor(
                name: names.patchEmbedding,
                shape: [width, vision.channels, vision.patchSize, vision.patchSize], role: .patch))
        if let name = names.patchBias {
            tensors.append(Tensor(name: name, shape: [width], role: .bias))
        }
        tensors.append(
            Tensor(
                name: names.positions, shape: ones + [vision.storedPositions, width],
                role: .position))
        tensors += names.firstNorm.map { norm($0, width) } ?? []
        tensors += layers(names.layer, vision.encoder)
        tensors += norm(names.lastNorm, width)
        if let pool = names.attentionPool { tensors += attentionPool(pool, vision.encoder) }
        return tensors + matrices(head, names.head, inputs: width)
    }

    /// All tensors of a text tower.
    package static func text(
        _ text: TextConfiguration, _ head: HeadConfiguration, _ names: TextNames
    ) -> [Tensor] {
        let width = text.encoder.width
        var tensors = [
            Tensor(name: names.tokens, shape: [text.vocabularySize, width], role: .token),
            Tensor(name: names.positions, shape: [text.positions, width], role: .position),
        ]
        if let name = names.types {
            tensors.append(Tensor(name: name, shape: [text.tokenTypes, width], role: .position))
        }
        tensors += names.firstNorm.map { norm($0, width) } ?? []
        tensors += layers(names.layer, text.encoder)
        tensors += names.lastNorm.map { norm($0, width) } ?? []
        return tensors + matrices(head, names.head, inputs: width)
    }
}

extension ClipTensors {
    private static func matrices(
        _ head: HeadConfiguration, _ names: HeadNames, inputs: Int
    ) -> [Tensor] {
        var tensors: [Tensor] = []
        var inputs = inputs
        for (index, (name, outputs)) in zip(names.weights, head.widths).enumerated() {
            let shape = names.isTransposed ? [inputs, outputs] : [outputs, inputs]
            tensors.append(Tensor(name: name, shape: shape, role: .matrix(inputs: inputs)))
            if head.hasBias, index < names.biases.count {
                tensors.append(Tensor(name: names.biases[index], shape: [outputs], role: .bias))
            }
            inputs = outputs
        }
        return tensors
    }

    private static func norm(_ prefix: String, _ width: Int) -> [Tensor] {
        [
            Tensor(name: prefix + ".weight", shape: [width], role: .normScale),
            Tensor(name: prefix + ".bias", shape: [width], role: .normShift),
        ]
    }

    private static func attentionPool(
        _ names: AttentionPoolNames, _ encoder: EncoderConfiguration
    ) -> [Tensor] {
        let (width, hidden) = (encoder.width, encoder.hiddenWidth)
        let fused = names.queryKeyValueSuffixes.map { names.queryKeyValue + $0 }
        return [Tensor(name: names.probe, shape: [1, 1, width], role: .classToken)]
            + linear((fused[0], fused[1]), 3 * width, .matrix(inputs: width), width)
            + linear(named(names.output), width, .matrix(inputs: width), width)
            + norm(names.norm, width)
            + linear(named(names.feedForward[0]), hidden, .widening(inputs: width), width)
            + linear(named(names.feedForward[1]), width, .matrix(inputs: hidden), hidden)
    }

    private static func layers(
        _ names: WeightNames.Layer, _ encoder: EncoderConfiguration
    ) -> [Tensor] {
        let (width, hidden) = (encoder.width, encoder.hiddenWidth)
        return (0..<encoder.layers).flatMap { index -> [Tensor] in
            let layer = names.numbered(index)
            var tensors = norm(layer.norms[0], width) + norm(layer.norms[1], width)
            for part in layer.queryKeyValue {
                let rows = 3 * width / layer.queryKeyValue.count
                let names = layer.queryKeyValueSuffixes.map { part + $0 }
                let both = linear((names[0], names[1]), rows, .matrix(inputs: width), width)
                tensors += encoder.hasQueryKeyValueBias ? both : [both[0]]
            }
            let (first, second) = (layer.feedForward[0], layer.feedForward[1])
            tensors += linear(named(layer.attentionOutput), width, .matrix(inputs: width), width)
            tensors += linear(
                named(first), encoder.isGated ? 2 * hidden : hidden, .widening(inputs: width),
                width)
            tensors += linear(named(second), width, .matrix(inputs: hidden), hidden)
            tensors += layer.scales.map { Tensor(name: $0, shape: [width], role: .layerScale) }
            return tensors
        }
    }

    private static func named(_ prefix: String) -> (String, String) {
        (prefix + ".weight", prefix + ".bias")
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
