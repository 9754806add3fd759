internal import ClinicalReport
internal import KafkaTransport
internal import Processes
internal import Telemetry
internal import VigilCore

/// One role at work, on a thread of its own: takes records of findings, gives them to the
/// counterpart in each study's order, writes dead letters, commits what is done.
struct RoleLoop: ~Copyable {
    /// Records of one partition that are held at most; above it the partition is paused.
    private static let windowMax = 256
    /// Bytes of records that are held at most, of all partitions.
    private static let bytesMax = 64 << 20
    /// How often offsets are committed while there is work.
    private static let commitPause = Duration.milliseconds(100)
    /// The longest sleep, after which the metrics are renewed.
    private static let sleepMax = Duration.seconds(1)

    let role: RoleSettings
    let parts: GatewayParts
    let ending: StopFlag
    private var consumer: KafkaConsumer
    private let counterpart: any Counterpart
    private let wakeUp: WakeUp
    private var windows: [TopicPartition: DeliveryWindow<GatewayRecord>] = [:]
    private var bytes = 0
    private var letters: DeadLetterWriter
    private var standing = CounterpartStanding()
    private var commitDue: MonotonicTime
    private var chance = SystemRandomNumberGenerator()

    init(_ role: RoleSettings, parts: GatewayParts, ending: StopFlag) throws(KafkaError) {
        let configuration = parts.settings.kafka.configuration(group: "vigil-gateway-\(role.name)")
        // All that may fail comes first: a part of this cannot be taken down.
        let consumer = try KafkaConsumer(
            configuration: configuration, topics: [parts.settings.topics.finding],
            wakeUp: ending.wakeUp, logSink: parts.kafkaLog)
        let letters = try DeadLetterWriter(
            role: role, topic: parts.settings.topics.deadLetter, configuration: configuration)
        self.role = role
        self.parts = parts
        self.ending = ending
        self.consumer = consumer
        self.letters = letters
        wakeUp = ending.wakeUp
        counterpart = role.counterpart
        commitDue = parts.clock.monotonic()
    }

    /// Runs until it is asked to end.
    mutating func run() throws(GatewayError) {
        while !ending.isOpen {
            wakeUp.drain()
            do throws(KafkaError) {
                try takeEvents()
                try holdBack()
                let worked = try deliverNext()
                try commit(isDue: false)
                observe()
                if !worked {
                    _ = try WakeUp.waitForClient(on: [wakeUp.fileDescriptor], timeout: pause)
                }
            } catch {
                guard error.isRetriable else { throw .refused(error) }
                parts.telemetry.emit(GatewayTroubled(place: role.name, code: error.code))
                try sleep()
            }
            if consumer.isReplaced { throw .replaced(role: role.name) }
        }
        do throws(KafkaError) { try commit(isDue: true) } catch { return }
        consumer.close(within: .seconds(5))
    }

    private func sleep() throws(GatewayError) {
        do throws(KafkaError) {
            _ = try WakeUp.waitForClient(
                on: [wakeUp.fileDescriptor], timeout: KafkaError.retryPause)
        } catch {
            throw .refused(error)
        }
    }

    private mutating func takeEvents() throws(KafkaError) {
        for event in consumer.poll(max: Self.windowMax) {
            switch event {
            case .record(let record): take(record)
            case .assigned(let places):
                for place in places { windows[place] = DeliveryWindow() }
                try consumer.completeAssign([])
                parts.markAssigned(role.name, consumer.assignment.count)
            case .revoked(let places):
                // What cannot be committed is delivered again by whoever gets the partition.
                do throws(KafkaError) { try commit(isDue: true) } catch {
                    parts.telemetry.emit(GatewayTroubled(place: role.name, code: error.code))
                }
                try drop(places)
            case .lost(let places): try drop(places)
            case .failed(let error):
                guard error.isRetriable else { throw error }
            case .endOfPartition: continue
            }
        }
    }

    private mutating func drop(_ places: [TopicPartition]) throws(KafkaError) {
        for place in places { windows[place] = nil }
        bytes = windows.values.reduce(0) { $0 + $1.weight(\.bytes) }
        try consumer.completeRevoke()
        parts.markAssigned(role.name, consumer.assignment.count)
    }

    private mutating func take(_ record: InboundRecord) {
        let place = record.position.topicPartition
        let taken = GatewayRecord(record)
        let isNew = windows[place]?.take(
            offset: record.position.offset, key: record.key ?? [], payload: taken,
            at: parts.clock.monotonic())
        if isNew == true { bytes += taken.bytes }
    }

    /// Full partitions are paused; the group hears of this member all the same.
    private mutating func holdBack() throws(KafkaError) {
        let isFull = bytes > Self.bytesMax
        let full = windows.filter { isFull || $0.value.count >= Self.windowMax }.keys
        try consumer.pause(full)
        guard !isFull else { return }
        try consumer.resume(
            consumer.paused.filter { (windows[$0]?.count ?? 0) < Self.windowMax / 2 })
    }
}

