internal import Control
internal import Energy
internal import FoundationModel
internal import Triage
internal import VigilCore
internal import WorkerCore

/// One model with what turns its scores into findings. Used by the inference thread.
struct StudyModel: Sendable {
    let loaded: LoadedModel
    let judge: StudyJudge
    let findings: FindingMaker
    /// What operators and alarms allow; nil: everything.
    let control: StudyControl?
    /// Nil where nobody asks for evidence.
    let explainer: StudyExplainer?
    let meter: any EnergyMeter
    let clock: any VigilClock

    /// Runs a batch, and makes the finding and energy record of each study that is whole with it.
    /// Blocks.
    ///
    /// - Parameters:
    ///   - results: what this model said of other images of the same studies before.
    ///   - betweenLayers: as of ``StudyInference/run(_:into:betweenLayers:)``.
    func run(
        _ batch: StudyBatch, into results: StudyResults,
        betweenLayers: @escaping () -> BatchResult?
    ) throws(ModelError) -> BatchResult {
        let mark = meter.begin()
        let started = (clock.monotonic(), clock.wall())
        var others: [EnergyReading] = []
        let images = batch.members.flatMap { $0.prepared.images }
        let known = KnownEmbeddings(of: images.map(\.digest), in: loaded.cache)
        let answers = try loaded.classify(images, known, explainer: explainer?.explainer) {
            // A layer of this batch between each two of theirs would take half of their capacity.
            while let other = betweenLayers() { others.append(other.energy) }
        }
        let pass = Pass(
            batch: batch, parts: Self.parts(of: batch), answers: answers.results,
            traces: answers.traces, keeps: explainer != nil, known: known,
            started: started, ended: (clock.monotonic(), clock.wall()),
            energy: meter.end(mark).less(others))
        known.keep(
            pass.answers.map(\.embedding), of: images.map(\.digest), energy: pass.energy.reading)
        var (spent, studied, energy) = (StageEnergy(), Duration.zero, pass.energy.reading)
        var outcomes: [(StudyTicket, StudyOutcome)] = []
        let shares = pass.shares
        for (index, member) in batch.members.enumerated() {
            spent.inference += shares[index].joules.value
            let gathered = results.add(member.ticket) { pass.add(index, shares[index], to: &$0) }
            guard let gathered, let whole = gathered.whole else { continue }
            spent.decode += whole.energy.joules.value
            studied += gathered.share
            let (made, explaining) = outcome(member, gathered, whole, pass)
            outcomes.append((member.ticket, made))
            if let explaining {
                spent.inference += explaining.joules.value
                energy = energy.and(explaining)
            }
        }
        return BatchResult(
            outcomes: outcomes, images: known.missing(in: pass.answers.indices),
            energy: energy, spent: spent, duration: pass.duration, studied: studied,
            processor: answers.processor, reused: known.report(pass.energy))
    }

    /// One run of a batch.
    private struct Pass {
        let batch: StudyBatch
        /// Where each member's images stand among the batch's.
        let parts: [Range<Int>]
        let answers: [ImageResult]
        let traces: [ImageTrace?]
        /// Whether evidence may be asked of the images.
        let keeps: Bool
        let known: KnownEmbeddings
        let started: (MonotonicTime, Timestamp)
        let ended: (MonotonicTime, Timestamp)
        let energy: EnergyMeasurement

        var duration: Duration { ended.0 - started.0 }
        /// What was known took nothing of the batch's energy.
        private var weights: [Double] { parts.map { Double(known.missing(in: $0)) } }
        var shares: [EnergyReading] {
            EnergyAttribution.share(energy.reading, weights: weights)
        }

        /// A member's part of the batch, 0...1.
        private func weight(_ index: Int) -> Double {
            known.isEveryOne
                ? 1 / Double(parts.count)
                : weights[index] / Double(max(known.missing(in: answers.indices), 1))
        }

