internal import Energy
internal import FoundationModel
internal import Imaging
internal import Triage
internal import VigilCore
internal import WorkerCore

extension StudyModel {
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
        guard !shown.members.isEmpty else { return BatchResult(told, meter.nothing.reading) }
        let result =
            if let cascade {
                try cascade.run(shown, into: results, betweenLayers: betweenLayers)
            } else {
                try runAll(shown, into: results.large, betweenLayers: betweenLayers)
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
        let (outcome, _) = findings.notAssessed(
            member, whole, spent: spent, meter.nothing, at: (clock.monotonic(), clock.wall()))
        return (member.ticket, outcome, StageEnergy(decode: whole.energy.joules.value))
    }

    /// The same by this model alone.
    func runAll(
        _ batch: StudyBatch, into results: StudyResults,
        betweenLayers: @escaping () -> BatchResult?
    ) throws(ModelError) -> BatchResult {
        let mark = meter.begin()
        let started = (clock.monotonic(), clock.wall())
        var others: [EnergyReading] = []
        let images = batch.members.flatMap { $0.prepared.images }
        let known = KnownEmbeddings(of: images.map(\.digest), in: cache)
        let (answers, processor) = try classify(images, known) {
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
            let gathered = results.add(member.ticket) { pass.add(index, shares[index], to: &$0) }
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
        let assessment = policy.assess(
            images.map(scores), ordered: member.event.priority,
            isValidated: identity.areFindingsValidated)
        return findings.outcome(member, whole, images, assessment, run)
    }

    /// Where each member's images stand among the batch's.
    private static func parts(of batch: StudyBatch) -> [Range<Int>] {
        var first = 0
        return batch.members.map { member in
            defer { first += member.prepared.images.count }
            return first..<first + member.prepared.images.count
        }
    }

    /// Encodes what is not known, and scores all. Gives the encoder's processor time as well,
    /// without what ran between its layers.
    private func classify(
        _ images: [PreparedSlice.Image], _ known: KnownEmbeddings,
        betweenLayers: @escaping () -> Void
    ) throws(ModelError) -> ([ImageResult], processor: Duration) {
        let tensors = images.indices.filter { known[$0] == nil }.map { images[$0].tensor }
        let (pixels, width) = (input.tensorCount, classifier.model.embeddingWidth)
        let flat = UnsafeMutableBufferPointer<Float>.allocate(capacity: tensors.count * pixels)
        defer { flat.deallocate() }
        for (index, tensor) in tensors.enumerated() {
            let slot = flat[(index * pixels)..<((index + 1) * pixels)]
            _ = UnsafeMutableBufferPointer(rebasing: slot).initialize(fromContentsOf: tensor)
        }
        let model = classifier.model
        var begun = model.processorTime()
        let encoded = try model.encode(
            UnsafeBufferPointer(flat), count: tensors.count,
            betweenLayers: { () throws(ModelError) in
                let before = model.processorTime()
                betweenLayers()
                begun += model.processorTime() - before
            })
        let processor = model.processorTime() - begun
        var embeddings: [Float] = []
        embeddings.reserveCapacity(images.count * width)
        var next = 0
        for index in images.indices {
            if let embedding = known[index]?.embedding {
                embeddings += embedding
            } else {
                embeddings += encoded[next * width..<(next + 1) * width]
                next += 1
            }
        }
        let result = embeddings.withUnsafeBufferPointer { embeddings in
            Result { () throws(ModelError) in
                try classifier.results(embeddings, count: images.count)
            }
        }
        return (try result.get(), processor)
    }

    private func scores(_ image: StudyResults.Image) -> ImageScores {
        let zeroShot = image.result.scores.map { score in
            // What an untrained output says would be positive in every image.
            Triage.FindingScore(
                code: score.code, label: prompts?.findings[score.finding].label ?? score.code,
                probability: untrained.contains(score.finding) ? .nan : score.probability,
                logitDifference: score.logitDifference)
        }
        let ofHeads = image.result.headScores.map { score in
            let head = classifier.heads[score.head]
            return Triage.FindingScore(
                code: score.code, label: head.labels[score.label].label,
                probability: score.probability, logitDifference: score.logit,
                head: head.identity.name)
        }
        return ImageScores(
            instance: image.evidence.instance, frame: image.evidence.frame,
            findings: zeroShot + ofHeads, isOutsideDomain: image.result.isOutsideDomain,
            refusal: image.result.refusal)
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
