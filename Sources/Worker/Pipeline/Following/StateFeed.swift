internal import KafkaTransport
package import Processes
internal import Telemetry
internal import VigilCore

/// How often what is looked at.
private enum Pace {
    /// Between two rounds, where no record comes.
    static let period = Duration.milliseconds(100)
    static let recordsPerRound = 1024
    static let endsTimeout = Duration.seconds(5)
    /// How often it is asked whether the topic is still there, and whether all of it was read.
    static let askPeriod = Duration.seconds(2)
    /// How often the record that was read last is looked for besides.
    static let samePeriod = Duration.seconds(20)
    /// Before it is opened again.
    static let pause = Duration.seconds(1)
}

/// One reading, which goes on after the topic's end.
private final class FeedReading {
    let place: TopicPartition
    var reader: any TopicReading & ~Copyable
    let survey: FeedSurvey
    var askDue: MonotonicTime
    var sameDue: MonotonicTime
    /// Where the topic ended when that was asked last, until all before it was read.
    var end: (offset: Int64, asked: MonotonicTime)?
    /// Until brokers have answered once there is nothing to tell yet.
    var isNew = true

    init(
        _ place: TopicPartition, reader: consuming any TopicReading & ~Copyable,
        survey: FeedSurvey, _ now: MonotonicTime
    ) {
        self.place = place
        self.reader = reader
        self.survey = survey
        askDue = now
        sameDue = now
    }
}

/// Reads a topic of one partition from its beginning and follows it, outside of any group. It has a
/// thread of its own, so that what it says is obeyed while the transport thread waits for a broker;
/// what it asks brokers besides, it asks on another.
package final class StateFeed<State: FollowedState> {
    private let context: TransportContext
    private let state: State
    private let wakeUp: WakeUp
    private var reading: FeedReading?
    /// The offset that is read next.
    private var next: Int64 = 0
    /// The record before it.
    private var last: RecordFingerprint?
    private var notBefore: MonotonicTime?
    /// What was told last.
    private var told: State.Observed?

    /// Nothing is read yet.
    ///
    /// - Parameter wakeUp: signalled when there is something for the next round.
    package init(_ context: TransportContext, _ state: State, wakeUp: WakeUp) {
        self.context = context
        self.state = state
        self.wakeUp = wakeUp
    }

    /// Follows it until the thread is released; nil without anything to be followed.
    static func follow(
        _ state: State?, _ context: TransportContext
    ) throws(ProcessError) -> PeriodicThread? {
        guard let state else { return nil }
        let wakeUp = try WakeUp()
        return try PeriodicThread(
            every: .zero,
            making: {
                let feed = StateFeed(context, state, wakeUp: wakeUp)
                return {
                    feed.look()
                    feed.rest()
                }
            })
    }

    /// Waits for a record or an answer, for a round's time at most.
    private func rest() {
        // An error of poll(2) ends the wait, and the next round looks again.
        _ = try? WakeUp.wait(on: [wakeUp.fileDescriptor], timeout: Pace.period)
    }

    /// One round.
    package func look() {
        // Before anything is looked at: what comes later signals again.
        wakeUp.drain()
        let now = context.clock.monotonic()
        state.lookAround()
        if let topic = state.topic {
            do throws(KafkaError) {
                try readOn(topic, now)
            } catch {
                lose(error, now)
            }
        }
        tell(context.clock.monotonic())
    }

    private func readOn(_ topic: String, _ now: MonotonicTime) throws(KafkaError) {
        if reading == nil {
            if let notBefore, now < notBefore { return }
            try begin(topic, now)
        }
        guard let reading else { return }
        for record in try reading.reader.poll(max: Pace.recordsPerRound) {
            next = record.position.offset + 1
            last = RecordFingerprint(of: record)
            if let refusal = state.take(record) { context.telemetry.emit(refusal) }
        }
        hear(reading, now)
        if let reading = self.reading, now >= reading.askDue { ask(reading, now) }
    }

    /// Opens the topic where it was left.
    private func begin(_ topic: String, _ now: MonotonicTime) throws(KafkaError) {
        let ends = try context.clients.ends(of: topic, timeout: Pace.endsTimeout)
        // Of two partitions nobody could tell which order came first.
        guard ends.count == 1, let (place, end) = ends.first else {
            notBefore = now + Pace.pause
            return
        }
        if end < next { startAgain() }
        var reader = try context.clients.makeReader(wakeUp: wakeUp)
        try reader.open(at: [place: next])
        reading = FeedReading(
            place, reader: reader,
            survey: try FeedSurvey(context.clients, wakeUp: wakeUp), now)
    }

    /// Asks whether the topic answers and is the same, and where it ends.
    private func ask(_ reading: FeedReading, _ now: MonotonicTime) {
        let isSameDue = now >= reading.sameDue
        reading.askDue = now + Pace.askPeriod
        if isSameDue { reading.sameDue = now + Pace.samePeriod }
        reading.survey.ask(
            FeedSurvey.Question(
                place: reading.place, next: next, last: isSameDue ? last : nil, asked: now),
            on: context.threads)
    }

    /// Takes what was answered. All of the topic is known, as of the question, once all was read
    /// that stood before its end then.
    private func hear(_ reading: FeedReading, _ now: MonotonicTime) {
        if let (question, answer) = reading.survey.takeAnswer() {
            reading.isNew = false
            switch answer {
            case .ends(let offset): reading.end = (offset, question.asked)
            case .silence: reading.askDue = now
            case .anew, .gone:
                startAgain()
                self.reading = nil
                return
            }
        }
        guard let end = reading.end,
            max(reading.reader.endOffset(of: reading.place) ?? 0, next) >= end.offset
        else { return }
        state.markKnown(at: end.asked)
        reading.end = nil
    }

    private func startAgain() {
        next = 0
        last = nil
        state.startAgain()
    }

    private func lose(_ error: KafkaError, _ now: MonotonicTime) {
        reading = nil
        notBefore = now + Pace.pause
        if error.isUnknownTopic { startAgain() }
    }

    /// Tells how it stands where that is not what was told last.
    private func tell(_ now: MonotonicTime) {
        if told == nil, reading?.isNew == true { return }
        let observed = state.observed(at: now)
        guard observed != told else { return }
        told = observed
        context.telemetry.emit(observed)
    }
}
