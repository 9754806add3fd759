internal import Imaging
internal import Tensor
internal import VigilCore

/// The score of one label of a head for one image.
package struct HeadScore: Sendable, Hashable {
    /// Index of the head among the model's heads.
    package let head: Int
    /// Index of the label among the head's.
    package let label: Int
    /// The label's code.
    package let code: String
    /// The calibrated logit.
    package let logit: Float
    /// 0…1, after calibration.
    package let probability: Float
}

/// A linear probe or MLP, ready to run on the embeddings of one encoder. All arithmetic is fp32, so
/// that the bits are the same on every processor and in every batch.
package struct AdapterHead: Sendable {
    /// What it is.
    package let identity: AdapterIdentity
    /// Its outputs.
    package let labels: [AdapterLabel]
    private let layers: [PackedLinear]
    private let activation: HeadActivation?
    private let isSoftmax: Bool
    private let engine: Engine

    /// Packs a head for an encoder.
    /// - Throws: ``ModelError/badAdapter(file:what:expected:found:)`` when it was made for another
    ///   width, preprocessing or set of merged adapters.
    package init(_ adapter: HeadAdapter, for model: any PixelEncoder) throws(ModelError) {
        try adapter.metadata.check(model, width: adapter.width)
        identity = adapter.identity
        labels = adapter.labels
        activation = adapter.metadata.head.activation
        isSoftmax = adapter.metadata.head.output == .softmax
        engine = model.engine
        var packed: [PackedLinear] = []
        for layer in adapter.layers {
            packed.append(
                try ModelError.running { () throws(TensorError) in
                    try Self.pack(layer, pool: model.engine.pool)
                })
        }
        layers = packed
    }

    private static func pack(
        _ layer: HeadAdapter.Layer, pool: ThreadPool
    ) throws(TensorError) -> PackedLinear {
        let result = layer.weight.elements.withUnsafeBytes { weights in
            (layer.bias?.elements ?? []).withUnsafeBufferPointer { bias in
                Result { () throws(TensorError) in
                    try PackedLinear(
                        weights: weights, type: .float32, outputs: layer.weight.shape[0],
                        inputs: layer.weight.shape[1], bias: layer.bias == nil ? nil : bias,
                        precision: .fp32, pool: pool)
                }
            }
        }
        return try result.get()
    }

    /// Scores of embeddings.
    /// - Parameters:
    ///   - embeddings: [count, width] f32, borrowed for the call.
    ///   - index: of this head among the model's.
    /// - Returns: for each embedding one score a label, in order.
    package func scores(
        _ embeddings: UnsafeBufferPointer<Float>, count: Int, index: Int
    ) throws(ModelError) -> [[HeadScore]] {
        let width = layers.first?.inputs ?? 0
        try BufferSize.check("embeddings", expected: (count, width), found: embeddings.count)
        var logits = try run(embeddings, count: count)
        let size = labels.count
        return logits.withUnsafeMutableBufferPointer { logits in
            (0..<count).map { row in
                guard let base = logits.baseAddress else { return [] }
                return scores(base + row * size, index: index)
            }
        }
    }

    private func run(
        _ embeddings: UnsafeBufferPointer<Float>, count: Int
    ) throws(ModelError) -> [Float] {
        var from = Array(embeddings)
        for (index, layer) in layers.enumerated() {
            let isLast = index == layers.count - 1
            let epilogue = isLast ? LinearEpilogue() : activation?.epilogue ?? LinearEpilogue()
            var to = [Float](repeating: 0, count: count * layer.outputs)
            let result = from.withUnsafeBufferPointer { from in
                to.withUnsafeMutableBufferPointer { to in
                    Result { () throws(TensorError) in
                        guard let x = from.baseAddress, let out = to.baseAddress else { return }
                        try engine.linear(
                            x, weights: layer, epilogue: epilogue, into: out, rows: count)
                        if !isLast { activation?.finish(out, count: to.count) }
                    }
                }
            }
            do throws(TensorError) { try result.get() } catch { throw .tensor(error) }
            from = to
        }
        return from
    }

    /// A label's calibrated logit as a linear function of the embedding; nil of an MLP.
    func linearRow(_ label: Int) throws(ModelError) -> LinearRow? {
        guard layers.count == 1, let layer = layers.first else { return nil }
        let matrix = try ModelError.running { () throws(TensorError) in
            try EffectiveMatrix(layer, engine: engine)
        }
        var pick = [Double](repeating: 0, count: matrix.outputs)
        pick[label] = Double(labels[label].slope)
        return LinearRow(
            direction: matrix.pulledBack(pick),
            bias: matrix.biasShare(pick) + Double(labels[label].intercept))
    }

    /// Scores of one row of logits, which are calibrated in place.
    private func scores(_ logits: UnsafeMutablePointer<Float>, index: Int) -> [HeadScore] {
        for (place, label) in labels.enumerated() {
            logits[place] = label.slope * logits[place] + label.intercept
        }
        var shares = Array(UnsafeBufferPointer(start: logits, count: labels.count))
        if isSoftmax {
            shares.withUnsafeMutableBufferPointer { shares in
                guard let base = shares.baseAddress else { return }
                engine.softmax(base, rows: 1, width: shares.count)
            }
        }
        return labels.indices.map { place in
            let probability = isSoftmax ? shares[place] : sigmoid(logits[place])
            return HeadScore(
                head: index, label: place, code: labels[place].code, logit: logits[place],
                probability: probability)
        }
    }

    /// A sigmoid of x is the softmax's first share of (x, 0).
    private func sigmoid(_ x: Float) -> Float {
        var pair: [Float] = [x, 0]
        pair.withUnsafeMutableBufferPointer { pair in
            if let base = pair.baseAddress { engine.softmax(base, rows: 1, width: 2) }
        }
        return pair[0]
    }
}
