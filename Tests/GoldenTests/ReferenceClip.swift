import FoundationModel
import Glibc
import Tensor
import Weights

/// CLIP in plain double-precision loops, one sequence at a time: the model's executable description
/// and the twin that the engine is tested against. Slow.
struct ReferenceClip {
    private let source: any WeightSource
    private let configuration: ClipConfiguration
    private let names: WeightNames

    /// Hidden states: one row of numbers a token.
    private typealias Rows = [[Double]]

    /// - Parameter names: how the source names its tensors.
    init(
        source: any WeightSource, configuration: ClipConfiguration,
        names: WeightNames = .huggingFace
    ) {
        self.source = source
        self.configuration = configuration
        self.names = names
    }

    /// Encodes one image, [channels, size, size], to a unit vector.
    func encode(image: [Float]) throws(WeightsError) -> [Float] {
        let vision = configuration.vision
        let (size, patch) = (vision.imageSize, vision.patchSize)
        let kernel = try tensor(
            names.patchEmbedding,
            [vision.encoder.width, vision.channels, patch, patch])
        let positions = try tensor(names.visionPositions, [vision.tokens, vision.encoder.width])
        var rows: Rows = [try tensor(names.classToken, [vision.encoder.width])]
        for top in stride(from: 0, to: size, by: patch) {
            for left in stride(from: 0, to: size, by: patch) {
                var pixels: [Double] = []
                for channel in 0..<vision.channels {
                    for row in top..<top + patch {
                        let start = (channel * size + row) * size + left
                        pixels += image[start..<start + patch].map { Double($0) }
                    }
                }
                rows.append(product(pixels, kernel, outputs: vision.encoder.width))
            }
        }
        for token in rows.indices {
            for column in rows[token].indices {
                rows[token][column] += positions[token * vision.encoder.width + column]
            }
            rows[token] = try norm(rows[token], names.visionNorms[0], vision.encoder)
        }
        try layers(&rows, names.visionLayer, vision.encoder, isCausal: false)
        let pooled = try norm(rows[0], names.visionNorms[1], vision.encoder)
        return try projected(pooled, names.projections[0])
    }

    /// Encodes one token sequence to a unit vector; zeros when it has no end token.
    func encode(tokens: [Int32]) throws(WeightsError) -> [Float] {
        let text = configuration.text
        let width = text.encoder.width
        let table = try tensor(names.tokenEmbedding, [text.vocabularySize, width])
        let positions = try tensor(names.textPositions, [text.contextLength, width])
        guard let end = text.pooledPosition(of: tokens), tokens.count <= text.contextLength else {
            return [Float](repeating: 0, count: configuration.embeddingWidth)
        }
        var rows: Rows = tokens.enumerated().map { place, token in
            (0..<width).map { table[Int(token) * width + $0] + positions[place * width + $0] }
        }
        try layers(&rows, names.textLayer, text.encoder, isCausal: true)
        let pooled = try norm(rows[end], names.textLastNorm, text.encoder)
        return try projected(pooled, names.projections[1])
    }

    private func layers(
        _ rows: inout Rows, _ names: WeightNames.Layer, _ encoder: EncoderConfiguration,
        isCausal: Bool
    ) throws(WeightsError) {
        for index in 0..<encoder.layers {
            let layer = names.numbered(index)
            var normed: Rows = []
            for row in rows { normed.append(try norm(row, layer.norms[0], encoder)) }
            let mixed = try attention(normed, layer, encoder, isCausal: isCausal)
            add(
                try linear(mixed, layer.attentionOutput, encoder.width, encoder.width), to: &rows)
            normed = []
            for row in rows { normed.append(try norm(row, layer.norms[1], encoder)) }
            let hidden = try linear(
                normed, layer.feedForward[0], encoder.hiddenWidth, encoder.width)
            let active = hidden.map { $0.map { activate($0, encoder.activation) } }
            add(
                try linear(active, layer.feedForward[1], encoder.width, encoder.hiddenWidth),
                to: &rows)
        }
    }

    private func attention(
        _ rows: Rows, _ names: WeightNames.Layer, _ encoder: EncoderConfiguration, isCausal: Bool
    ) throws(WeightsError) -> Rows {
        var parts: [Rows] = []
        for name in names.queryKeyValue {
            parts.append(try linear(rows, name, encoder.width, encoder.width))
        }
        let (queries, keys, values) = (parts[0], parts[1], parts[2])
        var out = rows.map { _ in [Double](repeating: 0, count: encoder.width) }
        for head in 0..<encoder.heads {
            let columns = head * encoder.headWidth..<(head + 1) * encoder.headWidth
            for query in rows.indices {
                let seen = isCausal ? 0...query : 0...rows.count - 1
                var scores = seen.map { key in
                    columns.reduce(0.0) { $0 + queries[query][$1] * keys[key][$1] }
                        / Double(encoder.headWidth).squareRoot()
                }
                let greatest = scores.max() ?? 0
                scores = scores.map { exp($0 - greatest) }
                let sum = scores.reduce(0, +)
                for (key, score) in zip(seen, scores) {
                    for column in columns {
                        out[query][column] += score / sum * values[key][column]
                    }
                }
            }
        }
        return out
    }

    private func activate(_ x: Double, _ activation: Activation) -> Double {
        switch activation {
        case .none: x
        case .gelu: x * 0.5 * (1 + erf(x / 2.0.squareRoot()))
        case .quickGelu: x / (1 + exp(-1.702 * x))
        case .relu: max(0, x)
        case .geluTanh:
            0.5 * x * (1 + tanh((2 / Double.pi).squareRoot() * (x + 0.044715 * x * x * x)))
        }
    }

    private func add(_ values: Rows, to rows: inout Rows) {
        for token in rows.indices {
            for column in rows[token].indices { rows[token][column] += values[token][column] }
        }
    }

    private func tensor(_ name: String, _ shape: [Int]) throws(WeightsError) -> [Double] {
        try source.withFloats(name, shape: shape) { $0.map { Double($0) } }
    }

    /// W x, with W: [outputs, x.count].
    private func product(_ x: [Double], _ weights: [Double], outputs: Int) -> [Double] {
        (0..<outputs).map { row in
            let start = row * x.count
            return x.indices.reduce(0.0) { $0 + x[$1] * weights[start + $1] }
        }
    }

    private func linear(
        _ rows: Rows, _ name: String, _ outputs: Int, _ inputs: Int
    ) throws(WeightsError) -> Rows {
        let bias = try tensor(name + ".bias", [outputs])
        let weights = try tensor(name + ".weight", [outputs, inputs])
        return rows.map { row in
            zip(product(row, weights, outputs: outputs), bias).map { $0 + $1 }
        }
    }

    private func norm(
        _ x: [Double], _ name: String, _ encoder: EncoderConfiguration
    ) throws(WeightsError) -> [Double] {
        let scale = try tensor(name + ".weight", [x.count])
        let shift = try tensor(name + ".bias", [x.count])
        let mean = x.reduce(0, +) / Double(x.count)
        let variance = x.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(x.count)
        let factor = 1 / (variance + Double(encoder.epsilon)).squareRoot()
        return x.indices.map { (x[$0] - mean) * factor * scale[$0] + shift[$0] }
    }

    private func projected(_ x: [Double], _ name: String) throws(WeightsError) -> [Float] {
        let out = product(
            x, try tensor(name, [configuration.embeddingWidth, x.count]),
            outputs: configuration.embeddingWidth)
        let length = out.reduce(0) { $0 + $1 * $1 }.squareRoot()
        return out.map { Float($0 / length) }
    }
}
