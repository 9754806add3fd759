internal import VigilCore

/// Where the embeddings of a model's training images lie, as it stands in its file: images whose
/// embedding lies farther from the middle than nearly all of those are marked, whatever they score.
///
/// Tensors: `mean` [width] and `axes` [any, width]. The distance of an embedding x is the length of
/// axes · (x - mean): Mahalanobis' when the axes are a root of the inverse covariance.
package struct DomainAdapter: Sendable {
    /// What an instance of a finding is marked with.
    package static let flag = "outside_training_domain"

    /// What it is.
    package let identity: AdapterIdentity
    /// The greatest distance that counts as inside.
    package let limit: Double
    let metadata: AdapterMetadata
    let file: SafeText
    private let mean: [Float]
    private let axes: [Float]

    /// Columns of the embedding that it takes.
    var width: Int { mean.count }

    init(_ tensors: AdapterTensors, _ metadata: AdapterMetadata) throws(ModelError) {
        var tensors = tensors
        identity = AdapterIdentity(
            name: metadata.name, kind: metadata.kind, digest: tensors.digest,
            isValidated: metadata.isValidated)
        limit = metadata.limit ?? .infinity
        self.metadata = metadata
        file = tensors.file
        let mean = try tensors.take("mean", shape: [nil])
        axes = try tensors.take("axes", shape: [nil, mean.shape[0]]).elements
        self.mean = mean.elements
        try tensors.checkIsEmpty()
    }

    /// The distance of an embedding of ``width`` columns from the middle; in double and in order,
    /// so that its bits are the same everywhere.
    package func distance(of embedding: UnsafeBufferPointer<Float>) -> Double {
        let centred = zip(embedding, mean).map { Double($0) - Double($1) }
        guard centred.count == mean.count else { return .infinity }
        var sum = 0.0
        axes.withUnsafeBufferPointer { axes in
            for start in stride(from: 0, to: axes.count, by: centred.count) {
                var part = 0.0
                for column in centred.indices {
                    part += Double(axes[start + column]) * centred[column]
                }
                sum += part * part
            }
        }
        return sum.squareRoot()
    }

    /// Whether an embedding lies outside; one that is not a number does.
    package func isOutside(_ embedding: UnsafeBufferPointer<Float>) -> Bool {
        !(distance(of: embedding) <= limit)
    }
}
