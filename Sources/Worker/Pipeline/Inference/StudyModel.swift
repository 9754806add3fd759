internal import Energy
internal import FoundationModel
internal import VigilCore
internal import WorkerCore

/// One model with what turns its scores into findings. Used by the inference thread.
struct StudyModel: Sendable {
    let loaded: LoadedModel
    let judge: StudyJudge
    let findings: FindingMaker
    let meter: any EnergyMeter
    let clock: any VigilClock
    /// Whether an index of its embeddings is kept.
    let isIndexed: Bool

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
        let (answers, processor) = try loaded.classify(images, known) {
            // A layer of this batch between each two of theirs would take half of their capacity.
            while let other = betweenLayers() { others.append(other.energy) }
        }
        let pass = Pass(
            batch: batch, parts: Self.parts(of: batch), answers: answers, known: known,
            started: started, ended: (clock.monotonic(), clock.wall()),
            energy: meter.end(mark).less(others))
        known.keep(
            answers.map(\.embedding), of: images.map(\.digest), energy: pass.energy.reading)
        var (spent, studied) = (StageEnergy(), Duration.zero)
        var outcomes: [(StudyTicket, StudyOutcome)] = []
        let shares = pass.shares
        for (index, member) in batch.members.enumerated() {
            spent.inference += shares[index].joules.value
            let gathered = results.add(member.ticket) {
                if isIndexed { $0.vector = $0.vector ?? StudyVector() }
                pass.add(index, shares[index], to: &$0)
            }
            guard let gathered, let whole = gathered.whole else { continue }
            spent.decode += whole.energy.joules.value
            studied += gathered.share
            outcomes.append((member.ticket, outcome(member, gathered, whole, pass)))
        }
        return BatchResult(
            outcomes: outcomes, images: known.missing(in: answers.indices),
            energy: pass.energy.reading, spent: spent, duration: pass.duration, studied: studied,
            processor: processor, reused: known.report(pass.energy))
    }

    /// One run of a batch.
    private struct Pass {
        let batch: StudyBatch
        /// Where each member's images stand among the batch's.
        let parts: [Range<Int>]
        let answers: [ImageResult]
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
            study.set(answers[parts[index]], of: batch.members[index].prepared)
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

    private func outcome(
        _ member: StudyBatch.Member, _ study: StudyResults.Gathered, _ whole: PreparedStudy,
        _ pass: Pass
    ) -> StudyOutcome {
        let images = study.images.compactMap { $0?.moved(by: whole.renumbered) }
        var cost = StudyCost(
            decode: whole.energy, inference: whole.energy.nothing, work: 0)
        if let run = study.cost { cost = cost.and(run) }
        cost.work = max(1, cost.work)
        let run = FindingMaker.Run(
            batch: Finding.Batch(
                id: pass.batch.id, size: pass.answers.count, batches: study.batches),
            started: pass.started, ended: pass.ended, triaged: clock.monotonic(),
            energy: study.energy ?? pass.energy, cost: cost, weight: study.weight,
            cache: study.cache)
        let time = whole.known.decided ?? pass.ended.1
        let assessment = judge.assess(
            images, of: whole, ordered: member.event.priority, at: time)
        return findings.outcome(
            member, whole, images, assessment,
            judge.decision(of: whole, at: time), run
        ).directed(study.vector?.direction(loaded.classifier.model))
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
