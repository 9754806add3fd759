internal import Tensor

/// Evidence of a vision transformer: the residual stream of the token that stands for the image is
/// the sum of what was added to it, and what attention adds is a sum over tokens.
struct TransformerEvidence: EvidenceSource {
    private let tower: VisionTower
    private let head: LinearisedHead
    /// Attention's output in each layer that is shared out, in order.
    private let outputs: [EffectiveMatrix]

    /// The layers that are shared out, from the last: tokens of earlier ones are told of by later.
    static let layersMax = 4

    var side: Int { tower.configuration.patchesPerSide }
    var patchSize: Int { tower.configuration.patchSize }
    var layers: Int { outputs.count }

    init(_ tower: VisionTower) throws(ModelError) {
        self.tower = tower
        head = try LinearisedHead(tower.head, engine: tower.engine)
        var layers: [PackedLinear] = []
        if let pool = tower.attentionPool {
            layers = [pool.output]
        } else {
            let first = max(0, tower.layers - Self.layersMax)
            layers = (first..<tower.layers).compactMap {
                tower.transformer.attentionOutput(layer: $0)
            }
        }
        outputs = try ModelError.running { () throws(TensorError) in
            var matrices: [EffectiveMatrix] = []
            for layer in layers {
                matrices.append(try EffectiveMatrix(layer, engine: tower.engine))
            }
            return matrices
        }
    }

    func trace(_ image: UnsafeBufferPointer<Float>) throws(ModelError) -> any EvidenceTrace {
        let width = tower.configuration.encoder.width
        let recorder = Recorder()
        var embedding = [Float](repeating: 0, count: tower.embeddingWidth)
        let (tokens, engine) = (tower.configuration.tokens, tower.engine)
        // Streams of the image's token: as it enters the layers, then after each.
        var streams: [[Float]] = []
        let result = embedding.withUnsafeMutableBufferPointer { out in
            Result { () throws(ModelError) in
                var pass = try tower.begin(images: image, count: 1, into: out)
                while pass.remaining > 0 {
                    let isRecorded = pass.remaining <= outputs.count
                    pass.afterAttention = nil
                    if isRecorded {
                        pass.afterAttention = {
                            recorder.records.append(
                                AttentionRecord($0, tokens: tokens, engine: engine))
                        }
                    }
                    do throws(TensorError) { try pass.step() } catch { throw .tensor(error) }
                    streams.append(pass.firstToken(width: width))
                }
                // The pool begins anew, with nothing; of it the tokens' states know nothing.
                guard tower.attentionPool != nil else { return }
                let pooled = UnsafeBufferPointer(start: pass.activations.pooled, count: width)
                streams = [[Float](repeating: 0, count: width), Array(pooled)]
            }
        }
        try result.get()
        return TransformerTrace(
            embedding: embedding, streams: streams, records: recorder.records,
            leadingTokens: tower.configuration.leadingTokens, outputs: outputs, head: head,
            hasClassToken: tower.attentionPool == nil)
    }

    /// Takes what layers tell during one pass, on the pass's own thread.
    private final class Recorder {
        var records: [AttentionRecord] = []
    }
}

/// One image's way through a vision transformer.
struct TransformerTrace: EvidenceTrace {
    let embedding: [Float]
    /// The image's token before the first layer and after each, [layers + 1][width].
    let streams: [[Float]]
    /// Of the last layers, in order.
    let records: [AttentionRecord]
    /// Tokens in front of the patches.
    let leadingTokens: Int
    let outputs: [EffectiveMatrix]
    let head: LinearisedHead
    /// Whether the stream begins with a token of the model's.
    let hasClassToken: Bool

    func parts(of readout: LogitReadout) -> EvidenceParts {
        let pooled = streams[streams.count - 1]
        let (direction, constant) = head.pulledBack(readout.direction, pooled: pooled)
        var sums: [EvidenceTerm: Double] = [:]
        var shares: [Double] = []
        for (index, record) in records.enumerated() {
            let place = streams.count - 1 - records.count + index
            let tokens = record.shares(outputs[index].pulledBack(direction))
            let bias = outputs[index].biasShare(direction)
            let added = Self.dot(direction, record.after, minus: streams[place])
            let patches = tokens.dropFirst(leadingTokens)
            shares = shares.isEmpty ? Array(patches) : zip(shares, patches).map { $0 + $1 }
            sums[.leadingTokens, default: 0] += tokens.prefix(leadingTokens).reduce(0, +)
            sums[.attentionBias, default: 0] += bias
            sums[.arithmetic, default: 0] += added - tokens.reduce(0, +) - bias
            sums[.feedForward, default: 0] += Self.dot(
                direction, streams[place + 1], minus: record.after)
        }
        if hasClassToken {
            let zero = [Float](repeating: 0, count: pooled.count)
            sums[.classToken] = Self.dot(direction, streams[0], minus: zero)
            sums[.earlierLayers] = Self.dot(
                direction, streams[streams.count - 1 - records.count], minus: streams[0])
        }
        sums[.headBias] = constant
        sums[.logitBias] = readout.bias
        return EvidenceParts(
            shares: shares,
            terms: EvidenceTerm.allCases.compactMap { kind in
                sums[kind].map { Evidence.Term(kind: kind, value: $0) }
            })
    }

    private static func dot(_ direction: [Double], _ a: [Float], minus b: [Float]) -> Double {
        var sum = 0.0
        for column in direction.indices {
            sum += direction[column] * (Double(a[column]) - Double(b[column]))
        }
        return sum
    }
}
