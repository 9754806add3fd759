internal import Tensor

/// Evidence of a DenseNet: the embedding is the mean of the last features over positions, so that a
/// linear logit is the sum of each position's share (class activation).
struct DenseNetEvidence: EvidenceSource {
    private let model: DenseNetModel

    var side: Int { model.configuration.stages.last?.side ?? 1 }
    var patchSize: Int { model.imageSize / max(side, 1) }
    var layers: Int { 1 }

    init(_ model: DenseNetModel) {
        self.model = model
    }

    func trace(_ image: UnsafeBufferPointer<Float>) throws(ModelError) -> any EvidenceTrace {
        var embedding = [Float](repeating: 0, count: model.embeddingWidth)
        let result = embedding.withUnsafeMutableBufferPointer { out in
            Result { () throws(ModelError) in
                var pass = try model.beginPass(images: image, count: 1, into: out)
                while pass.remaining > 0 {
                    do throws(TensorError) { try pass.step() } catch { throw .tensor(error) }
                }
                return model.tower.features(of: pass)
            }
        }
        return PooledTrace(embedding: embedding, features: try result.get())
    }
}

/// One image's way through a model that takes the mean of its last features.
private struct PooledTrace: EvidenceTrace {
    let embedding: [Float]
    /// [positions, embedding width].
    let features: [Float]

    func parts(of readout: LogitReadout) -> EvidenceParts {
        let width = embedding.count
        let positions = features.count / max(width, 1)
        let shares = (0..<positions).map { position in
            var sum = 0.0
            for column in 0..<width {
                sum += readout.direction[column] * Double(features[position * width + column])
            }
            return sum / Double(positions)
        }
        return EvidenceParts(
            shares: shares, terms: [Evidence.Term(kind: .logitBias, value: readout.bias)])
    }
}
