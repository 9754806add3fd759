internal import Tensor
internal import VigilCore

/// Evidence of a vision transformer: the residual stream of the token that stands for the image is
/// the sum of what was added to it, and what attention adds is a sum over tokens.
struct TransformerEvidence: EvidenceSource {
    let tower: VisionTower
    let head: LinearisedHead
    private let model: any ImageEncoder
    /// Attention's output in each layer that is shared out, in order.
    private let outputs: [EffectiveMatrix]

    /// The layers that are shared out, from the last: tokens of earlier ones are told of by later.
    /// All of vigil-mini's, of which four do worse than attention rollout; half of twelve.
    static let layersMax = 6

    var grid: EvidenceGrid {
        let side = tower.configuration.patchesPerSide
        return EvidenceGrid(rows: side, columns: side)
    }
    var layers: Int { outputs.count }
    var traceBytes: Int {
        let encoder = tower.configuration.encoder
        return layers * tower.configuration.tokens * (encoder.width + encoder.heads)
            * MemoryLayout<Float>.stride
    }

    init(_ tower: VisionTower, of model: any ImageEncoder) throws(ModelError) {
        self.tower = tower
        self.model = model
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

    func prepare(_ readout: LogitReadout) -> PreparedReadout {
        let (direction, constant) = head.pulledBack(readout.direction)
        return PreparedReadout(
            readout: readout, direction: direction, constant: constant,
            layers: outputs.map {
                ($0.pulledBack(direction).map { Float($0) }, $0.biasShare(direction))
            })
    }

    func encode(
        images: UnsafeBufferPointer<Float>, count: Int, into out: UnsafeMutableBufferPointer<Float>,
        traced: Int, betweenLayers: (() throws(ModelError) -> Void)?
    ) throws(ModelError) -> [any EvidenceTrace] {
        let tap = TransformerTap(self, images: traced)
        try model.encode(
            images: images, count: count, into: out, observer: tap, betweenLayers: betweenLayers)
        return tap.traces
    }
}

/// Keeps what the layers tell of the first images of passes.
private final class TransformerTap: PassObserver {
    private(set) var traces: [TransformerTrace] = []
    private let evidence: TransformerEvidence
    /// Images that are still to be traced.
    private var left: Int
    /// Of each traced image of the pass under way: streams of its token as it enters the layers, as
    /// it enters those that are shared out, and after each.
    private var streams: [[[Float]]] = []
    private var records: [[AttentionRecord]] = []

    init(_ evidence: TransformerEvidence, images: Int) {
        self.evidence = evidence
        left = images
    }

    func willStep(_ pass: inout ForwardPass) {
        if pass.completed == 0 {
            let count = min(left, pass.count)
            left -= count
            streams = Array(repeating: [], count: count)
            records = Array(repeating: [], count: count)
        }
        let isRecorded = !streams.isEmpty && pass.remaining <= evidence.layers
        pass.afterAttention = nil
        if isRecorded { pass.afterAttention = { [unowned self] in self.take($0) } }
    }

    private func take(_ moment: AttentionMoment) {
        let tower = evidence.tower
        for image in records.indices {
            records[image].append(
                AttentionRecord(
                    moment, sequence: image, tokens: tower.configuration.tokens,
                    engine: tower.engine))
        }
    }

    func didStep(_ pass: borrowing ForwardPass) {
        let width = evidence.tower.configuration.encoder.width
        let isPooling = evidence.tower.attentionPool != nil
        if !isPooling, pass.completed == 1 || pass.remaining <= evidence.layers {
            for image in streams.indices {
                streams[image].append(pass.token(ofImage: image, width: width))
            }
        }
        guard pass.remaining == 0 else { return }
        for image in streams.indices {
            if isPooling {
                // The pool begins anew, with nothing; of it the tokens' states know nothing.
                let pooled = pass.activations.pooled + image * width
                streams[image] = [
                    [Float](repeating: 0, count: width),
                    Array(UnsafeBufferPointer(start: pooled, count: width)),
                ]
            }
            traces.append(
                TransformerTrace(evidence, streams: streams[image], records: records[image]))
        }
    }
}

/// One image's way through a vision transformer.
private final class TransformerTrace: EvidenceTrace {
    /// The image's token as it enters the layers, as it enters those that are shared out where
    /// these are fewer, and after each of them; [width] each.
    private let streams: [[Float]]
    /// Of the layers that are shared out, in order.
    private let records: [AttentionRecord]
    private let evidence: TransformerEvidence
    private lazy var factors = evidence.head.factors(streams[streams.count - 1])

    init(_ evidence: TransformerEvidence, streams: [[Float]], records: [AttentionRecord]) {
        self.evidence = evidence
        self.streams = streams
        self.records = records
    }

    func parts(of readout: PreparedReadout) -> EvidenceParts {
        let (scale, direction) = (factors.direction, readout.direction)
        let leading = evidence.tower.configuration.leadingTokens
        let entry = streams.count - 1 - records.count
        var sums: [EvidenceTerm: Double] = [:]
        var shares: [Double] = []
        for (index, record) in records.enumerated() {
            let (before, next) = (streams[entry + index], streams[entry + index + 1])
            let tokens = record.shares(
                readout.layers[index].direction, engine: evidence.tower.engine
            ).map { $0 * scale }
            let bias = readout.layers[index].bias * scale
            let added = Self.dot(direction, record.after, minus: before) * scale
            let patches = tokens.dropFirst(leading)
            shares = shares.isEmpty ? Array(patches) : zip(shares, patches).map { $0 + $1 }
            sums[.leadingTokens, default: 0] += tokens.prefix(leading).reduce(0, +)
            sums[.attentionBias, default: 0] += bias
            sums[.arithmetic, default: 0] += added - tokens.reduce(0, +) - bias
            sums[.feedForward, default: 0] +=
                Self.dot(direction, next, minus: record.after) * scale
        }
        if evidence.tower.attentionPool == nil {
            let zero = [Float](repeating: 0, count: direction.count)
            sums[.classToken] = Self.dot(direction, streams[0], minus: zero) * scale
            sums[.earlierLayers] = Self.dot(direction, streams[entry], minus: streams[0]) * scale
        }
        sums[.headBias] = readout.constant * factors.constant
        sums[.logitBias] = readout.readout.bias
        return EvidenceParts(
            shares: shares,
            terms: EvidenceTerm.allCases.compactMap { kind in
                sums[kind].map { Evidence.Term(kind: kind, share: $0) }
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
