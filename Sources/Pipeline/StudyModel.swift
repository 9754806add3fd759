package import Energy
package import FoundationModel
package import Imaging
package import Settings
internal import Triage
package import VigilCore
internal import Wire

/// The model with everything that turns a batch of studies into findings: prompts, triage policy,
/// energy meter. Used by the inference thread.
package struct StudyModel: Sendable {
    package let identity: ModelIdentity
    package let preprocessing: PreprocessingManifest
    /// Arithmetic, kernels and threads in force.
    package let runtime: ModelRuntime
    /// What a run on blank images cost.
    package let calibration: StudyCost

    private let classifier: ImageClassifier
    private let prompts: PromptSet
    private let policy: TriagePolicy
    private let meter: any EnergyMeter
    private let findings: FindingMaker
    private let clock: any VigilClock

    /// Loads the model that the settings name and embeds its prompts.
    ///
    /// - Parameter cacheDirectory: where packed weights and prompt embeddings are kept.
    package init(
        settings: Settings, cacheDirectory: String?, meter: any EnergyMeter,
        pseudonyms: PseudonymKey, clock: any VigilClock
    ) throws {
        let model = try ClipModel.load(
            directory: settings.modelDirectory,
            options: ModelOptions(
                precision: settings.enginePrecision.rawValue, threads: settings.engineThreads,
                instructionSet: settings.engineISA, cacheDirectory: cacheDirectory))
        prompts = try PromptSet.read(modelDirectory: settings.modelDirectory)
        let head = try ZeroShotHead(
            model: model, prompts: prompts, cacheDirectory: cacheDirectory)
        classifier = ImageClassifier(model: model, head: head)
        policy = TriagePolicy(
            version: "prompts-\(prompts.name)-\(prompts.version)",
            operatingPoints: prompts.findings.compactMap {
                OperatingPoint(code: $0.code, threshold: 0.5, priority: $0.acuity)
            },
            deadlines: ClinicalDeadlines(settings),
            unvalidatedMayRaise: settings.triageUnvalidatedMayRaise)
        identity = model.identity
        preprocessing = model.preprocessing
        runtime = model.runtime
        findings = FindingMaker(
            model: FindingRecord.Model(
                name: model.identity.name, digest: model.identity.digest,
                family: model.identity.family, precision: runtime.precision.text,
                isValidated: model.identity.isValidated, trainedOn: model.identity.trainedOn,
                intendedUse: model.identity.intendedUse),
            preprocessing: model.preprocessing.digest, prompts: head.digest,
            policy: policy.digest, instructionSet: runtime.instructionSet.text,
            numericMode: runtime.isReproducible ? "reproducible" : "batch-invariant",
            pseudonyms: pseudonyms)
        self.meter = meter
        self.clock = clock
        // The first pass of a shape takes its memory; no study should wait for that.
        let blank = [Float](repeating: 0, count: preprocessing.tensorCount)
        let images = Array(repeating: blank, count: settings.batchSizeMax)
        _ = try model.encode(images: images)
        let mark = meter.begin()
        _ = try model.encode(images: images)
        calibration = StudyCost(
            inference: meter.end(mark).reading, work: Double(settings.batchSizeMax))
    }

    /// Runs a batch and makes each study's finding and energy record. Blocks.
    ///
    /// - Parameter betweenLayers: called between two layers; may run another batch, whose result it
    ///   returns, and whose energy is not this batch's. The bits of neither change.
    package func run(
        _ batch: StudyBatch, betweenLayers: @escaping () -> BatchResult? = { nil }
    ) throws(ModelError) -> BatchResult {
        let mark = meter.begin()
        let started = (clock.monotonic(), clock.wall())
        var others: [EnergyReading] = []
        let results = try classify(batch) {
            if let other = betweenLayers() { others.append(other.energy) }
        }
        let ended = (clock.monotonic(), clock.wall())
        let energy = meter.end(mark).less(others)
        let weights = batch.members.map { Double($0.prepared.images.count) }
        let shares = EnergyAttribution.share(energy.reading, weights: weights)
        var spent = StageEnergy()
        var first = 0
        var outcomes: [(StudyTicket, StudyOutcome)] = []
        for (member, share) in zip(batch.members, shares) {
            let count = member.prepared.images.count
            let images = Array(results[first..<first + count])
            first += count
            let run = FindingMaker.Run(
                batchID: batch.id, batchImages: results.count, started: started, ended: ended,
                triaged: clock.monotonic(), energy: energy,
                cost: StudyCost(
                    decode: member.prepared.energy, inference: share, work: Double(count)),
                weight: Double(count) / Double(max(results.count, 1)))
            spent = spent + run.cost.energy
            let assessment = policy.assess(
                scores(images, of: member.prepared), ordered: member.event.priority,
                isValidated: identity.isValidated)
            outcomes.append(
                (member.ticket, findings.outcome(member, images, assessment, run)))
        }
        return BatchResult(
            outcomes: outcomes, images: results.count, energy: energy.reading,
            spent: spent, duration: ended.0 - started.0)
    }

    private func classify(
        _ batch: StudyBatch, betweenLayers: @escaping () -> Void
    ) throws(ModelError) -> [ImageResult] {
        let tensors = batch.members.flatMap { $0.prepared.images }.map(\.tensor)
        let pixels = preprocessing.tensorCount
        let flat = UnsafeMutableBufferPointer<Float>.allocate(capacity: tensors.count * pixels)
        defer { flat.deallocate() }
        for (index, tensor) in tensors.enumerated() {
            let slot = flat[(index * pixels)..<((index + 1) * pixels)]
            _ = UnsafeMutableBufferPointer(rebasing: slot).initialize(fromContentsOf: tensor)
        }
        return try classifier.classify(
            images: UnsafeBufferPointer(flat), count: tensors.count,
            betweenLayers: { () throws(ModelError) in betweenLayers() })
    }

    private func scores(_ images: [ImageResult], of study: PreparedStudy) -> [ImageScores] {
        zip(images, study.images).map { result, image in
            ImageScores(
                instance: image.evidence.instance, frame: image.evidence.frame,
                findings: result.scores.map { score in
                    Triage.FindingScore(
                        code: score.code, label: prompts.findings[score.finding].label,
                        probability: score.probability, logitDifference: score.logitDifference)
                })
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

extension StudyCost {
    /// The cost of work by the readings of its stages.
    init(decode: EnergyReading? = nil, inference: EnergyReading, work: Double) {
        let parts = [decode, inference].compactMap { $0 }
        self.init(
            energy: StageEnergy(
                decode: decode?.joules.value ?? 0, inference: inference.joules.value),
            low: parts.reduce(0) { $0 + $1.low.value },
            high: parts.reduce(0) { $0 + $1.high.value }, work: work, method: inference.method,
            zones: inference.zones)
    }
}
