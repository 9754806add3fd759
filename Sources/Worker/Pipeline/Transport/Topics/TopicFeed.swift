internal import KafkaTransport
internal import VigilCore
internal import WorkerCore

/// What is made of a topic that tells of patients. The transport thread's alone.
protocol TopicFollower {
    /// The topic's name.
    var topic: String { get }
    /// Records taken in one round.
    var recordsPerRound: Int { get }
    /// Whether all was read that stood there when reading began.
    var isCurrent: Bool { get }
    func mark(isCurrent: Bool)
    /// The topic is another one.
    func startAgain()
    /// Takes records in, in the order of their partition.
    func take(_ records: [InboundRecord])
    /// Tells that it was read to its end, or cannot be.
    ///
    /// - Parameter why: it cannot be.
    func tell(isCurrent: Bool, why: SafeText?, after duration: Duration)
}

/// Reads a topic that tells of patients from its beginning and follows it, outside of any group:
/// whole, since it tells of patients and studies are placed by their own UIDs. Whatever becomes of
/// it, studies go on: they wait for it once, so long at most, and then are answered without. The
/// transport thread's alone.
final class TopicFeed {
    /// How long studies wait for the first reading.
    private static let waitMax = Duration.seconds(60)
    private static let endsTimeout = Duration.seconds(5)
    /// Before it is tried again.
    private static let pause = Duration.seconds(5)

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
    private let follower: any TopicFollower
    private var reading: Reading?
    /// How far each partition was read.
    private var read: [TopicPartition: Int64] = [:]
    /// Since when it is read; nil before the first round.
    private var begun: MonotonicTime?
    private var notBefore: MonotonicTime?
    /// Whether studies wait for it.
    private var isAwaited = true

    /// Studies wait from now on.
    init(_ context: TransportContext, _ follower: any TopicFollower) {
        self.context = context
        self.follower = follower
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
        let records = try reading.reader.poll(max: follower.recordsPerRound)
        for record in records {
            read[record.position.topicPartition] = record.position.offset + 1
        }
        if !records.isEmpty { follower.take(records) }
        for (place, goal) in reading.goals {
            let end = max(reading.reader.endOffset(of: place) ?? 0, read[place] ?? 0)
            if end >= goal { reading.goals[place] = nil }
        }
        guard reading.goals.isEmpty, !follower.isCurrent else { return }
        follower.mark(isCurrent: true)
        tell(isCurrent: true, now)
        release()
    }

    /// Opens all partitions where they were left.
    private func begin() throws(KafkaError) {
        let goals = try context.clients.ends(of: follower.topic, timeout: Self.endsTimeout)
        // A log that ends before what was read of it is another one.
        if read.contains(where: { place, next in goals[place] ?? 0 < next }) { startAgain() }
        var reader = try context.clients.makeReader(wakeUp: context.work.transport)
        if !goals.isEmpty {
            try reader.open(at: goals.keys.reduce(into: [:]) { $0[$1] = read[$1] ?? 0 })
        }
        reading = Reading(reader: reader, goals: goals.filter { $0.value > read[$0.key] ?? 0 })
    }

    /// It cannot be read now: nothing is taken for known until it can.
    private func lose(_ error: KafkaError, _ now: MonotonicTime) {
        let wasCurrent = follower.isCurrent
        reading = nil
        notBefore = now + Self.pause
        follower.mark(isCurrent: false)
        if error.isUnknownTopic { startAgain() }
        if wasCurrent || (isAwaited && !error.isRetriable) {
            tell(isCurrent: false, why: error.code, now)
        }
        // Nothing that comes soon would mend it.
        if !error.isRetriable { release() }
    }

    private func startAgain() {
        read = [:]
        follower.startAgain()
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
        follower.tell(isCurrent: isCurrent, why: why, after: now - (begun ?? now))
    }
}
