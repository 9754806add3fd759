package import VigilCore
package import Weights

/// A domain of training as a file that the worker loads beside a model: tensors and metadata as
/// Deploy/models/README.md describes adapters.
package struct DomainFile: Sendable {
    private let name: String
    private let base: Digest
    private let preprocessing: Digest
    private let merged: [Digest]
    private let candidate: DomainCandidate
    private let limit: Double
    private let record: JSONValue

    /// - Parameters:
    ///   - base: of the weights that made the embeddings.
    ///   - preprocessing: of the manifest that made them.
    ///   - merged: LoRA adapters that were merged then.
    ///   - limit: the greatest distance that counts as inside.
    ///   - record: how the distance was chosen, for people.
    package init(
        name: String, base: Digest, preprocessing: Digest, merged: [Digest],
        candidate: DomainCandidate, limit: Double, record: JSONValue
    ) {
        self.name = name
        self.base = base
        self.preprocessing = preprocessing
        self.merged = merged
        self.candidate = candidate
        self.limit = limit
        self.record = record
    }

    /// Writes the file; the same domain gives the same bytes. Gives its SHA-256.
    package func write(to path: String) throws(WeightsError) -> Digest {
        try SafetensorsWriter.write(tensors, metadata: metadata, to: path)
        return try FrozenFile(path: path).digest()
    }

    private var metadata: [String: String] {
        var pairs = [
            "vigil.adapter": "1", "kind": candidate.kind, "name": name, "base": base.hex,
            "preprocessing": preprocessing.hex, "limit": "\(limit)", "validated": "false",
            "fit": JSONWriter.text(record),
        ]
        if !merged.isEmpty { pairs["merged"] = merged.map(\.hex).sorted().joined(separator: ",") }
        if case .neighbours(_, let rank) = candidate { pairs["neighbours"] = "\(rank)" }
        return pairs
    }

    private var tensors: [SafetensorsWriter.Tensor] {
        switch candidate {
        case .mahalanobis(let fit): return Self.tensors(fit)
        case .relative(let fit, let background):
            let width = background.means[0].count
            return Self.tensors(fit) + [
                .init("background.mean", [width], background.means[0]),
                .init("background.axes", [width, width], background.axes),
            ]
        case .neighbours(let rows, _):
            return [.init("rows", [rows.count, rows[0].count], rows.flatMap { $0 })]
        }
    }

    private static func tensors(_ fit: GaussianFit) -> [SafetensorsWriter.Tensor] {
        let width = fit.means[0].count
        return [
            .init("means", [fit.means.count, width], fit.means.flatMap { $0 }),
            .init("axes", [width, width], fit.axes),
        ]
    }
}
