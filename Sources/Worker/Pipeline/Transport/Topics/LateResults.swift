internal import Telemetry
internal import VigilCore
internal import Wire
internal import WorkerCore

/// Revises findings for what becomes known of their patients after they were published: knows what
/// stands on the topic of findings, looks at what may have changed, and publishes what has. The
/// transport thread's alone.
final class LateResults {
    /// Findings looked at in one round, and so revisions of one transaction.
    private static let reviewsPerRound = 16
    /// Before the next round, so that studies that are done never wait long for revisions: after
    /// one that has begun a transaction, and after one in which nothing was to be revised.
    private static let pauseAfterRevising = Duration.milliseconds(50)
    private static let pauseAfterLooking = Duration.milliseconds(5)

    /// Of more it is forgotten that they were given up, and found out once more.
    private static let givenUpMax = 10_000

    private let context: TransportContext
    private let patients: PatientContexts
    private let rule: LateRule
    private var notBefore: MonotonicTime?
    /// Studies of which this worker has published something since the reading of the topic of
    /// findings began: what that finds of them is older. Nil while none is under way.
    private var published: Set<Pseudonym>?
    /// Studies whose newest finding is revised no more, for a reason of its own.
    private var givenUp: Set<Pseudonym> = []

    init(_ context: TransportContext, patients: PatientContexts, rule: LateRule) {
        self.context = context
        self.patients = patients
        self.rule = rule
    }

    private var work: LockedCore { context.work }

    // MARK: What stands

    /// The topic of findings is read from where it was left, to where it ends now.
    func beginReading() { published = [] }

    /// That is over.
    func endReading() { published = nil }

    /// Takes in a record of a topic of findings.
    func take(_ record: InboundRecord) {
        let key = record.key.map { String(decoding: $0, as: UTF8.self) }
        guard record.position.topic == context.options.parts.findingTopics.first,
            let study = key.flatMap({ Pseudonym(hex: $0) }), published?.contains(study) != true,
            !givenUp.contains(study)
        else { return }
        let oldest = context.clock.wall().later(by: .zero - rule.window)
        // What is older is not worth reading.
        if let time = record.timestamp, time < oldest { return note(nil, of: study) }
        guard let finding = try? FindingDecoder.decode(record), finding.pseudonym == study,
            let value = record.value
        else { return note(nil, of: study) }
        note(RevisableFinding(finding, value, window: rule.window), of: study)
    }

    /// Takes in what this worker has published of a study.
    func note(_ finding: Finding) {
        published?.insert(finding.pseudonym)
        givenUp.remove(finding.pseudonym)
        let revisable = RevisableFinding(finding, window: rule.window)
        note(
            revisable, of: finding.pseudonym,
            isOutdated: revisable.map { rule.isOutdated($0.context, by: known($0)) } ?? false)
    }

    private func note(
        _ finding: RevisableFinding?, of study: Pseudonym, isOutdated: Bool = false
    ) {
        let wall = context.clock.wall()
        let forgotten = work.decide {
            $0.note(finding, of: study, isOutdated: isOutdated, at: wall)
        }
        if forgotten > 0 { context.telemetry.emit(FindingsNotRevised(.crowded, forgotten)) }
    }

    private func known(_ finding: RevisableFinding) -> PatientContext {
        let now = context.clock.wall()
        return patients.known(
            of: .named(finding.patient), at: finding.context.time ?? now, now: now)
    }

    // MARK: Looking

    /// When to look on; nil while there is nothing to look at, or not all is known.
    var nextDue: MonotonicTime? { due(at: context.clock.monotonic()) }

    private func due(at now: MonotonicTime) -> MonotonicTime? {
        // Whether operators allow it is asked last: it costs more, and mostly nothing is due.
        guard patients.isCurrent, let due = work.decide({ $0.reviewDue(now: now) }), rule.mayRevise
        else { return nil }
        return max(due, notBefore ?? due)
    }

    /// Looks at findings, and begins a transaction of those that are to be revised.
    func follow(_ transactions: OutcomeTransactions) {
        let now = context.clock.monotonic()
        guard transactions.mayRevise, let due = due(at: now), due <= now else { return }
        let (placement, counts) = (
            context.options.rules.placement, context.options.partitions.now
        )
        let wall = context.clock.wall()
        let reviews = work.decide {
            $0.takeReviews(
                max: Self.reviewsPerRound, placement, counts, now: now, wall: wall)
        }
        notBefore = now + Self.pauseAfterRevising
        guard !reviews.isEmpty else { return }
        var revised: [LockedCore.Core.Revised] = []
        for review in reviews {
            if let finding = look(at: review, wall) { revised.append(finding) }
        }
        let changed = Set(revised.map(\.study))
        work.decide { $0.endReviews(reviews.map(\.study).filter { !changed.contains($0) }) }
        work.wakeDecoders()
        guard !revised.isEmpty else {
            notBefore = now + Self.pauseAfterLooking
            return
        }
        transactions.revise(revised)
    }

    /// The revision of a finding; nil where there is none.
    private func look(
        at review: LockedCore.Core.Review, _ wall: Timestamp
    ) -> LockedCore.Core.Revised? {
        let finding = review.finding
        let known = known(finding)
        guard rule.isOutdated(finding.context, by: known) else { return nil }
        let json = try? JSONParser.parse(finding.record, limits: FindingDecoder.limits)
        guard let json, let stands = try? FindingDecoder.read(json) else {
            return giveUp(review.study, .unreadable)
        }
        switch rule.review(stands, known, origin: finding.origin, at: wall) {
        case .unchanged: return nil
        case .otherRules: return giveUp(review.study, .otherRules)
        case .revised(let revised, let change):
            // What a newer worker wrote besides would be lost.
            guard revised.revision?.previous?.hex == json["record_digest"]?.stringValue else {
                return giveUp(review.study, .unreadable)
            }
            return .init(revised, change)
        }
    }

    /// A finding is revised no more. Told once of each, by each worker.
    @discardableResult
    func giveUp(
        _ study: Pseudonym, _ reason: FindingsNotRevised.Reason
    ) -> LockedCore.Core.Revised? {
        note(nil, of: study)
        if givenUp.count < Self.givenUpMax { givenUp.insert(study) }
        context.telemetry.emit(FindingsNotRevised(reason))
        return nil
    }
}

extension RevisableFinding {
    /// Nil of one that is not revised: nothing was asked of a patient, or no model was.
    init?(_ finding: Finding, _ record: [UInt8]? = nil, window: Duration) {
        guard let asked = finding.decision.context, let patient = asked.patient,
            let time = asked.time, finding.assessed != nil, let origin = finding.run.position
        else { return nil }
        self.init(
            study: finding.study, patient: patient, context: asked,
            until: time.later(by: window), origin: origin,
            record: record ?? JSONWriter.bytes(finding.json))
    }
}
