internal import Context
internal import KafkaTransport
internal import Telemetry
internal import VigilCore
internal import WorkerCore

/// Makes of the topic of context what is known of patients. The transport thread's alone.
final class ContextFeed: TopicFollower {
    private static let expiryPeriod = Duration.seconds(3600)

    let recordsPerRound = 1024
    private let context: TransportContext
    private let patients: PatientContexts
    private var expiry: MonotonicTime?
    /// What was told to be refused, once each.
    private var told: Set<ContextRefusal> = []

    init(_ context: TransportContext, patients: PatientContexts) {
        self.context = context
        self.patients = patients
    }

    var topic: String { patients.topic }
    var isCurrent: Bool { patients.isCurrent }

    func mark(isCurrent: Bool) {
        patients.mark(isCurrent: isCurrent)
        if isCurrent { context.work.decide { $0.contextIsCurrent() } }
    }

    func startAgain() { patients.startAgain() }

    func take(_ records: [InboundRecord]) {
        var (used, takenBack, refused) = (0, 0, [ContextRefusal: Int]())
        var changed: Set<Pseudonym> = []
        for record in records {
            let (intake, patient) = patients.take(record)
            if let patient { changed.insert(patient) }
            used += intake.taken
            takenBack += intake.takenBack
            refused.merge(intake.refused) { $0 + $1 }
            for reason in intake.refused.keys where told.insert(reason).inserted {
                context.telemetry.emit(ContextRefused(reason, at: record.position))
            }
        }
        context.work.decide { [changed] in $0.contextChanged(of: changed) }
        let size = patients.size
        context.telemetry.emit(
            ContextJoined(
                used: used, takenBack: takenBack, refused: refused, patients: size.patients,
                values: size.values))
    }

    func tell(isCurrent: Bool, why: SafeText?, after duration: Duration) {
        context.telemetry.emit(
            PatientTopicFollowed(
                .context, isCurrent: isCurrent, why: why, duration: duration))
    }

    /// Forgets now and then what says nothing any more.
    func expire(_ now: MonotonicTime) {
        if let expiry, now >= expiry { patients.expire(at: context.clock.wall()) }
        if expiry.map({ now >= $0 }) ?? true { expiry = now + Self.expiryPeriod }
    }
}
