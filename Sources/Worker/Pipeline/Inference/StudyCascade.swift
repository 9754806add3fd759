internal import Energy
internal import FoundationModel
internal import Imaging
internal import Settings
internal import VigilCore
internal import WorkerCore

/// Shows studies to a small model first, and to the large one where that is not sure that there is
/// no finding. Urgent studies go to the large one at once, unless the settings say otherwise.
final class StudyCascade: Sendable {
    let small: StudyModel
    private let large: StudyModel
    private let threshold: Float
    private let isForAll: Bool
    private let isSpent: @Sendable () -> Bool

    /// - Parameter isSpent: whether the day's energy is spent, so that the small one answers alone.
    /// - Throws: ``PipelineError/cascadeUnlike`` when the models want images of different kinds.
    init(
        small: StudyModel, large: StudyModel, _ settings: Settings,
        isSpent: @escaping @Sendable () -> Bool
    ) throws(PipelineError) {
        guard small.loaded.input.digest == large.loaded.input.digest else {
            throw .cascadeUnlike
        }
        (self.small, self.large, self.isSpent) = (small, large, isSpent)
        threshold = Float(settings.cascadeThreshold)
        isForAll = settings.cascadeUrgent
    }

    /// As ``StudyInference/run(_:into:betweenLayers:)``. A study that comes in several slices and
    /// is not answered by the small model is read once more for the large one.
    func run(
        _ batch: StudyBatch, into results: CascadeResults,
        betweenLayers: @escaping () -> BatchResult?
    ) throws(ModelError) -> BatchResult {
        let shown = batch.members.filter { isShown($0, results) }
        guard !shown.isEmpty else {
            return results.finish(
                try large.run(
                    batch, into: results.large, betweenLayers: betweenLayers), small)
        }
        let first = try small.run(
            StudyBatch(id: batch.id + "-small", members: shown), into: results.small,
            betweenLayers: betweenLayers)
        var (outcomes, again): ([(StudyTicket, StudyOutcome)], [StudyTicket]) = ([], [])
        let quick = Dictionary(first.outcomes) { $1 }
        let small = Set(shown.map(\.ticket))
        var rest = batch.members.filter { !small.contains($0.ticket) }
        var decodedTwice = 0.0
        for member in shown {
            guard let outcome = quick[member.ticket], let whole = member.prepared.whole else {
                continue
            }
            if let word = decision(outcome, member) {
                let joules = saving * Double(whole.images)
                outcomes.append(
                    (member.ticket, outcome.cascaded(word, self.small, joules: joules, plus: nil)))
            } else if member.prepared.images.count == whole.images {
                results.second[member.ticket] = outcome.cost?.less(decode: whole.energy)
                decodedTwice += whole.energy.joules.value
                rest.append(member)
            } else {
                results.second[member.ticket] = outcome.cost
                again.append(member.ticket)
            }
        }
        var result = first
        if !rest.isEmpty {
            let second = try large.run(
                StudyBatch(id: batch.id, members: rest), into: results.large,
                betweenLayers: betweenLayers)
            let done = results.finish(second, self.small)
            outcomes += done.outcomes
            result = first.and(done)
        }
        result.outcomes = outcomes
        result.again = again
        result.spent.decode -= decodedTwice
        return result
    }

    /// Whether a study's images go to the small model: what began there goes on there.
    private func isShown(_ member: StudyBatch.Member, _ results: CascadeResults) -> Bool {
        if results.small.hasBegun(member.ticket) { return true }
        guard results.second[member.ticket] == nil, !results.large.hasBegun(member.ticket) else {
            return false
        }
        return isForAll || member.event.priority == .routine
    }

    /// Joules saved an image when the small model answers.
    private var saving: Double { large.loaded.blankCost.perImage - small.loaded.blankCost.perImage }

    /// Why the small model's answer stands; nil when the large one is to be asked. Images about
    /// which anything is odd are never left to the small one, nor is what it does not know.
    private func decision(_ outcome: StudyOutcome, _ member: StudyBatch.Member) -> String? {
        guard case .finding(let finding, _, _, _) = outcome else { return nil }
        if member.event.priority == .routine, isSpent() { return "budget" }
        // What is known of the patient may raise what the large one says.
        let known = member.prepared.whole?.known.context
        if large.judge.rules.context?.uses(known) == true { return nil }
        let scores = finding.findings.map { $0.fused?.score ?? $0.probability ?? .nan }
        let isSure =
            !scores.isEmpty && scores.allSatisfy { $0 < threshold }
            && !finding.findings.contains { $0.answer.isAbstained }
        let isOdd = finding.instances.contains { !$0.flags.isEmpty }
        return isSure && !isOdd ? "small" : nil
    }
}

extension StudyOutcome {
    var cost: StudyCost? {
        if case .finding(_, _, let cost, _) = self { cost } else { nil }
    }

    /// The outcome with what the cascade did, and with what the other model took.
    func cascaded(
        _ decision: String, _ small: StudyModel, joules: Double, plus extra: StudyCost?
    ) -> StudyOutcome {
        guard case .finding(let finding, var record, var cost, let offer) = self else {
            return self
        }
        if let extra {
            cost.energy = cost.energy + extra.energy
            cost.low += extra.low
            cost.high += extra.high
        }
        if case .study(var share) = record.subject {
            share.cascade = CascadeRecord(
                decision: decision, small: small.loaded.identity.digest, saved: Joules(joules))
            record.subject = .study(share)
        }
        return .finding(finding, record, cost, offer)
    }
}

extension StudyCost {
    var perImage: Double { energy.inference / Swift.max(work, 1) }

    /// Without what reading the study took, which is counted once.
    fileprivate func less(decode reading: EnergyReading) -> StudyCost {
        var copy = self
        copy.energy.decode = 0
        copy.low = Swift.max(0, low - reading.low.value)
        copy.high = Swift.max(0, high - reading.high.value)
        return copy
    }
}
