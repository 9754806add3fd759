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
    /// How studies become the model's input.
    package let input: InputManifest
    /// Arithmetic, kernels and threads in force.
    package let runtime: ModelRuntime
    /// What a run on blank images cost.
    package let calibration: StudyCost

    private let classifier: ImageClassifier
    private let prompts: PromptSet?
    private let policy: TriagePolicy
    private let meter: any EnergyMeter
    private let findings: FindingMaker
    private let clock: any VigilClock
    private let cache: EmbeddingCache?
    private let cascade: StudyCascade?

    /// Loads the model that the settings name with its adapters, and embeds its prompts.
    ///
    /// - Parameter cacheDirectory: where packed weights and embeddings are kept.
    /// - Parameter isSpent: whether the day's energy is spent.
    package init(
        settings: Settings, cacheDirectory: String?, meter: any EnergyMeter,
        pseudonyms: PseudonymKey, clock: any VigilClock,
        isSpent: @escaping @Sendable () -> Bool = { false }
    ) throws {
        let small = try settings.cascadeModel.map { directory in
            try StudyModel(
                settings: settings, directory: directory, ensemble: [], adapters: [], cache: nil,
                cacheDirectory: cacheDirectory, meter: meter, pseudonyms: pseudonyms, clock: clock,
                cascade: nil)
        }
        let large = try StudyModel(
            settings: settings, directory: settings.modelDirectory,
            ensemble: settings.modelEnsemble, adapters: settings.modelAdapters,
            cache: cacheDirectory, cacheDirectory: cacheDirectory, meter: meter,
            pseudonyms: pseudonyms, clock: clock, cascade: nil)
        let cascade = try small.map {
            try StudyCascade(small: $0, large: large, settings, isSpent: isSpent)
        }
        self.init(large, cascade: cascade)
    }

    private init(_ model: StudyModel, cascade: StudyCascade?) {
        identity = model.identity
        input = model.input
        runtime = model.runtime
        calibration = model.calibration
        classifier = model.classifier
        prompts = model.prompts
        policy = model.policy
        meter = model.meter
        findings = model.findings
        clock = model.clock
        cache = model.cache
        self.cascade = cascade
    }

    private init(
        settings: Settings, directory: String, ensemble: [String], adapters: [String],
        cache embeddings: String?, cacheDirectory: String?, meter: any EnergyMeter,
        pseudonyms: PseudonymKey, clock: any VigilClock, cascade: StudyCascade?
    ) throws {
        self.cascade = cascade
        var options = try ModelOptions(
            precision: settings.enginePrecision.rawValue, threads: settings.engineThreads,
            instructionSet: settings.engineISA, cacheDirectory: cacheDirectory)
        options.niceness = InferenceStage.niceness
        options.adapters = try AdapterSet(
            paths: adapters, modelDirectory: directory)
        classifier = try ImageClassifier.load(
            directory: directory, ensemble: ensemble, options: options)
        let model = classifier.model
        guard classifier.head != nil || classifier.labels != nil || !classifier.heads.isEmpty else {
            throw ModelError.noHead(
                family: SafeText(operatorProvided: model.identity.family))
        }
        prompts = classifier.head?.prompts
        policy = TriagePolicy(classifier, settings)
        identity = model.identity
        input = model.input
        runtime = model.runtime
        findings = FindingMaker(
            model: FindingRecord.Model(model.identity, precision: runtime.precision.text),
            preprocessing: model.input.digest, isOfSeries: model.input.isVolume,
            prompts: classifier.head?.digest,
            policy: policy.digest, instructionSet: runtime.instructionSet.text,
            numericMode: runtime.isReproducible ? "reproducible" : "batch-invariant",
            pseudonyms: pseudonyms)
        let bytesMax = settings.cacheEmbeddingsMaxBytes
        cache = embeddings.flatMap { directory in
            bytesMax > 0
                ? EmbeddingCache(directory: directory, bytesMax: bytesMax, model: model) : nil
        }
        self.meter = meter
        self.clock = clock
        // The first pass of a shape takes its memory; no study should wait for that.
        let blank = [Float](repeating: 0, count: input.tensorCount)
        let count = WorkerLimits(settings, input: input).batchImagesMax
        let images = Array(repeating: blank, count: count)
        _ = try model.encode(images: images)
        let mark = meter.begin()
        _ = try model.encode(images: images)
        calibration = StudyCost(
            inference: meter.end(mark).reading, work: Double(count))
    }

    /// Runs a batch and makes each study's finding and energy record. Blocks.
    ///
    /// - Parameter betweenLayers: called between two layers until it returns nil; may run another
    ///   batch, whose result it returns, and whose energy is not this batch's. The bits of neither
    ///   change.
    package func run(
        _ batch: StudyBatch, betweenLayers: @escaping () -> BatchResult? = { nil }
    ) throws(ModelError) -> BatchResult {
        let told = batch.members.filter { $0.prepared.images.isEmpty }.map(notAssessed)
        let shown = StudyBatch(
            id: batch.id, members: batch.members.filter { !$0.prepared.images.isEmpty })
        guard !shown.members.isEmpty else { return BatchResult(told, meter.nothing.reading) }
        let result =
            if let cascade {
                try cascade.run(shown, betweenLayers: betweenLayers)
            } else {
                try runAll(shown, betweenLayers: betweenLayers)
            }
        return told.isEmpty ? result : result.with(told)
    }

    /// What is said of a study that has nothing to show to the model; takes none of its time.
    private func notAssessed(
        _ member: StudyBatch.Member
    ) -> (ticket: StudyTicket, outcome: StudyOutcome, spent: StageEnergy) {
        let (outcome, cost) = findings.notAssessed(
            member, meter.nothing, at: (clock.monotonic(), clock.wall()))
        return (member.ticket, outcome, cost.energy)
    }

    /// The same by this model alone.
    func runAll(
        _ batch: StudyBatch, betweenLayers: @escaping () -> BatchResult?
    ) throws(ModelError) -> BatchResult {
        let mark = meter.begin()
        let started = (clock.monotonic(), clock.wall())
        var others: [EnergyReading] = []
        let images = batch.members.flatMap { $0.prepared.images }
        let known = KnownEmbeddings(of: images.map(\.digest), in: cache)
        let (results, processor) = try classify(images, known) {
            // A layer of this batch between each two of theirs would take half of their capacity.
            while let other = betweenLayers() { others.append(other.energy) }
        }
        let ended = (clock.monotonic(), clock.wall())
        let energy = meter.end(mark).less(others)
        known.keep(results.map(\.embedding), of: images.map(\.digest), energy: energy.reading)
        let parts = Self.parts(of: batch)
        // What was known took nothing of the batch's energy.
        let weights = parts.map { Double(known.missing(in: $0)) }
        let shares = EnergyAttribution.share(energy.reading, weights: weights)
        let encoded = max(known.missing(in: results.indices), 1)
        var spent = StageEnergy()
        var outcomes: [(StudyTicket, StudyOutcome)] = []
        for (index, member) in batch.members.enumerated() {
            let run = FindingMaker.Run(
                batchID: batch.id, batchImages: results.count, started: started, ended: ended,
                triaged: clock.monotonic(), energy: energy,
                cost: StudyCost(
                    decode: member.prepared.energy, inference: shares[index],
                    work: max(1, weights[index])),
                weight: known.isEveryOne
                    ? 1 / Double(batch.members.count) : weights[index] / Double(encoded),
                cache: known.use(in: parts[index]))
            spent = spent + run.cost.energy
            let part = Array(results[parts[index]])
            let assessment = policy.assess(
                scores(part, of: member.prepared), ordered: member.event.priority,
                isValidated: identity.areFindingsValidated)
            outcomes.append((member.ticket, findings.outcome(member, part, assessment, run)))
        }
        return BatchResult(
            outcomes: outcomes, images: known.missing(in: results.indices),
            energy: energy.reading, spent: spent, duration: ended.0 - started.0,
            processor: processor, reused: known.report(energy))
    }

    /// Where each study's images stand among the batch's.
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
        _ images: [PreparedStudy.Image], _ known: KnownEmbeddings,
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

    private func scores(_ images: [ImageResult], of study: PreparedStudy) -> [ImageScores] {
        zip(images, study.images).map { result, image in
            let zeroShot = result.scores.map { score in
                Triage.FindingScore(
                    code: score.code, label: prompts?.findings[score.finding].label ?? score.code,
                    probability: score.probability, logitDifference: score.logitDifference)
            }
            let ofHeads = result.headScores.map { score in
                let head = classifier.heads[score.head]
                return Triage.FindingScore(
                    code: score.code, label: head.labels[score.label].label,
                    probability: score.probability, logitDifference: score.logit,
                    head: head.identity.name)
            }
            return ImageScores(
                instance: image.evidence.instance, frame: image.evidence.frame,
                findings: zeroShot + ofHeads)
        }
    }
}