extension RoleLoop {
    /// How long there is nothing to do.
    private var pause: Duration {
        let now = parts.clock.monotonic()
        let due = windows.values.compactMap(\.due).min()
        let next = [due.map { max($0, standing.quietUntil ?? $0) }, commits ? commitDue : nil]
            .compactMap { $0 }.min()
        return min(Self.sleepMax, max(.zero, next.map { $0 - now } ?? Self.sleepMax))
    }

    private var commits: Bool { windows.values.contains { $0.committable != nil } }

    /// Makes one attempt, at the record that has waited longest among those that are due.
    ///
    /// - Returns: whether there was one.
    private mutating func deliverNext() throws(KafkaError) -> Bool {
        let now = parts.clock.monotonic()
        if let until = standing.quietUntil, now < until { return false }
        let next = windows.compactMap { place, window in window.first(at: now).map { (place, $0) } }
            .min { ($0.1.due, $0.0) < ($1.1.due, $1.0) }
        guard let (place, entry) = next else { return false }
        windows[place]?.update(entry.offset) { $0.begun = $0.begun ?? now }
        let age = entry.begun.map { now - $0 } ?? .zero
        switch parts.prepare(entry.payload, age: age, for: role.kind) {
        case .ready(let delivery):
            let answer = counterpart.attempt(delivery)
            let took = parts.clock.monotonic() - now
            try act(on: answer, of: entry, at: place, age: age, took: took)
        case .wait(let pause): postpone(entry.offset, at: place, by: pause, "study_unknown")
        case .giveUp(let reason): try giveUp(entry, at: place, reason)
        }
        return true
    }

    private mutating func act(
        on answer: DeliveryAnswer, of entry: DeliveryWindow<GatewayRecord>.Entry,
        at place: TopicPartition, age: Duration, took: Duration
    ) throws(KafkaError) {
        note(answer)
        windows[place]?.update(entry.offset) { $0.attempts += 1 }
        let failures = answer.isAnswered ? entry.attempts + 1 : standing.silences
        let step = DeliveryStep(
            after: answer, failures: failures, age: age, schedule: parts.settings.retry,
            chance: Double.random(in: 0..<1, using: &chance))
        switch step {
        case .finish:
            parts.telemetry.emit(
                DeliveryMade(role: role.name, isOvertaken: answer == .overtaken, took: took))
            finish(entry, at: place)
        case .pauseAll(let pause):
            standing.quietUntil = parts.clock.monotonic() + pause
            parts.telemetry.emit(
                DeliveryPostponed(role: role.name, reason: answer.reason, pause: pause))
        case .postpone(let pause):
            postpone(entry.offset, at: place, by: pause, answer.reason)
        case .giveUp(let reason): try giveUp(entry, at: place, reason)
        }
    }

    /// Keeps in mind whether the counterpart can be spoken to, and says so when that changes.
    private mutating func note(_ answer: DeliveryAnswer) {
        guard standing.note(isAnswered: answer.isAnswered) else { return }
        parts.telemetry.emit(
            CounterpartChanged(role: role.name, isUp: answer.isAnswered, reason: answer.reason))
    }

    private mutating func postpone(
        _ offset: Int64, at place: TopicPartition, by pause: Duration, _ reason: SafeText
    ) {
        let due = parts.clock.monotonic() + pause
        windows[place]?.update(offset) { $0.due = due }
        parts.telemetry.emit(DeliveryPostponed(role: role.name, reason: reason, pause: pause))
    }

    /// The dead letter is with the broker before the record counts as done.
    private mutating func giveUp(
        _ entry: DeliveryWindow<GatewayRecord>.Entry, at place: TopicPartition, _ reason: SafeText
    ) throws(KafkaError) {
        try letters.write(
            entry.payload, reason: reason, attempts: entry.attempts + 1,
            time: parts.clock.wall())
        parts.telemetry.emit(
            DeliveryGivenUp(
                role: role.name, reason: reason, delivery: entry.payload.delivery))
        finish(entry, at: place)
    }

    private mutating func finish(
        _ entry: DeliveryWindow<GatewayRecord>.Entry, at place: TopicPartition
    ) {
        bytes -= entry.payload.bytes
        windows[place]?.finish(entry.offset)
    }

    private mutating func commit(isDue: Bool) throws(KafkaError) {
        let now = parts.clock.monotonic()
        guard isDue || now >= commitDue else { return }
        let offsets = windows.compactMapValues(\.committable)
        guard !offsets.isEmpty else { return }
        commitDue = now + Self.commitPause
        try consumer.commit(offsets)
        for (place, offset) in offsets { windows[place]?.markCommitted(offset) }
    }

    private func observe() {
        let waiting = windows.values.reduce(0) { $0 + $1.waiting }
        let oldest = windows.values.compactMap { $0.oldest?.payload.published }.min()
        let now = parts.clock.wall()
        parts.telemetry.emit(
            DeliveriesObserved(
                role: role.name, waiting: waiting,
                oldest: oldest.map {
                    .microseconds(max(0, now.microseconds - $0.microseconds))
                } ?? .zero))
    }
}
