internal import Context
internal import KafkaTransport
internal import Telemetry
internal import VigilCore
internal import WorkerCore

/// Reads the topic of context from its beginning and follows it, outside of any group: whole, since
/// it is keyed by patients and studies by their own UIDs. Whatever becomes of it, studies go on:
/// they wait for it once, so long at most, and without it they are answered by their images alone.
/// The transport thread's alone.
final class ContextFeed {
    /// Records taken in one round.
    private static let recordsPerRound = 1024
    /// How long studies wait for the first reading.
    private static let waitMax = Duration.seconds(60)
    private static let endsTimeout = Duration.seconds(5)
    /// Before it is tried again.
    private static let pause = Duration.seconds(5)
    private static let expiryPeriod = Duration.seconds(3600)

    /// One reading, which goes on after its goals.
    private final class Reading {
        var reader: any TopicReading & ~Copyable
        /// Where each partition ended when the reading began; fewer as they are reached.
        var goals: [TopicPartition: Int64]

        init(reader: consuming any TopicReading & ~Copyable, goals: [TopicPartition: Int64]) {
            self.reader = reader
            self.goals = goals
        }
    }

    private let context: TransportContext
    private let patients: PatientContexts
    private var reading: Reading?
    /// How far each partition was read.
    private var read: [TopicPartition: Int64] = [:]
    /// Since when it is read; nil before the first round.
    private var begun: MonotonicTime?
    private var notBefore: MonotonicTime?
    private var expiry: MonotonicTime?
    /// Whether studies wait for it.
    private var isAwaited = true
    /// What was told to be refused, once each.
    private var told: Set<ContextRefusal> = []

    /// Studies wait from now on.
    init(_ context: TransportContext, patients: PatientContexts) {
        self.context = context
        self.patients = patients
        context.work.decide { $0.awaitContext() }
    }

    /// Reads a piece.
    func follow() {
        let now = context.clock.monotonic()
        begun = begun ?? now
        do throws(KafkaError) {
            try readOn(now)
        } catch {
            lose(error, now)
        }
        if let begun, now - begun >= Self.waitMax { waitNoLonger("it was not read in time", now) }
        expire(now)
    }

    /// When to go on by itself; nil while records wake the thread.
    var nextDue: MonotonicTime? {
        [reading == nil ? notBefore ?? begun : nil, wait].compactMap { $0 }.min()
    }

    private var wait: MonotonicTime? { isAwaited ? begun.map { $0 + Self.waitMax } : nil }

    private func readOn(_ now: MonotonicTime) throws(KafkaError) {
        if reading == nil {
            if let notBefore, now < notBefore { return }
            try begin()
        }
        guard let reading else { return }
        let records = try reading.reader.poll(max: Self.recordsPerRound)
        take(records)
        for (place, goal) in reading.goals {
            let end = max(reading.reader.endOffset(of: place) ?? 0, read[place] ?? 0)
            if end >= goal { reading.goals[place] = nil }
        }
        guard reading.goals.isEmpty, !patients.isCurrent else { return }
        patients.mark(isCurrent: true)
        context.work.decide { $0.contextIsCurrent() }
        tell(isCurrent: true, now)
        release()
    }

    /// Opens all partitions where they were left.
    private func begin() throws(KafkaError) {
        let goals = try context.clients.ends(of: patients.topic, timeout: Self.endsTimeout)
        // A log that ends before what was read of it is another one.
        if read.contains(where: { place, next in goals[place] ?? 0 < next }) { startAgain() }
        var reader = try context.clients.makeReader(wakeUp: context.work.transport)
        if !goals.isEmpty {
            try reader.open(at: goals.keys.reduce(into: [:]) { $0[$1] = read[$1] ?? 0 })
        }
        reading = Reading(reader: reader, goals: goals.filter { $0.value > read[$0.key] ?? 0 })
    }

    private func take(_ records: [InboundRecord]) {
        guard !records.isEmpty else { return }
        var (used, takenBack, refused) = (0, 0, [ContextRefusal: Int]())
        var changed: Set<Pseudonym> = []
        for record in records {
            read[record.position.topicPartition] = record.position.offset + 1
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

    /// It cannot be read now: nothing is taken for known until it can.
    private func lose(_ error: KafkaError, _ now: MonotonicTime) {
        let wasCurrent = patients.isCurrent
        reading = nil
        notBefore = now + Self.pause
        patients.mark(isCurrent: false)
        if error.isUnknownTopic { startAgain() }
        if wasCurrent || (isAwaited && !error.isRetriable) {
            tell(isCurrent: false, why: error.code, now)
        }
        // Nothing that comes soon would mend it.
        if !error.isRetriable { release() }
    }

    private func startAgain() {
        read = [:]
        patients.startAgain()
    }

    private func waitNoLonger(_ why: SafeText, _ now: MonotonicTime) {
        guard isAwaited else { return }
        tell(isCurrent: false, why: why, now)
        release()
    }

    private func release() {
        guard isAwaited else { return }
        isAwaited = false
        context.work.decide { $0.awaitContextNoLonger() }
        context.work.wakeDecoders()
    }

    private func tell(isCurrent: Bool, why: SafeText? = nil, _ now: MonotonicTime) {
        context.telemetry.emit(
            ContextTopicFollowed(
                isCurrent: isCurrent, why: why, duration: now - (begun ?? now)))
    }

    private func expire(_ now: MonotonicTime) {
        if let expiry, now >= expiry { patients.expire(at: context.clock.wall()) }
        if expiry.map({ now >= $0 }) ?? true { expiry = now + Self.expiryPeriod }
    }
}
