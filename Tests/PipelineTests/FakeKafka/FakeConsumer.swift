import KafkaTransport
import Pipeline
import Synchronization
import VigilCore

/// A member of a group over a ``FakeCluster``. What the group tells it is put in by a test. Any
/// thread.
final class FakeConsumer: RecordConsuming, Sendable {
    fileprivate struct State {
        var told: [ConsumerEvent] = []
        var pending: ConsumerEvent?
        var assignment: Set<TopicPartition> = []
        var paused: Set<TopicPartition> = []
        var positions: [TopicPartition: Int64] = [:]
        /// Ends that were told.
        var ends: [TopicPartition: Int64] = [:]
        var isReplaced = false
        var isClosed = false
    }

    private let cluster: FakeCluster
    private let worker: Int
    private let state = Mutex(State())
    /// Records of a partition that come with one poll.
    private let recordsPerPoll: Int

    init(_ cluster: FakeCluster, worker: Int, recordsPerPoll: Int) {
        self.cluster = cluster
        self.worker = worker
        self.recordsPerPoll = recordsPerPoll
    }

    // MARK: What a test says

    /// Lets it hear something with the next poll.
    func hear(_ event: ConsumerEvent) {
        cluster.note("worker \(worker) is told \(event.told)")
        state.withLock { $0.told.append(event) }
    }

    /// Another member takes its name.
    func beReplaced() { state.withLock { $0.isReplaced = true } }

    /// Goes back in a partition, as librdkafka did after some resumptions.
    func fetchAgain(_ place: TopicPartition, by records: Int64) {
        state.withLock { state in
            state.positions[place] = state.positions[place].map { max(0, $0 - records) }
        }
    }

    /// Whether it has left.
    var isClosed: Bool { state.withLock { $0.isClosed } }

    /// Where it reads on.
    func position(of place: TopicPartition) -> Int64? { state.withLock { $0.positions[place] } }

    // MARK: What the transport calls

    var assignment: Set<TopicPartition> { state.withLock { $0.assignment } }
    var paused: Set<TopicPartition> { state.withLock { $0.paused } }
    var isReplaced: Bool { state.withLock { $0.isReplaced } }

    func subscribe(to topics: [String]) throws(KafkaError) {
        try cluster.call(.subscribe, by: worker) { () throws(KafkaError) in }
    }

    func poll(max: Int) -> [ConsumerEvent] {
        state.withLock { state in
            var events: [ConsumerEvent] = []
            while !state.told.isEmpty, events.count < max {
                let event = state.told.removeFirst()
                events.append(event)
                switch event {
                case .assigned, .revoked, .lost:
                    state.pending = event
                    return events
                default: continue
                }
            }
            guard state.pending == nil else { return events }
            for place in state.assignment.subtracting(state.paused).sorted() {
                let came = state.read(place, cluster.log(place), max: recordsPerPoll)
                for event in came { cluster.note("worker \(worker) reads \(event.told)") }
                events += came
            }
            return events
        }
    }

    func completeAssign(_ starts: [PartitionStart]) throws(KafkaError) {
        try cluster.call(.completeAssign, by: worker) { () throws(KafkaError) in
            try state.withLock { (state) throws(KafkaError) in
                guard case .assigned(let given)? = state.pending else {
                    throw .misuse(reason: "completeAssign without an open assignment")
                }
                state.pending = nil
                cluster.note(
                    "worker \(worker) starts "
                        + "\(starts.map { "\($0.partition.told)@\($0.offset ?? -1)" })")
                let offsets = Dictionary(starts.map { ($0.partition, $0.offset) }) { $1 }
                for place in given {
                    state.positions[place] = (offsets[place] ?? nil) ?? 0
                    state.ends[place] = nil
                }
                state.assignment.formUnion(given)
                state.paused.subtract(given)
                cluster.hear(given, by: worker)
            }
        }
    }

    func completeRevoke() throws(KafkaError) {
        try cluster.call(.completeRevoke, by: worker) { () throws(KafkaError) in
            state.withLock { state in
                switch state.pending {
                case .revoked(let taken)?, .lost(let taken)?:
                    state.assignment.subtract(taken)
                    state.paused.subtract(taken)
                default: break
                }
                cluster.note("worker \(worker) has given back")
                state.pending = nil
            }
        }
    }

    func pause(_ partitions: some Sequence<TopicPartition>) throws(KafkaError) {
        let chosen = Set(partitions).intersection(assignment).subtracting(paused)
        guard !chosen.isEmpty else { return }
        try cluster.call(.pause, by: worker) { () throws(KafkaError) in
            state.withLock { $0.paused.formUnion(chosen) }
        }
    }

    func resume(_ partitions: some Sequence<TopicPartition>) throws(KafkaError) {
        let chosen = Set(partitions).intersection(paused)
        guard !chosen.isEmpty else { return }
        try cluster.call(.resume, by: worker) { () throws(KafkaError) in
            state.withLock { $0.paused.subtract(chosen) }
        }
    }

    func seek(to offsets: [TopicPartition: Int64], timeout: Duration) throws(KafkaError) {
        try cluster.call(.seek, by: worker) { () throws(KafkaError) in
            cluster.note("worker \(worker) seeks \(offsets)")
            state.withLock { state in
                state.positions.merge(offsets) { $1 }
                for place in offsets.keys { state.ends[place] = nil }
            }
        }
    }

    func committed(
        _ partitions: [TopicPartition], timeout: Duration
    ) throws(KafkaError) -> [CommittedOffset] {
        // librdkafka lets the call run out of time, again and again.
        guard !isReplaced else { throw FailureWay.fatal.error(of: .committed) }
        return try cluster.call(.committed, by: worker) { () throws(KafkaError) in
            cluster.committed(partitions)
        }
    }

    func bounds(of place: TopicPartition, timeout: Duration) throws(KafkaError) -> Range<Int64> {
        try cluster.call(.bounds, by: worker) { () throws(KafkaError) in
            cluster.bounds(of: place)
        }
    }

    func groupMetadata() throws(KafkaError) -> GroupMetadata {
        try cluster.call(.groupMetadata, by: worker) { () throws(KafkaError) in }
        return try GroupMetadata(ofEmptyGroup: "group")
    }

    func keepPreference() {}

    @discardableResult
    func close(within bound: Duration) -> Bool {
        state.withLock { state in
            state.isClosed = true
            (state.assignment, state.paused, state.pending) = ([], [], nil)
        }
        return true
    }
}

extension FakeConsumer.State {
    /// The next records of a partition; that there are no more is told once.
    fileprivate mutating func read(
        _ place: TopicPartition, _ log: [InboundRecord], max: Int
    ) -> [ConsumerEvent] {
        let start = positions[place] ?? 0
        let records = log.filter { $0.position.offset >= start }.prefix(max)
        let next = (records.last?.position.offset).map { $0 + 1 } ?? start
        positions[place] = next
        let end = (log.last?.position.offset).map { $0 + 1 } ?? 0
        var events = records.map { ConsumerEvent.record($0) }
        if next >= end, ends[place] != next {
            ends[place] = next
            events.append(.endOfPartition(place, offset: next))
        }
        return events
    }
}
