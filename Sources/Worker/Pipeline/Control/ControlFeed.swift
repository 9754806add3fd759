internal import Files
package import KafkaTransport
internal import Processes
internal import Telemetry
internal import VigilCore

/// Reads the control topic from its beginning and follows it, outside of any group, and looks for
/// the file that stops the worker. It has a thread of its own, so that an operator is obeyed while
/// the transport thread waits for a broker.
package final class ControlFeed {
    /// Between two rounds.
    static let period = Duration.milliseconds(100)
    private static let recordsPerRound = 1024
    private static let endsTimeout = Duration.seconds(5)
    /// How long one question for the topic's bounds may hold up the round.
    private static let boundsTimeout = Duration.milliseconds(500)
    private static let boundsPeriod = Duration.seconds(2)
    /// Looking for a record takes longer, and holds up what an operator orders meanwhile.
    private static let samePeriod = Duration.seconds(20)
    /// Before it is opened again.
    private static let pause = Duration.seconds(1)

    /// One reading, which goes on after the topic's end.
    private final class Reading {
        let place: TopicPartition
        var reader: any TopicReading & ~Copyable
        var survey: any TopicSurveying & ~Copyable
        /// When it is asked again whether the topic is still there, and still the same.
        var boundsDue: MonotonicTime
        var sameDue: MonotonicTime

        init(
            _ place: TopicPartition, reader: consuming any TopicReading & ~Copyable,
            survey: consuming any TopicSurveying & ~Copyable, _ now: MonotonicTime
        ) {
            self.place = place
            self.reader = reader
            self.survey = survey
            boundsDue = now
            sameDue = now
        }
    }

    private let context: TransportContext
    private let control: ControlSwitch
    private let wakeUp: WakeUp
    private var reading: Reading?
    /// The offset that is read next.
    private var next: Int64 = 0
    /// The record before it.
    private var last: RecordFingerprint?
    private var notBefore: MonotonicTime?
    /// What was told last.
    private var told: ControlObserved?

    /// Nothing is read yet.
    package init(_ context: TransportContext, _ control: ControlSwitch) throws(KafkaError) {
        self.context = context
        self.control = control
        wakeUp = try .ofClient()
    }

    /// Follows it until the thread is released; nil without anything that may stop the worker.
    static func follow(
        _ context: TransportContext
    ) throws(ProcessError) -> PeriodicThread? {
        guard let control = context.control else { return nil }
        return try PeriodicThread(
            every: period,
            making: {
                let feed = try? ControlFeed(context, control)
                return { feed?.look() }
            })
    }

    /// One round.
    package func look() {
        let now = context.clock.monotonic()
        if let file = control.stopFile {
            control.mark(isStopFileThere: FilePresence.isPossible(file))
        }
        if let topic = control.topic {
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
        for record in try reading.reader.poll(max: Self.recordsPerRound) {
            next = record.position.offset + 1
            last = RecordFingerprint(of: record)
            if let refusal = control.take(record) {
                context.telemetry.emit(ControlRefused(refusal, at: record.position))
            }
        }
        if now >= reading.boundsDue { try hear(reading, now) }
    }

    /// Opens the topic where it was left.
    private func begin(_ topic: String, _ now: MonotonicTime) throws(KafkaError) {
        let ends = try context.clients.ends(of: topic, timeout: Self.endsTimeout)
        // Of two partitions nobody could tell which order came first.
        guard ends.count == 1, let (place, end) = ends.first else {
            notBefore = now + Self.pause
            return
        }
        if end < next { startAgain() }
        var reader = try context.clients.makeReader(wakeUp: wakeUp)
        try reader.open(at: [place: next])
        reading = Reading(place, reader: reader, survey: try context.clients.makeSurvey(), now)
    }

    /// Asks whether the topic answers, and whether all of it was read.
    private func hear(_ reading: Reading, _ now: MonotonicTime) throws(KafkaError) {
        let place = reading.place
        guard
            let bounds = try reading.survey.bounds(of: [place], timeout: Self.boundsTimeout)[place]
        else { return }
        guard bounds.upperBound >= next, try isSame(reading, now) else {
            startAgain()
            self.reading = nil
            return
        }
        guard max(reading.reader.endOffset(of: place) ?? 0, next) >= bounds.upperBound else {
            return
        }
        control.markKnown(at: now)
        reading.boundsDue = now + Self.boundsPeriod
    }

    /// Whether the record that was read last still stands where it stood: a topic that was made
    /// anew may have become as long as the last one.
    private func isSame(_ reading: Reading, _ now: MonotonicTime) throws(KafkaError) -> Bool {
        guard let last, now >= reading.sameDue else { return true }
        reading.sameDue = now + Self.samePeriod
        let answers = try reading.survey.records(
            at: [reading.place: last.offset], timeout: Self.boundsTimeout)
        guard case .record(let there)? = answers[reading.place] else { return true }
        return there == last
    }

    private func startAgain() {
        next = 0
        last = nil
        control.startAgain()
    }

    private func lose(_ error: KafkaError, _ now: MonotonicTime) {
        reading = nil
        notBefore = now + Self.pause
        if error.isUnknownTopic { startAgain() }
    }

    /// Tells what is stopped where it is not what was told last.
    private func tell(_ now: MonotonicTime) {
        let observed = ControlObserved(
            stopped: control.stopped,
            isKnown: control.isKnown(at: now))
        guard observed != told else { return }
        told = observed
        context.telemetry.emit(observed)
    }
}
