internal import Context
internal import Energy
internal import FoundationModel
internal import Imaging
internal import Triage
internal import VigilCore
internal import WorkerCore

/// Writes down one study's result as the records that go out.
struct FindingMaker: Sendable {
    /// What the runs of a study's batches add; times are those of the last one.
    struct Run {
        let batch: Finding.Batch
        let started: (MonotonicTime, Timestamp)
        let ended: (MonotonicTime, Timestamp)
        let triaged: MonotonicTime
        let energy: EnergyMeasurement
        /// What the study was measured to cost, and its part of its batches.
        let cost: StudyCost
        let weight: Double
        /// What the cache of embeddings did for the study.
        let cache: Finding.CacheUse?
    }

    let model: Finding.Model
    let preprocessing: Digest
    /// Whether a series is one image to the model.
    let isOfSeries: Bool
    let prompts: Digest?
    let instructionSet: String
    let numericMode: String
    let pseudonyms: PseudonymKey

    /// The findings of a model.
    init(_ loaded: LoadedModel, pseudonyms: PseudonymKey) {
        model = Finding.Model(loaded.identity, precision: loaded.runtime.precision.text)
        preprocessing = loaded.input.digest
        isOfSeries = loaded.input.isVolume
        prompts = loaded.classifier.head?.digest
        instructionSet = loaded.runtime.instructionSet.text
        numericMode = loaded.runtime.isReproducible ? "reproducible" : "batch-invariant"
        self.pseudonyms = pseudonyms
    }

    /// The finding and the energy record, but for the time of publication and the charge.
    func outcome(
        _ member: StudyBatch.Member, _ whole: PreparedStudy, _ images: [StudyResults.Image],
        _ assessment: TriageAssessment, _ evidence: StudyExplainer.Findings,
        _ decision: Finding.Decision, _ run: Run
    ) -> StudyOutcome {
        let pseudonym = Pseudonym(of: member.event.study, key: pseudonyms.bytes)
        let cause = EventIdentity(of: member.event)
        let id = id(of: whole, pseudonym)
        var finding = Finding(
            findingID: id, study: member.event.study, pseudonym: pseudonym, cause: cause,
            priority: Finding.Priorities(
                order: whole.known.order ?? Finding.Order(event: assessment.ordered),
                ai: assessment.ai, effective: assessment.effective),
            urgency: assessment.urgency,
            reasons: assessment.reasons.map { Finding.Reason($0) },
            decision: decision,
            assessed: Finding.Assessed(
                model: model, preprocessing: preprocessing, prompts: prompts,
                output: Self.digest(images), numericMode: numericMode,
                findings: zip(assessment.findings, evidence.explained).map {
                    Finding.Result($0, isOfSeries: isOfSeries, explained: $1)
                }),
            instances: Self.marked(whole, images), leftOut: whole.gated.leftOut,
            revision: whole.known.revision, run: self.run(member, whole, run))
        finding.assessed?.maps = evidence.maps
        let prior = whole.known.prior?.prior(of: finding)
        finding.assessed?.prior = prior
        let energy = EnergyRecord(
            subject: .study(
                EnergyRecord.StudyShare(
                    findingID: id, study: pseudonym, cause: cause,
                    batch: run.batch,
                    share: run.weight, model: model.digest,
                    traceparent: member.event.traceparent,
                    tracestate: member.event.tracestate, saved: run.cache?.saved,
                    deferral: member.study.waited)),
            reading: run.energy.reading, cpuShare: run.energy.cpuShare,
            cpuTime: run.energy.cpuTime, basis: run.energy.basis.text)
        return .finding(finding, energy, run.cost)
    }

    /// The name of a study's finding. A late series must not make another finding of a study that
    /// comes in parts.
    func id(of whole: PreparedStudy, _ pseudonym: Pseudonym) -> UUIDv5 {
        let series =
            !whole.known.isInParts
            ? whole.instances.map { $0.series?.safeText ?? $0.pixels.hex } : []
        return FindingIdentity.finding(
            study: pseudonym, series: series.map { SafeText(fixedMessage: $0) },
            model: model.digest, preprocessing: preprocessing, prompts: prompts,
            adapters: model.adapters.map(\.digest))
    }

    /// The instances, those marked of which an image lies outside the model's training domain.
    private static func marked(
        _ study: PreparedStudy, _ images: [StudyResults.Image]
    ) -> [Finding.Instance] {
        let outside = Set(
            images.filter(\.result.isOutsideDomain).map(\.evidence.instance))
        return study.instances.enumerated().map { index, instance in
            outside.contains(index) ? instance.flagged(DomainAdapter.flag) : instance
        }
    }

    /// One image's digest as it is; of several, the digest over theirs in order.
    private static func digest(_ images: [StudyResults.Image]) -> Digest {
        guard images.count != 1 else { return images[0].result.digest }
        return Digest(of: images.flatMap(\.result.digest.bytes))
    }

    func run(
        _ member: StudyBatch.Member, _ prepared: PreparedStudy, _ run: Run
    ) -> Finding.Run {
        var out = Finding.Run()
        let study = member.study
        let available = study.deferral?.note.timestamp ?? study.available
        out.timeline.available = available
        out.timeline.consumed = study.takenWall
        out.timeline.decoded = prepared.decodedAt
        out.timeline.batched = run.started.1
        out.timeline.inferStart = run.started.1
        out.timeline.inferEnd = run.ended.1
        // Two machines' clocks may differ: a study is never taken before it was there.
        let inTopic = available.map {
            Duration.microseconds(max(0, study.takenWall.microseconds - $0.microseconds))
        }
        out.timeToNotification.topic = inTopic
        out.timeToNotification.queue = prepared.queued
        out.timeToNotification.fetch = prepared.took.fetched
        out.timeToNotification.decode = prepared.took.decoded
        out.timeToNotification.preprocess = prepared.took.preprocessed
        out.timeToNotification.batch = run.started.0 - prepared.readyAt
        out.timeToNotification.infer = run.ended.0 - run.started.0
        out.timeToNotification.triage = run.triaged - run.ended.0
        let left = (study.deadline - study.taken).components
        out.deadline = Timestamp(
            microseconds: study.takenWall.microseconds + left.seconds * 1_000_000
                + left.attoseconds / 1_000_000_000_000)
        out.batch = run.batch
        out.position = study.origin
        out.cache = run.cache
        out.instructionSet = instructionSet
        out.traceparent = member.event.traceparent
        out.tracestate = member.event.tracestate
        return out
    }
}

extension StudyInFlight {
    /// Its wait for a cleaner hour, as the energy record tells it.
    var waited: DeferralRecord? {
        guard let deferral, let end = deferral.end else { return nil }
        let before = takenWall.microseconds - deferral.note.decided.microseconds
        return DeferralRecord(
            notBefore: deferral.note.notBefore,
            waited: max(.zero, .microseconds(before) + (end.time - taken)),
            end: end.reason.rawValue, intensity: deferral.note.intensity)
    }
}

extension Finding.Model {
    /// What a finding says of the model.
    fileprivate init(_ identity: ModelIdentity, precision: String) {
        self.init(
            name: identity.name, digest: identity.digest, family: identity.family,
            precision: precision, isValidated: identity.areFindingsValidated,
            trainedOn: identity.trainedOn, intendedUse: identity.intendedUse,
            adapters: identity.adapters.map {
                Finding.Adapter(name: $0.name, kind: $0.kind.rawValue, digest: $0.digest)
            })
    }
}