        /// Adds what the pass says of a member and what it cost.
        func add(_ index: Int, _ share: EnergyReading, to study: inout StudyResults.Gathered) {
            let cost = StudyCost(inference: share, work: weights[index])
            study.set(
                answers[parts[index]], traces[parts[index]], of: batch.members[index].prepared,
                keeps: keeps)
            study.batches += 1
            study.cost = study.cost?.and(cost) ?? cost
            study.energy = study.energy?.and(energy) ?? energy
            study.share += duration * weight(index)
            study.duration += duration
            if let use = known.use(in: parts[index]) { study.cache = study.cache?.and(use) ?? use }
            let isFirst = study.batches == 1 || study.duration <= .zero
            study.weight = isFirst ? weight(index) : study.share / study.duration
        }
    }

    /// The outcome of a study that is whole, and what its evidence took; nil without.
    private func outcome(
        _ member: StudyBatch.Member, _ study: StudyResults.Gathered, _ whole: PreparedStudy,
        _ pass: Pass
    ) -> (StudyOutcome, explaining: EnergyReading?) {
        let images = study.images.compactMap { $0?.moved(by: whole.renumbered) }
        let standing = whole.known.control ?? control?.standing(of: whole.scanners)
        if let standing, standing.stop != nil {
            let outcome = findings.notAssessed(
                member, whole.stopped(by: standing), spent: study.cost, meter.nothing,
                at: pass.ended
            ).0
            return (outcome, nil)
        }
        let time = whole.known.decided ?? pass.ended.1
        let alarms =
            whole.known.alarms ?? control?.alarms(against: judge.rules, of: whole.traits) ?? []
        let assessment = judge.assess(
            images, of: whole, ordered: member.event.priority, at: time, under: standing, alarms)
        let (evidence, explaining) = explained(assessment, images, of: whole)
        var cost = StudyCost(
            decode: whole.energy, inference: explaining ?? whole.energy.nothing, work: 0)
        if let run = study.cost { cost = cost.and(run) }
        cost.work = max(1, cost.work)
        let run = FindingMaker.Run(
            batch: Finding.Batch(
                id: pass.batch.id, size: pass.answers.count, batches: study.batches),
            started: pass.started, ended: pass.ended, triaged: clock.monotonic(),
            energy: study.energy ?? pass.energy, cost: cost, weight: study.weight,
            cache: study.cache)
        let decision = judge.decision(
            of: whole, at: time, under: standing, assessment.effective(alarms))
        let outcome = findings.outcome(
            member, whole, images, assessment, evidence, decision, run)
        return (outcome, explaining)
    }

    /// Evidence for what is flagged, where it is asked for, and what it took.
    private func explained(
        _ assessment: TriageAssessment, _ images: [StudyResults.Image], of whole: PreparedStudy
    ) -> (StudyExplainer.Findings, EnergyReading?) {
        guard let explainer, whole.known.isExplained ?? explainer.isOn,
            assessment.findings.contains(where: { $0.answer == .flagged })
        else { return (StudyExplainer.Findings(nothingOf: assessment.findings.count), nil) }
        let mark = meter.begin()
        let findings = explainer.explain(assessment, images)
        return (findings, meter.end(mark).reading)
    }

    /// Where each member's images stand among the batch's.
    private static func parts(of batch: StudyBatch) -> [Range<Int>] {
        var first = 0
        return batch.members.map { member in
            defer { first += member.prepared.images.count }
            return first..<first + member.prepared.images.count
        }
    }
}

extension EnergyMeasurement {
    /// The measurement without what reading studies and batches in between took meanwhile.
    fileprivate func less(_ others: [EnergyReading]) -> EnergyMeasurement {
        func rest(_ part: (EnergyReading) -> Joules) -> Joules {
            max(.zero, others.reduce(part(engine)) { $0 - part($1) })
        }
        return EnergyMeasurement(
            reading: EnergyReading(
                joules: rest(\.joules), low: rest(\.low), high: rest(\.high),
                method: reading.method, zones: reading.zones, duration: reading.duration),
            machine: machine, cpuShare: cpuShare, cpuTime: cpuTime, decoderTime: decoderTime,
            memory: memory, basis: basis)
    }
}
