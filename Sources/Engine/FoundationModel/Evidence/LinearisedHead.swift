internal import Tensor
internal import VigilCore

/// What follows the layers, as a linear function of the pooled token: the last norm with the mean
/// and deviation that the token has, the projection, and the embedding's length as it came out.
struct LinearisedHead: Sendable {
    private let norm: LayerNormWeights?
    private let projection: EffectiveMatrix?
    private let isUnit: Bool

    /// - Throws: ``ModelError/noEvidence(reason:)`` for a head with an activation in it.
    init(_ head: EmbeddingHead, engine: Engine) throws(ModelError) {
        guard head.layers.count <= 1 else {
            throw .noEvidence(reason: "the model's own head is not linear")
        }
        norm = head.norm
        isUnit = head.configuration.isUnit
        if let layer = head.layers.first {
            projection = try ModelError.running { () throws(TensorError) in
                try EffectiveMatrix(layer, engine: engine)
            }
        } else {
            projection = nil
        }
    }

    /// A direction over the embedding as one over the pooled token, and what is added to it, but
    /// for the factors of an image (``factors(_:)``).
    func pulledBack(_ direction: [Double]) -> (direction: [Double], constant: Double) {
        var back = projection?.pulledBack(direction) ?? direction
        var constant = projection?.biasShare(direction) ?? 0
        if let norm {
            for column in back.indices { constant += back[column] * Double(norm.beta[column]) }
            for column in back.indices { back[column] *= Double(norm.gamma[column]) }
            let mean = back.reduce(0, +) / Double(max(back.count, 1))
            for column in back.indices { back[column] -= mean }
        }
        return (back, constant)
    }

    /// What direction and constant are to be multiplied with for a pooled token: the inverse of its
    /// deviation and of the embedding's length.
    func factors(_ pooled: [Float]) -> (direction: Double, constant: Double) {
        var length = 1.0
        if isUnit {
            let normed = norm.map { Self.normed(pooled, $0) } ?? pooled.map { Double($0) }
            let embedding = projection?.applied(normed) ?? normed
            length = max(embedding.reduce(0) { $0 + $1 * $1 }.squareRoot(), 1e-12)
        }
        let deviation = norm.map { Self.deviation(pooled, $0).deviation } ?? 1
        return (1 / (deviation * length), 1 / length)
    }

    private static func deviation(
        _ x: [Float], _ norm: LayerNormWeights
    ) -> (mean: Double, deviation: Double) {
        let count = Double(max(x.count, 1))
        let mean = x.reduce(0) { $0 + Double($1) } / count
        let variance = x.reduce(0) { $0 + (Double($1) - mean) * (Double($1) - mean) } / count
        return (mean, (variance + Double(norm.epsilon)).squareRoot())
    }

    private static func normed(_ x: [Float], _ norm: LayerNormWeights) -> [Double] {
        let (mean, deviation) = deviation(x, norm)
        return x.indices.map {
            (Double(x[$0]) - mean) / deviation * Double(norm.gamma[$0]) + Double(norm.beta[$0])
        }
    }
}
