internal import VigilCore

/// Where the embeddings of a model's training images lie, as it stands in its file: images whose
/// embedding lies farther away than nearly all of those are marked, whatever they score.
///
/// Its kind says which distance counts, and so what tensors there are: `mean` [width] or `means`
/// [classes, width], and `axes` [any, width], of Mahalanobis'; `background.mean` and
/// `background.axes` besides of the relative one; `rows` [any, width] of the nearest neighbours.
package struct DomainAdapter: Sendable {
    /// What an instance of a finding is marked with.
    package static let flag = "outside_training_domain"
    /// The most classes, and embeddings to be near to.
    package static let rowLimit = 4096

    /// What it is.
    package let identity: AdapterIdentity
    /// The greatest distance that counts as inside.
    package let limit: Double
    let metadata: AdapterMetadata
    let file: SafeText
    private let measure: DomainDistance

    /// Columns of the embedding that it takes.
    var width: Int { measure.width }

    init(_ tensors: AdapterTensors, _ metadata: AdapterMetadata) throws(ModelError) {
        var tensors = tensors
        identity = AdapterIdentity(
            name: metadata.name, kind: metadata.kind, digest: tensors.digest,
            isValidated: metadata.isValidated)
        limit = metadata.domain.limit ?? .infinity
        self.metadata = metadata
        file = tensors.file
        measure = try Self.measure(&tensors, metadata)
        try tensors.checkIsEmpty()
    }

    private static func measure(
        _ tensors: inout AdapterTensors, _ metadata: AdapterMetadata
    ) throws(ModelError) -> DomainDistance {
        switch metadata.kind {
        case .neighbourDomain:
            let rows = try rows(&tensors, "rows")
            let rank = metadata.domain.rank ?? 1
            guard rank <= rows.count else {
                throw .badAdapter(
                    file: tensors.file, what: "metadata neighbours",
                    expected: "at most \(rows.count), its rows", found: "\(rank)")
            }
            return .neighbours(DomainNeighbours(rows: rows, rank: rank))
        case .relativeDomain:
            let classes = try gaussian(&tensors, "", isOneClass: false)
            let background = try gaussian(&tensors, "background.", isOneClass: true)
            guard classes.width == background.width else {
                throw .badAdapter(
                    file: tensors.file, what: "the width of background.mean",
                    expected: "\(classes.width), that of means", found: "\(background.width)")
            }
            return .relative(classes, background: background)
        case .mahalanobisDomain:
            return .mahalanobis(try gaussian(&tensors, "", isOneClass: false))
        case .trainingDomain, .linearProbe, .mlpHead, .lora, .imageGate:
            return .mahalanobis(try gaussian(&tensors, "", isOneClass: true))
        }
    }

    private static func gaussian(
        _ tensors: inout AdapterTensors, _ prefix: String, isOneClass: Bool
    ) throws(ModelError) -> DomainGaussian {
        let means =
            isOneClass
            ? [try tensors.take("\(prefix)mean", shape: [nil]).elements.map { Double($0) }]
            : try rows(&tensors, "\(prefix)means")
        let axes = try tensors.take("\(prefix)axes", shape: [nil, means[0].count]).elements
        return DomainGaussian(means: means, axes: axes.map { Double($0) })
    }

    /// The rows of a matrix, of which there is one at least.
    private static func rows(
        _ tensors: inout AdapterTensors, _ name: String
    ) throws(ModelError) -> [[Double]] {
        let tensor = try tensors.take(name, shape: [nil, nil])
        guard tensor.shape[0] <= rowLimit else {
            throw .badAdapter(
                file: tensors.file, what: "rows of tensor \(SafeText(operatorProvided: name))",
                expected: "at most \(rowLimit)", found: "\(tensor.shape[0])")
        }
        let width = tensor.shape[1]
        return (0..<tensor.shape[0]).map { row in
            tensor.elements[row * width..<(row + 1) * width].map { Double($0) }
        }
    }

    /// The distance of an embedding of ``width`` columns.
    package func distance(of embedding: UnsafeBufferPointer<Float>) -> Double {
        measure(embedding)
    }

    /// Whether an embedding lies outside; one that is not a number does.
    package func isOutside(_ embedding: UnsafeBufferPointer<Float>) -> Bool {
        !(distance(of: embedding) <= limit)
    }
}
