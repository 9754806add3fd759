package import KafkaTransport
internal import Processes
internal import Synchronization
internal import Telemetry
internal import VigilCore
internal import WorkerCore

/// Looks after the topics that a worker reads and writes, twice a second and on a thread of its
/// own: whether they are there, whether each log is still the one that was read, what was deleted
/// from it unread, and how much is left to be done. Neither the client nor the group tells of any
/// of this in time. The transport thread tells what it has read, and acts on what is found.
package final class TopicWatch: Sendable {
    static let period = Duration.milliseconds(500)
    /// Partitions whose marks are looked for in one round; the others have their turn in the next.
    private static let marksPerRound = 32
    private static let timeout = Duration.seconds(5)
    private static let markTimeout = Duration.seconds(2)

    /// What the transport thread is to act on.
    struct News: Sendable, Equatable {
        /// Topics of events that are not there now.
        var missingInputs: Set<String> = []
        /// Topics of outcomes that are not there now.
        var missingOutputs: Set<String> = []
        /// Topics whose logs were made anew under this worker.
        var anew: Set<String> = []
    }

    private struct State {
        var logs: [TopicPartition: FollowedLog] = [:]
        var news = News()
        /// Where the last round of marks ended.
        var turn = 0
        var unowned = UnownedPartitions()
        /// Topics that were told to have other partitions than the first.
        var unequal: Set<String> = []
    }

    private let inputs: [String]
    private let outputs: [String]
    private let partitions: PartitionCounts
    private let comparesPartitions: Bool
    private let group: String
    private let nudge: GroupNudge
    private let clock: any VigilClock
    private let survey: Mutex<any TopicSurveying & ~Copyable>
    private let state = Mutex(State())
    private let work: LockedCore
    private let telemetry: Telemetry
    private let health: HealthState

    /// Makes its client; nothing waits for the broker here. Of the topics of events, the others are
    /// to have as many partitions as the first: it tells of those that have not, where studies are
    /// placed by their hash.
    package init(_ context: TransportContext) throws(KafkaError) {
        let (options, clients) = (context.options, context.clients)
        inputs = options.intakeTopics
        outputs = options.outputTopics
        partitions = options.partitions
        comparesPartitions = options.rules.placement.rule != nil
        group = clients.configuration.group
        nudge = GroupNudge(configuration: clients.configuration, topics: inputs)
        clock = context.clock
        work = context.work
        telemetry = context.telemetry
        health = context.health
        survey = Mutex(try clients.makeSurvey())
    }

    // MARK: What the transport thread tells

    /// Partitions are read from here on.
    func follow(_ logs: [TopicPartition: FollowedLog]) {
        state.withLock { $0.logs.merge(logs) { $1 } }
    }

    /// Partitions are read no longer.
    func leave(_ partitions: some Sequence<TopicPartition>) {
        state.withLock { state in
            for partition in partitions { state.logs[partition] = nil }
        }
    }

    /// A record was read.
    func note(_ record: InboundRecord, isTaken: Bool) {
        state.withLock { $0.logs[record.position.topicPartition]?.note(record, isTaken: isTaken) }
    }

    /// All before an offset was read.
    func note(end offset: Int64, of partition: TopicPartition) {
        state.withLock { $0.logs[partition]?.note(end: offset) }
    }

    // MARK: What it has found

    /// What is to be acted on.
    var news: News { state.withLock { $0.news } }

    /// Which of some topics are not there, asked now. Blocks.
    func missing(_ topics: Set<String>) -> Set<String> {
        let answer = try? survey.withLock { (survey) throws(KafkaError) in
            try survey.presence(of: topics, timeout: Self.markTimeout)
        }
        return Set((answer ?? [:]).filter { $0.value == .missing }.keys)
    }

    /// Which topics of some marks are others than those that the marks are of, asked now: one
    /// partition tells of all. Blocks.
    func madeAnew(_ marks: [TopicPartition: RecordFingerprint]) -> Set<String> {
        guard !marks.isEmpty else { return [] }
        let found = try? survey.withLock { (survey) throws(KafkaError) in
            let bounds = try survey.bounds(of: marks.keys, timeout: Self.timeout)
            let inside = marks.filter { bounds[$0.key]?.contains($0.value.offset) ?? false }
            return (
                bounds, try survey.records(at: inside.mapValues(\.offset), timeout: Self.timeout)
            )
        }
        guard let (bounds, answers) = found else { return [] }
        let others = marks.filter { place, mark in
            let log = FollowedLog(readTo: nil, mark: mark)
            return bounds[place].map { log.verdict($0, answers[place]) } == .anew
        }
        return Set(others.keys.map(\.topic))
    }

    /// Begins to follow a log that was made anew. Blocks. Nil when the brokers do not say where it
    /// begins.
    ///
    /// - Returns: where it begins, and the offsets of records that were taken from it already.
    func renew(_ partition: TopicPartition) -> (start: Int64, taken: Set<Int64>)? {
        let suspects = state.withLock { $0.logs[partition]?.suspects ?? [:] }
        let range = (suspects.keys.min() ?? 0)..<(suspects.keys.max() ?? -1) + 1
        let found = try? survey.withLock { (survey) throws(KafkaError) in
            let bounds = try survey.bounds(of: [partition], timeout: Self.timeout)[partition]
            var records: [RecordFingerprint] = []
            if !range.isEmpty {
                records = try survey.records(of: partition, in: range, timeout: Self.timeout)
            }
            return (bounds, records)
        }
        guard let found, let start = found.0?.lowerBound else { return nil }
        let taken = found.1.filter { record in
            suspects[record.offset].map { RecordFingerprint(of: $0) } == record
        }
        follow([partition: FollowedLog(readTo: start, mark: taken.last)])
        return (start, Set(taken.map(\.offset)))
    }

    /// A topic that was made anew is read from its beginning.
    func settle(_ topic: String) {
        state.withLock { _ = $0.news.anew.remove(topic) }
        tellHealth()
    }

    // MARK: Looking

    /// What brokers and topics looked like in one round.
    private struct Sight {
        var presence: [String: TopicSurvey.Presence] = [:]
        var identities: [String: String] = [:]
        var bounds: [TopicPartition: Range<Int64>] = [:]
        var answers: [TopicPartition: TopicSurvey.Answer] = [:]

        /// Topics that are not there.
        var missing: Set<String> { Set(presence.filter { $0.value == .missing }.keys) }
    }

    /// One round. Blocks; on the watch's thread.
    package func look() {
        let (logs, turn) = state.withLock { state in
            defer { state.turn += Self.marksPerRound }
            return (state.logs, state.turn)
        }
        do throws(KafkaError) {
            let sight = try survey.withLock { (survey) throws(KafkaError) in
                var sight = Sight()
                sight.presence = try survey.presence(
                    of: inputs + outputs, timeout: Self.timeout)
                let there = logs.filter { !sight.missing.contains($0.key.topic) }
                sight.identities = survey.identities(
                    of: Array(Set(there.keys.map(\.topic))), timeout: Self.markTimeout)
                sight.bounds = try survey.bounds(of: there.keys, timeout: Self.timeout)
                let marks = Self.marks(of: there, within: sight.bounds, turn: turn)
                sight.answers = try survey.records(at: marks, timeout: Self.markTimeout)
                return sight
            }
            tellMissing(sight.missing)
            tellPartitions(sight.presence)
            compare(logs, sight)
            tellLag(sight.bounds)
            try shareOut(sight.presence, own: Set(logs.keys))
        } catch {
            // That no broker answers is told by the clients that work.
        }
    }

    /// The marks to look for in a round: those that may be there, so many after each other.
    private static func marks(
        of logs: [TopicPartition: FollowedLog], within bounds: [TopicPartition: Range<Int64>],
        turn: Int
    ) -> [TopicPartition: Int64] {
        let places = logs.keys.sorted().filter { place in
            guard let mark = logs[place]?.mark, let bounds = bounds[place] else { return false }
            return bounds.contains(mark.offset)
        }
        let chosen = (0..<min(marksPerRound, places.count)).map {
            places[(turn + $0) % places.count]
        }
        return chosen.reduce(into: [:]) { $0[$1] = logs[$1]?.mark?.offset }
    }

    /// Has partitions shared out that no member of the group has.
    private func shareOut(
        _ presence: [String: TopicSurvey.Presence], own: Set<TopicPartition>
    ) throws(KafkaError) {
        var known: Set<TopicPartition> = []
        for topic in inputs {
            guard case .partitions(let count)? = presence[topic] else { continue }
            known.formUnion((0..<count).map { TopicPartition(topic: topic, partition: $0) })
        }
        let now = clock.monotonic()
        guard state.withLock({ $0.unowned.isDue(known: known, own: own, now: now) }) else { return }
        let owned = try survey.withLock { (survey) throws(KafkaError) in
            try survey.owned(inGroup: group, timeout: Self.timeout)
        }
        guard let owned else { return }
        let isWanted = state.withLock {
            $0.unowned.note(
                known: known, owned: owned, now: now, seed: UInt64(ProcessIdentity.number))
        }
        guard isWanted else { return }
        telemetry.emit(PartitionsUnowned(count: known.subtracting(owned).count))
        try nudge()
    }

    private func tellMissing(_ missing: Set<String>) {
        let change = state.withLock { state in
            let before = state.news.missingInputs.union(state.news.missingOutputs)
            state.news.missingInputs = missing.intersection(inputs)
            state.news.missingOutputs = missing.intersection(outputs)
            return (gone: missing.subtracting(before), back: before.subtracting(missing))
        }
        for (topics, isThere) in [(change.gone, false), (change.back, true)] {
            for topic in topics.sorted() {
                telemetry.emit(
                    TopicPresenceChanged(
                        topic: SafeText(operatorProvided: topic), isThere: isThere))
            }
        }
        guard !change.gone.isEmpty || !change.back.isEmpty else { return }
        tellHealth()
        work.transport.signal()
    }

    /// Notes how many partitions topics have, and tells where they begin or end to be others than
    /// the input topic's.
    private func tellPartitions(_ presence: [String: TopicSurvey.Presence]) {
        let found = presence.compactMapValues { there -> Int32? in
            guard case .partitions(let count) = there else { return nil }
            return count
        }
        partitions.note(found)
        guard comparesPartitions, let input = inputs.first, let wanted = found[input] else {
            return
        }
        let unequal = Set(inputs.filter { found[$0].map { $0 != wanted } ?? false })
        let changed = state.withLock { state in
            defer { state.unequal = unequal }
            return state.unequal.symmetricDifference(unequal)
        }
        for topic in changed.sorted() {
            guard let count = found[topic] else { continue }
            telemetry.emit(
                PartitionsCompared(
                    topic: SafeText(operatorProvided: topic), count: count, wanted: wanted))
        }
    }

    private func compare(_ logs: [TopicPartition: FollowedLog], _ sight: Sight) {
        var verdicts: [TopicPartition: FollowedLog.Verdict] = [:]
        for (place, bounds) in sight.bounds {
            verdicts[place] = logs[place]?.verdict(
                bounds, sight.answers[place], identity: sight.identities[place.topic])
        }
        var marks: [TopicPartition: RecordFingerprint] = [:]
        var lost: [TopicPartition: Int64] = [:]
        let anew = state.withLock { state in
            // What was taken away, or begun anew, while it was looked at has no part in this.
            verdicts = verdicts.filter { state.logs[$0.key]?.mark == logs[$0.key]?.mark }
            // One partition tells of its whole topic.
            let anew = Set(verdicts.filter { $0.value == .anew }.keys.map(\.topic))
            for (place, verdict) in verdicts where verdict == .same && !anew.contains(place.topic) {
                guard let bounds = sight.bounds[place], let log = logs[place] else { continue }
                lost[place] = state.logs[place]?.overtaken(by: bounds)
                state.logs[place]?.confirm(
                    bounds, asked: log.count, identity: sight.identities[place.topic])
                marks[place] = state.logs[place]?.mark
            }
            state.news.anew.formUnion(anew)
            return anew
        }
        work.decide { [marks] in $0.note(marks) }
        for (place, count) in lost where count > 0 {
            telemetry.emit(
                EventsOvertaken(
                    topic: SafeText(operatorProvided: place.topic), partition: place.partition,
                    count: count, first: sight.bounds[place]?.lowerBound ?? 0))
        }
        guard !anew.isEmpty else { return }
        tellHealth()
        work.transport.signal()
    }

    private func tellLag(_ bounds: [TopicPartition: Range<Int64>]) {
        let read = state.withLock { $0.logs.mapValues(\.readTo) }
        let lags = work.decide { $0.backlogs }.compactMap { place, backlog in
            bounds[place].map { bounds in
                let next = max(read[place] ?? 0, backlog.unread, bounds.lowerBound)
                let unread = max(0, bounds.upperBound - next - Int64(backlog.doneAhead))
                return TopicsObserved.Lag(
                    topic: SafeText(operatorProvided: place.topic), partition: place.partition,
                    records: unread + Int64(backlog.open))
            }
        }
        telemetry.emit(TopicsObserved(lags: lags))
    }

    private func tellHealth() {
        let news = news
        func names(_ topics: Set<String>) -> [SafeText] {
            topics.sorted().map { SafeText(operatorProvided: $0) }
        }
        health.mark(
            missingTopics: names(news.missingInputs.union(news.missingOutputs)),
            topicsMadeAnew: names(news.anew))
    }
}
