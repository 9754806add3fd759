internal import Energy
internal import FoundationModel
internal import Imaging
internal import Settings
internal import VigilCore
internal import Wire

/// Shows studies to a small model first, and to the large one where that is not sure that there is
/// no finding. Urgent studies go to the large one at once, unless the settings say otherwise.
final class StudyCascade: Sendable {
    private let small: StudyModel
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
        guard small.input.digest == large.input.digest else {
            throw .cascadeUnlike
        }
        (self.small, self.large, self.isSpent) = (small, large, isSpent)
        threshold = Float(settings.cascadeThreshold)
        isForAll = settings.cascadeUrgent
    }

    /// As ``StudyModel/run(_:betweenLayers:)``.
    func run(
        _ batch: StudyBatch, betweenLayers: @escaping () -> BatchResult?
    ) throws(ModelError) -> BatchResult {
        let shown = batch.members.filter { isForAll || $0.event.priority == .routine }
        guard !shown.isEmpty else {
            return try large.runAll(batch, betweenLayers: betweenLayers)
        }
        let first = try small.runAll(
            StudyBatch(id: batch.id + "-small", members: shown), betweenLayers: betweenLayers)
        let quick = Dictionary(first.outcomes) { $1 }
        var outcomes: [(StudyTicket, StudyOutcome)] = []
        var rest: [StudyBatch.Member] = []
        for member in batch.members {
            guard let outcome = quick[member.ticket], let word = decision(outcome, member) else {
                rest.append(member)
                continue
            }
            let images = Double(member.prepared.images.count)
            outcomes.append(
                (member.ticket, outcome.cascaded(word, small, joules: saving * images, plus: nil)))
        }
        guard !rest.isEmpty else {
            return BatchResult(
                outcomes: outcomes, images: first.images, energy: first.energy,
                spent: outcomes.spent, duration: first.duration,
                processor: first.processor, reused: first.reused)
        }
        let second = try large.runAll(
            StudyBatch(id: batch.id, members: rest), betweenLayers: betweenLayers)
        let members = Dictionary(rest.map { ($0.ticket, $0) }) { $1 }
        for (ticket, outcome) in second.outcomes {
            guard let before = quick[ticket]?.cost, let member = members[ticket] else {
                outcomes.append((ticket, outcome))
                continue
            }
            let joules = small.calibration.perImage * -Double(member.prepared.images.count)
            let extra = before.less(decode: member.prepared.energy)
            outcomes.append(
                (ticket, outcome.cascaded("large", small, joules: joules, plus: extra)))
        }
        return BatchResult(
            outcomes: outcomes, images: first.images + second.images,
            energy: first.energy.and(second.energy), spent: outcomes.spent,
            duration: first.duration + second.duration,
            processor: first.processor + second.processor, reused: second.reused)
    }

    /// Joules saved an image when the small model answers.
    private var saving: Double { large.calibration.perImage - small.calibration.perImage }

    /// Why the small model's answer stands; nil when the large one is to be asked. Images about
    /// which anything is odd are never left to the small one, nor is what it could not score.
    private func decision(_ outcome: StudyOutcome, _ member: StudyBatch.Member) -> String? {
        guard case .finding(let finding, _, _) = outcome else { return nil }
        if member.event.priority == .routine, isSpent() { return "budget" }
        let scores = finding.findings.map { $0.probability ?? .nan }
        let isSure = !scores.isEmpty && scores.allSatisfy { $0 < threshold }
        let isOdd = finding.instances.contains { !$0.flags.isEmpty }
        return isSure && !isOdd ? "small" : nil
    }
}

extension StudyOutcome {
    fileprivate var cost: StudyCost? {
        if case .finding(_, _, let cost) = self { cost } else { nil }
    }

    /// The outcome with what the cascade did, and with what the other model took.
    fileprivate func cascaded(
        _ decision: String, _ small: StudyModel, joules: Double, plus extra: StudyCost?
    ) -> StudyOutcome {
        guard case .finding(let finding, var record, var cost) = self else { return self }
        if let extra {
            cost.energy = cost.energy + extra.energy
            cost.low += extra.low
            cost.high += extra.high
        }
        if case .study(var share) = record.subject {
            share.cascade = CascadeRecord(
                decision: decision, small: small.identity.digest, saved: Joules(joules))
            record.subject = .study(share)
        }
        return .finding(finding, record, cost)
    }
}

extension [(StudyTicket, StudyOutcome)] {
    fileprivate var spent: StageEnergy {
        reduce(StageEnergy()) { $0 + ($1.1.cost?.energy ?? StageEnergy()) }
    }
}

extension StudyCost {
    fileprivate var perImage: Double { energy.inference / Swift.max(work, 1) }

    /// Without what reading the study took, which is counted once.
    fileprivate func less(decode reading: EnergyReading) -> StudyCost {
        var copy = self
        copy.energy.decode = 0
        copy.low = Swift.max(0, low - reading.low.value)
        copy.high = Swift.max(0, high - reading.high.value)
        return copy
    }
}

extension EnergyReading {
    fileprivate func and(_ other: EnergyReading) -> EnergyReading {
        EnergyReading(
            joules: joules + other.joules, low: low + other.low, high: high + other.high,
            method: method, zones: zones, duration: duration + other.duration)
    }
}
