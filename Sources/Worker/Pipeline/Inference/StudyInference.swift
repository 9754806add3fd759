package import Energy
package import FoundationModel
package import Imaging
internal import Settings
internal import Telemetry
internal import Triage
internal import VigilCore
internal import WorkerCore

/// The models that a worker asks of a study: one, or a small one before it. Used by the inference
/// thread.
package struct StudyInference: Sendable {
    let model: StudyModel
    let cascade: StudyCascade?
    let calibrations: SiteCalibrations

    /// The model's; of a cascade, the large one's.
    package var identity: ModelIdentity { model.loaded.identity }
    /// How studies become the model's input.
    package var input: InputManifest { model.loaded.input }
    /// Arithmetic, kernels and threads in force.
    package var runtime: ModelRuntime { model.loaded.runtime }
    /// What a run on blank images cost.
    package var blankCost: StudyCost { model.loaded.blankCost }
    /// What became of the known answer at loading; of a cascade, the large model's.
    package var answer: ModelVerification.AnswerState {
        model.loaded.classifier.answer ?? .notRecorded
    }
    /// What the start tells of calibrations; nil without one.
    func calibrationsInForce(at time: Timestamp) -> CalibrationsInForce? {
        calibrations.firstExpiry.map {
            CalibrationsInForce(count: calibrations.count, expires: $0, isOver: time >= $0)
        }
    }

    /// How findings are revised for what becomes known of patients; nil where the settings want
    /// none.
    func lateRule(_ settings: Settings) -> LateRule? {
        let findings = model.findings
        return settings.contextReviseFor.map {
            LateRule(
                window: $0, model.judge.rules, model: findings.model,
                preprocessing: findings.preprocessing, prompts: findings.prompts,
                control: model.control)
        }
    }

    /// The codes of the findings that the models are asked for.
    var asked: [String] {
        ([model] + [cascade?.small].compactMap { $0 }).flatMap(\.loaded.asked)
    }

    /// What the models that see a study take; none of a model that does not say it.
    var intended: [IntendedInput] {
        identity.intendedInputs + (cascade?.small.loaded.identity.intendedInputs ?? [])
    }

    /// Runs a batch, and makes the finding and energy record of each study that is whole with it.
    /// Blocks.
    ///
    /// - Parameters:
    ///   - results: what is known of studies of which other images ran before; a study's finding is
    ///     the same however its images came through.
    ///   - betweenLayers: called between two layers until it returns nil; may run another batch,
    ///     whose result it returns, and whose energy is not this batch's. The bits of neither
    ///     change.
    func run(
        _ batch: StudyBatch, into results: CascadeResults,
        betweenLayers: @escaping () -> BatchResult? = { nil }
    ) throws(ModelError) -> BatchResult {
        func isTold(_ member: StudyBatch.Member) -> Bool {
            member.prepared.whole.map { !$0.isAssessable } ?? false
        }
        let told = batch.members.filter(isTold).compactMap { notAssessed($0, results) }
        let shown = StudyBatch(id: batch.id, members: batch.members.filter { !isTold($0) })
        guard !shown.members.isEmpty else { return BatchResult(told, model.meter.nothing.reading) }
        let result =
            if let cascade {
                try cascade.run(shown, into: results, betweenLayers: betweenLayers)
            } else {
                try model.run(shown, into: results.large, betweenLayers: betweenLayers)
            }
        return told.isEmpty ? result : result.with(told)
    }

    /// What is said of a study that has nothing to show to the model, or is not its event's; takes
    /// none of the model's time.
    private func notAssessed(
        _ member: StudyBatch.Member, _ results: CascadeResults
    ) -> (ticket: StudyTicket, outcome: StudyOutcome, spent: StageEnergy)? {
        guard let whole = member.prepared.whole else { return nil }
        let begun = [results.small, results.large].compactMap { $0.take(member.ticket)?.cost }
        let spent = begun.first.map { first in begun.dropFirst().reduce(first) { $0.and($1) } }
        let (outcome, _) = model.findings.notAssessed(
            member, whole, spent: spent, model.meter.nothing,
            at: (model.clock.monotonic(), model.clock.wall()))
        return (member.ticket, outcome, StageEnergy(decode: whole.energy.joules.value))
    }
}
