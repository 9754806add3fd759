internal import VigilCore

/// Evidence of an ensemble, whose logit is the mean of its members': the mean of theirs.
struct EnsembleEvidence: EvidenceSource {
    private let encoder: EnsembleEncoder
    private let members: [any EvidenceSource]

    var grid: EvidenceGrid { members.first?.grid ?? EvidenceGrid(rows: 1, columns: 1) }
    var layers: Int { members.map(\.layers).max() ?? 1 }
    var traceBytes: Int { members.reduce(0) { $0 + $1.traceBytes } }

    /// - Parameter members: in the encoder's order.
    /// - Throws: ``ModelError/noEvidence(reason:)`` where they cut images differently.
    init(
        _ encoder: EnsembleEncoder, _ members: [any EvidenceSource]
    ) throws(ModelError) {
        guard Set(members.map(\.grid)).count == 1 else {
            throw .noEvidence(reason: "the ensemble's members cut images into other patches")
        }
        self.encoder = encoder
        self.members = members
    }

    func prepare(_ readout: LogitReadout) -> PreparedReadout {
        PreparedReadout(
            readout: readout, direction: [], constant: 0, layers: [],
            members: zip(members, readout.members).map { $0.prepare($1) })
    }

    func encode(
        images: UnsafeBufferPointer<Float>, count: Int, into out: UnsafeMutableBufferPointer<Float>,
        traced: Int, betweenLayers: (() throws(ModelError) -> Void)?
    ) throws(ModelError) -> [any EvidenceTrace] {
        var traces: [[any EvidenceTrace]] = []
        try encoder.gather(count: count, into: out, betweenLayers: betweenLayers) {
            (member, part) throws(ModelError) in
            traces.append(
                try members[member].encode(
                    images: images, count: count, into: part, traced: traced,
                    betweenLayers: betweenLayers))
        }
        return (0..<(traces.map(\.count).min() ?? 0)).map { image in
            EnsembleTrace(traces.map { $0[image] })
        }
    }
}

/// One image's way through all members.
private final class EnsembleTrace: EvidenceTrace {
    private let members: [any EvidenceTrace]

    init(_ members: [any EvidenceTrace]) { self.members = members }

    func parts(of readout: PreparedReadout) -> EvidenceParts {
        let all = zip(members, readout.members).map { $0.parts(of: $1) }
        let count = Double(max(all.count, 1))
        var sums: [EvidenceTerm: Double] = [:]
        for term in all.flatMap(\.terms) { sums[term.kind, default: 0] += term.share }
        return EvidenceParts(
            shares: (all.first?.shares ?? []).indices.map { patch in
                all.reduce(0) { $0 + $1.shares[patch] } / count
            },
            terms: EvidenceTerm.allCases.compactMap { kind in
                sums[kind].map { Evidence.Term(kind: kind, share: $0 / count) }
            })
    }
}
