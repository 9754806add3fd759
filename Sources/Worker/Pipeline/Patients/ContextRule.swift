package import Context
internal import Triage
internal import VigilCore

/// How what is known of patients counts for one model's scores: by the site's weights. Pure.
package struct ContextRule: Sendable {
    private let weights: ContextWeights
    private let input: Finding.Input
    /// What has a weight for some finding.
    private let items: Set<ContextItem>
    private let topic: String
    /// Whether records tell the values that were used.
    private let tellsValues: Bool

    package init(_ weights: ContextWeights, topic: String, tellsValues: Bool) {
        self.weights = weights
        input = Finding.Input(digest: weights.digest, validFrom: weights.made)
        items = Set(weights.fits.flatMap { $0.terms.map(\.item) })
        self.topic = topic
        self.tellsValues = tellsValues
    }

    /// Of the weights.
    var digest: Digest { input.digest }

    /// Whether something is known that has a weight.
    func uses(_ known: PatientContext?) -> Bool { known.map { !used($0).isEmpty } ?? false }

    /// What raises scores; nil where nothing is known that has a weight.
    func fusion(_ known: PatientContext?) -> ContextFusion? {
        guard let values = known.map({ used($0).map(\.value) }), !values.isEmpty else { return nil }
        return ContextFusion { [weights] code, head, score in
            weights.fit(code: code, head: head)?.fused(Double(score), with: values)?.record
        }
    }

    /// What a finding says of it.
    func record(_ known: PatientContext) -> Finding.Context {
        let used = used(known)
        return Finding.Context(
            state: state(known, isUsed: !used.isEmpty), weights: input, patient: known.patient,
            time: known.time, observations: used.map(observation))
    }

    /// Whether a finding was decided by other weights.
    func differs(from context: Finding.Context) -> Bool { context.weights != input }

    private func used(_ known: PatientContext) -> [KnownValue] {
        guard case .known(let values) = known.state else { return [] }
        return values.filter { items.contains($0.value.item) && $0.value.value.isFinite }
    }

    private func state(_ known: PatientContext, isUsed: Bool) -> Finding.Context.State {
        switch known.state {
        case .known: isUsed ? .used : .nothingKnown
        case .notRead: .notRead
        case .unclear: .patientUnclear
        }
    }

    private func observation(_ known: KnownValue) -> Finding.Observation {
        Finding.Observation(
            item: known.value.item, id: known.source.id, observed: known.value.observed,
            status: known.value.status,
            position: RecordPosition(
                topic: topic, partition: known.source.partition, offset: known.source.offset),
            value: tellsValues ? known.value.value : nil)
    }
}

extension FusedScore {
    /// As a finding tells it.
    fileprivate var record: Finding.Fused {
        let known = items.map {
            Finding.Fused.Share(part: $0.item.part, item: $0.item, share: $0.share)
        }
        return Finding.Fused(
            score: Float(raised),
            shares: [.init(part: .image, share: image)] + known + [.init(part: .rest, share: rest)])
    }
}
