internal import Files
internal import KafkaTransport
package import Processes
internal import Telemetry
internal import VigilCore

/// Reads the control topic from its beginning and follows it, outside of any group, and looks for
/// the file that stops the worker. It has a thread of its own, so that an operator is obeyed while
/// the transport thread waits for a broker; what it asks brokers besides, it asks on another.
package final class ControlFeed {
    /// Between two rounds, where no record comes.
    static let period = Duration.milliseconds(100)
    private static let recordsPerRound = 1024
    private static let endsTimeout = Duration.seconds(5)
    /// How often it is asked whether the topic is still there, and whether all of it was read.
    private static let askPeriod = Duration.seconds(2)
    /// How often the record that was read last is looked for besides.
    private static let samePeriod = Duration.seconds(20)
    /// Before it is opened again.
    private static let pause = Duration.seconds(1)

    /// One reading, which goes on after the topic's end.
    private final class Reading {
        let place: TopicPartition
        var reader: any TopicReading & ~Copyable
        let survey: ControlSurvey
        var askDue: MonotonicTime
        var sameDue: MonotonicTime
        /// Where the topic ended when that was asked last, until all before it was read.
        var end: (offset: Int64, asked: MonotonicTime)?
        /// Until brokers have answered once there is nothing to tell yet.
        var isNew = true

        init(
            _ place: TopicPartition, reader: consuming any TopicReading & ~Copyable,
            survey: ControlSurvey, _ now: MonotonicTime
        ) {
            self.place = place
            self.reader = reader
            self.survey = survey
            askDue = now
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
    ///
    /// - Parameter wakeUp: signalled when there is something for the next round.
    package init(_ context: TransportContext, _ control: ControlSwitch, wakeUp: WakeUp) {
        self.context = context
        self.control = control
        self.wakeUp = wakeUp
    }

    /// Follows it until the thread is released; nil without anything that may stop the worker.
    static func follow(
        _ context: TransportContext
    ) throws(ProcessError) -> PeriodicThread? {
        guard let control = context.control else { return nil }
        let wakeUp = try WakeUp()
        return try PeriodicThread(
            every: .zero,
            making: {
                let feed = ControlFeed(context, control, wakeUp: wakeUp)
                return {
                    feed.look()
                    feed.rest()
                }
            })
    }

    /// Waits for a record or an answer, for a round's time at most.
    private func rest() {
        // An error of poll(2) ends the wait, and the next round looks again.
        _ = try? WakeUp.wait(on: [wakeUp.fileDescriptor], timeout: Self.period)
    }

    /// One round.
    package func look() {
        // Before anything is looked at: what comes later signals again.
        wakeUp.drain()
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
        hear(reading, now)
        if let reading = self.reading, now >= reading.askDue { ask(reading, now) }
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
        reading = Reading(
            place, reader: reader,
            survey: try ControlSurvey(context.clients, wakeUp: wakeUp), now)
    }

    /// Asks whether the topic answers and is the same, and where it ends.
    private func ask(_ reading: Reading, _ now: MonotonicTime) {
        let isSameDue = now >= reading.sameDue
        reading.askDue = now + Self.askPeriod
        if isSameDue { reading.sameDue = now + Self.samePeriod }
        reading.survey.ask(
            ControlSurvey.Question(
                place: reading.place, next: next, last: isSameDue ? last : nil, asked: now),
            on: context.threads)
    }

    /// Takes what was answered. All of the topic is known, as of the question, once all was read
    /// that stood before its end then.
    private func hear(_ reading: Reading, _ now: MonotonicTime) {
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
        control.markKnown(at: end.asked)
        reading.end = nil
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
        if told == nil, reading?.isNew == true { return }
        let observed = ControlObserved(
            stopped: control.stopped,
            isKnown: control.isKnown(at: now))
        guard observed != told else { return }
        told = observed
        context.telemetry.emit(observed)
    }
}
