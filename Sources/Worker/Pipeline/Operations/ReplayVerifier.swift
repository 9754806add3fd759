internal import Context
internal import Control
internal import Energy
internal import FoundationModel
internal import Imaging
package import KafkaTransport
internal import Processes
internal import Reporting
package import Settings
package import Telemetry
package import VigilCore
internal import Wire
internal import WorkerCore

/// Runs study events of the past again and compares each finding's deterministic part with the one
/// that was published. It joins no group, commits nothing and publishes nothing. One thread.
package final class ReplayVerifier {
    /// Which records of a topic.
    package struct Range: Sendable {
        package let topic: String
        /// Nil for all partitions.
        package let partition: Int32?
        /// Offsets, the last excluded.
        package let offsets: Swift.Range<Int64>

        package init(topic: String, partition: Int32?, offsets: Swift.Range<Int64>) {
            self.topic = topic
            self.partition = partition
            self.offsets = offsets
        }

        func contains(_ position: RecordPosition) -> Bool {
            offsets.contains(position.offset)
                && (partition == nil || partition == position.partition)
        }
    }

    /// How one event came out.
    package enum Verdict: Sendable, Hashable {
        /// The same digest.
        case same(Digest)
        /// Another digest than the one published.
        case differs(published: Digest, now: Digest)
        /// It failed with the error of its dead letter.
        case failsAgain(code: SafeText)
        /// It has a finding now, but was published as something else or not at all.
        case onlyNow(Digest)
        /// It was published, but fails now.
        case onlyPublished(code: SafeText)
        /// It fails now, and nothing is published, or another failure.
        case failsOtherwise(code: SafeText)
        /// The same finding, and other evidence than it tells of.
        case evidenceDiffers(published: Digest, now: Digest)
        /// The same finding, and another draft report than the one published with it.
        case draftDiffers(published: Digest, now: Digest)
        /// The same finding and no draft, where one was published with it.
        case draftFails(code: SafeText)

        /// Whether the replay reproduced what was published.
        package var isReproduced: Bool {
            switch self {
            case .same, .failsAgain: true
            case .differs, .onlyNow, .onlyPublished, .failsOtherwise, .evidenceDiffers,
                .draftDiffers, .draftFails:
                false
            }
        }
    }

    private let settings: Settings
    private let kafka: KafkaConfiguration
    private let timeout: Duration
    private let clock = SystemClock()
    private let model: StudyInference
    private let reader: StudyReader
    private let context: ReplayedContext
    private let senders: SenderIDs
    /// Nil where the settings want none.
    private let drafts: ReportDrafts?

    /// Makes the parts that need no broker.
    ///
    /// - Parameters:
    ///   - timeout: how long brokers may say nothing while topics are read.
    ///   - modelCache: where packed weights and prompt embeddings are kept between starts.
    package init(
        settings: Settings, kafka: KafkaConfiguration, timeout: Duration, modelCache: String?,
        telemetry: Telemetry
    ) throws {
        if settings.modelDirectory.isEmpty { throw PipelineError.settingMissing("model.directory") }
        try SettingPaths.check(settings)
        self.settings = settings
        self.kafka = kafka
        self.timeout = timeout
        let pseudonyms = try PseudonymKey(settings)
        senders = SenderIDs(settings, pseudonyms)
        context = ReplayedContext(settings, kafka)
        drafts = try ReportDrafts(settings)
        let meter = try EnergyMeters.detect(settings)
        model = try StudyInference(
            settings: settings, cacheDirectory: modelCache, meter: meter, pseudonyms: pseudonyms,
            clock: clock, mayExplain: true)
        reader = StudyReader(
            sources: try InstanceSources(settings, telemetry: telemetry, health: HealthState()),
            decoders: try DecoderPool(slots: 1, limits: DecodeLimits(settings)),
            gate: HeaderGate(model, settings), input: model.input,
            budget: StudyBudget(settings), pseudonymKey: pseudonyms.bytes,
            meter: meter, clock: clock, telemetry: telemetry)
    }

    /// Runs a range again.
    ///
    /// - Parameter tell: called after each event.
    /// - Throws: what kept the range from being run at all.
    package func run(_ range: Range, tell: (RecordPosition, Verdict) -> Void) throws {
        let published = try publishedOutcomes()
        let decoder = StudyEventDecoder(limits: WireLimits(settings), senders: senders)
        let log = try records(of: [range.topic])
        let places = Dictionary(log.map { ($0.position, $0) }) { $1 }
        let assembler = StudyAssembler(
            events: decoder, instancesMax: settings.studyInstancesMax
        ) { $0.map { places[$0] } }
        for record in log where range.contains(record.position) {
            tell(record.position, try verdict(record, decoder, published, assembler))
        }
    }

    /// What the workers published, by the event that caused it.
    private struct Published {
        /// By the event that caused it, and by each event that it answers.
        var findings: [EventIdentity: PublishedFinding] = [:]
        var failures: [RecordPosition: String] = [:]
        /// The `ce_id`s of the events that took a study back.
        var retractions: Set<String> = []
        /// Drafts by the digests of the findings that they are of.
        var drafts: [Digest: ReportDraft<String>] = [:]
        /// The digests of maps, the same way.
        var maps: [Digest: [Digest]] = [:]

        /// The event by the names of `privacy.sender-ids`, or by the sender's own where an outcome
        /// has them, of a worker that was set otherwise.
        func event(
            of record: InboundRecord, _ decoder: StudyEventDecoder
        ) throws(WireError) -> StudyEvent {
            let own = try decoder.passing.decode(record)
            let identity = EventIdentity(of: own)
            let isKnown = findings[identity] != nil || retractions.contains(own.id)
            return isKnown ? own : try decoder.decode(record)
        }
    }

    private func publishedOutcomes() throws -> Published {
        var published = Published()
        // This version's record comes last, and so stands for what the last release is sent of it.
        for topic in settings.topicsOfFindings.reversed() {
            for record in try records(of: [topic]) {
                if let cause = FindingTombstone.cause(of: record) {
                    published.retractions.insert(cause)
                }
                guard let finding = PublishedFinding(record) else { continue }
                published.findings[finding.record.cause] = finding
                for answer in finding.record.revision?.answers ?? [] {
                    published.findings[answer.event] = finding
                }
            }
        }
        for record in try records(of: [settings.topicsReport].compactMap { $0 }) {
            guard let draft = try? ReportDecoder.decode(record) else { continue }
            published.drafts[draft.subject.record] = draft
        }
        for record in try records(of: [settings.topicsEvidence].compactMap { $0 }) {
            guard let evidence = try? EvidenceDecoder.decode(record) else { continue }
            published.maps[evidence.record] = evidence.maps.map(\.map.digest)
        }
        for record in try records(of: [settings.topicsDeadLetter, settings.topicsExpired]) {
            guard let letter = try? DeadLetterDecoder.decode(record) else { continue }
            published.failures[letter.origin] = letter.errorCode
        }
        return published
    }

    private func records(of topics: [String]) throws(KafkaError) -> [InboundRecord] {
        var reader = try RecordReader(configuration: kafka)
        try reader.open(topics, timeout: timeout)
        return try reader.readToEnd(timeout: timeout)
    }

    private func verdict(
        _ record: InboundRecord, _ decoder: StudyEventDecoder, _ published: Published,
        _ assembler: StudyAssembler
    ) throws -> Verdict {
        let failure = published.failures[record.position]
        let event: StudyEvent
        do throws(WireError) {
            event = try published.event(of: record, decoder)
        } catch {
            return error.code.text == failure
                ? .failsAgain(code: error.code) : .failsOtherwise(code: error.code)
        }
        if let unwanted = Self.unwanted.first(where: { $0.code.text == failure }) {
            return .failsAgain(code: unwanted.code)
        }
        let earlier = published.findings[EventIdentity(of: event)]
        let isRetracted = event.withdrawal != nil && published.retractions.contains(event.id)
        if let reason = isRetracted ? WireError.withdrawn.code : earlier?.reasonBeyondEvent {
            // The record itself is not made again; its draft is made of the record alone.
            let draft = earlier.flatMap { draftVerdict($0.record, published) }
            return draft ?? .failsAgain(code: reason)
        }
        do throws(StageFailure) {
            let now = try finding(record, event, earlier, assembler)
            let verdict = earlier?.verdict(now) ?? .onlyNow(now.deterministicDigest)
            guard case .same(let digest) = verdict else { return verdict }
            return mapVerdict(now, published.maps[digest]) ?? draftVerdict(now, published)
                ?? verdict
        } catch {
            if case .shutDown = error.error.disposition { throw error.error }
            let code = error.error.code
            if earlier != nil { return .onlyPublished(code: code) }
            return code.text == failure ? .failsAgain(code: code) : .failsOtherwise(code: code)
        }
    }

    /// What is wrong with the maps of a finding that came out the same; nil: nothing, or none were
    /// published with it.
    private func mapVerdict(_ finding: Finding, _ published: [Digest]?) -> Verdict? {
        let now = finding.assessed?.maps.map(\.map.digest) ?? []
        guard let published, published != now else { return nil }
        func joined(_ maps: [Digest]) -> Digest { Digest(of: maps.flatMap(\.bytes)) }
        return .evidenceDiffers(published: joined(published), now: joined(now))
    }

    /// What is wrong with the draft of a finding that came out the same; nil: nothing, or none was
    /// published with it. The sentences of a site's own generator go through the gate again.
    private func draftVerdict(_ finding: Finding, _ published: Published) -> Verdict? {
        guard let drafts, let draft = published.drafts[finding.deterministicDigest] else {
            return nil
        }
        do throws(ReportError) {
            let now = try drafts.draft(
                of: finding, offered: GeneratorSentences(recorded: draft)
            ).digest
            return now == draft.digest
                ? nil : .draftDiffers(published: draft.digest, now: now)
        } catch {
            return .draftFails(code: error.code)
        }
    }

    /// Reasons for which no result is wanted, which do not lie in the event alone.
    private static let unwanted: [WireError] = [
        .expired, .duplicate, .withdrawn, .nothingToRecall, .notAuthorised,
    ]

    /// The finding of one event, run alone: its bits do not depend on its batch. What its decision
    /// hung on besides is taken from the one that was published.
    private func finding(
        _ record: InboundRecord, _ event: StudyEvent, _ published: PublishedFinding?,
        _ assembler: StudyAssembler
    ) throws(StageFailure) -> Finding {
        let (taken, wall) = (clock.monotonic(), clock.wall())
        let whole = try published.map { (published) throws(StageFailure) in
            try event.whole(of: published, assembler)
        }
        let patient = try published.flatMap { (published) throws(StageFailure) in
            try context.known(to: published.record)
        }
        defer { reader.endStudy() }
        let study = StudyInFlight(
            StudyTicket(number: 0), record, intake: StudyInFlight.Moment(taken, wall),
            deadline: taken)
        let results = CascadeResults()
        // The small model of a cascade leaves studies of several slices to a second run.
        for _ in 0..<2 {
            var reading = StudyReading(
                whole ?? event, revision: published?.record.revision,
                order: published?.order(event),
                decided: published?.record.decision.decidedAt, taken: taken)
            reading.known.context = patient
            reading.known.prior = published?.record.assessed?.prior.map { KnownPrior(told: $0) }
            reading.known.control = published?.record.allowed
            reading.known.alarms = published?.record.decision.alarms
            reading.known.isExplained = published?.isExplained
            // A whole event's finding may have been revised, and keeps its name.
            reading.known.isInParts = event.isPart
            while true {
                let images = try reader.readNext(of: &reading)
                let slice = PreparedSlice(
                    images: images, first: reading.images - images.count,
                    whole: reader.whole(reading))
                guard !images.isEmpty || slice.whole != nil else { continue }
                let member = StudyBatch.Member(
                    study: study, event: whole ?? event, prepared: slice, images: images.count)
                if let finding = try run(member, into: results) { return finding }
                if slice.whole != nil { break }
            }
        }
        throw StageFailure(.infer, PipelineError.interrupted)
    }

    /// The finding of a study that is whole with a slice; nil of one that is not.
    private func run(
        _ member: StudyBatch.Member, into results: CascadeResults
    ) throws(StageFailure) -> Finding? {
        do throws(ModelError) {
            let result = try model.run(StudyBatch(id: "replay", members: [member]), into: results)
            let outcome = result.outcomes.first?.1
            return if case .finding(let finding, _, _, _)? = outcome { finding } else { nil }
        } catch {
            throw StageFailure(.infer, error)
        }
    }
}

extension Finding {
    /// What operators allowed when it was decided.
    fileprivate var allowed: ControlStanding {
        let stopped = findings.filter { result in
            guard case .abstained(let because) = result.answer else { return false }
            return because.contains(.stopped)
        }
        return ControlStanding(
            stop: nil, findings: Set(stopped.map(\.code)), input: decision.control)
    }
}

extension StudyEvent {
    /// The event that stood for all of its study when the finding was made.
    fileprivate func whole(
        of published: PublishedFinding, _ assembler: StudyAssembler
    ) throws(StageFailure) -> StudyEvent {
        let (finding, order) = (published.record, published.order(self))
        guard let revision = finding.revision else {
            return with(instances: instances, priority: order.highest)
        }
        let contents = try assembler.contents(of: revision.parts, study: study)
        return StudyEvent(
            id: finding.cause.id, source: finding.cause.source, time: time,
            traceparent: traceparent, study: study, priority: order.highest,
            instances: contents.instances)
    }
}