extension TriagePolicy {
    /// The operating points of a model's prompts and heads.
    fileprivate init(_ classifier: ImageClassifier, _ settings: Settings) {
        let prompts = classifier.head?.prompts
        var points = (prompts?.findings ?? []).compactMap {
            OperatingPoint(code: $0.code, threshold: 0.5, priority: $0.acuity)
        }
        points += (classifier.labels?.codes ?? []).compactMap {
            OperatingPoint(code: $0, threshold: 0.5, priority: PromptSet.acuity(of: $0))
        }
        for head in classifier.heads {
            points += head.labels.compactMap {
                OperatingPoint(
                    code: OperatingPoint.key(code: $0.code, head: head.identity.name),
                    threshold: $0.threshold, priority: $0.acuity)
            }
        }
        let names = prompts.map { ["prompts-\($0.name)-\($0.version)"] } ?? []
        self.init(
            version: (names + classifier.heads.map(\.identity.name)).joined(separator: "+"),
            operatingPoints: points, deadlines: ClinicalDeadlines(settings),
            unvalidatedMayRaise: settings.triageUnvalidatedMayRaise)
    }
}

extension FindingRecord.Model {
    /// What a finding says of the model.
    fileprivate init(_ identity: ModelIdentity, precision: String) {
        self.init(
            name: identity.name, digest: identity.digest, family: identity.family,
            precision: precision, isValidated: identity.areFindingsValidated,
            trainedOn: identity.trainedOn, intendedUse: identity.intendedUse,
            adapters: identity.adapters.map {
                FindingRecord.Adapter(name: $0.name, kind: $0.kind.rawValue, digest: $0.digest)
            })
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
