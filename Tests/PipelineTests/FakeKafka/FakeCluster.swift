import KafkaTransport
import Synchronization
import VigilCore

/// Brokers without a network: logs, what a group has committed, who owns its partitions, and which
/// producer of a name is the newest. Any call can be made to fail. Any thread.
final class FakeCluster: Sendable {
    /// Says of any call how it fails; nil: it does not. Asked before what was set by
    /// ``fail(_:_:)``.
    typealias Disturbance = @Sendable (ClientCall, _ worker: Int) -> ClientFault?

    /// Takes a line of what happens.
    typealias Trace = @Sendable (String) -> Void

    fileprivate struct State {
        var partitions: [String: Int32] = [:]
        var logs: [TopicPartition: [InboundRecord]] = [:]
        var commits: [TopicPartition: CommittedOffset] = [:]
        var owners: [TopicPartition: Int] = [:]
        /// Partitions whose owner has heard that they are its.
        var heard: Set<TopicPartition> = []
        var epochs: [Int: Int] = [:]
        var faults: [ClientCall: [ClientFault]] = [:]
        var calls: [ClientCall: Int] = [:]
        var disturbance: Disturbance?
        var trace: Trace?
    }

    private let state = Mutex(State())

    /// - Parameter partitions: of each topic.
    init(topics: [String], partitions: Int32 = 1) {
        state.withLock { state in
            for topic in topics { state.partitions[topic] = partitions }
        }
    }

    // MARK: Telling

    /// Tells all that happens from now on.
    func trace(_ trace: Trace?) { state.withLock { $0.trace = trace } }

    /// Tells something, if anybody listens.
    func note(_ text: @autoclosure () -> String) {
        guard let trace = state.withLock({ $0.trace }) else { return }
        trace(text())
    }

    // MARK: Faults

    /// Lets the next calls of a kind fail, one after the other.
    func fail(_ call: ClientCall, _ faults: ClientFault...) {
        state.withLock { $0.faults[call, default: []] += faults }
    }

    /// Lets calls fail as something else says.
    func disturb(_ disturbance: @escaping Disturbance) {
        state.withLock { $0.disturbance = disturbance }
    }

    /// How often a call was made.
    func count(of call: ClientCall) -> Int { state.withLock { $0.calls[call] ?? 0 } }

    /// Makes a call: does what it does unless it fails before.
    func call<Answer: Sendable>(
        _ call: ClientCall, by worker: Int, _ body: () throws(KafkaError) -> Answer
    ) throws(KafkaError) -> Answer {
        let disturbance = state.withLock { $0.disturbance }
        let disturbed = disturbance?(call, worker)
        let fault = state.withLock { state -> ClientFault? in
            state.calls[call, default: 0] += 1
            if let disturbed { return disturbed }
            guard state.faults[call]?.isEmpty == false else { return nil }
            return state.faults[call]?.removeFirst()
        }
        guard let fault else { return try body() }
        note("worker \(worker): \(call) fails, done \(fault.isDone): \(fault.error.what)")
        if fault.isDone { _ = try body() }
        throw fault.error
    }

    // MARK: Logs

    /// The partitions of each topic that there is.
    var partitions: [String: Int32] { state.withLock { $0.partitions } }

    /// Takes a topic away, or brings it back.
    func set(_ topic: String, partitions: Int32?) {
        state.withLock { $0.partitions[topic] = partitions }
    }

    /// Puts a record where it says.
    func append(_ record: InboundRecord) {
        state.withLock { $0.logs[record.position.topicPartition, default: []].append(record) }
    }

    /// Makes a log anew: another one stands under its name.
    func replace(_ place: TopicPartition, with records: [InboundRecord]) {
        state.withLock { $0.logs[place] = records }
    }

    /// All records of a partition.
    func log(_ place: TopicPartition) -> [InboundRecord] {
        state.withLock { $0.logs[place] ?? [] }
    }

    /// All records of a topic.
    func log(_ topic: String) -> [InboundRecord] {
        state.withLock { state in
            state.logs.filter { $0.key.topic == topic }.sorted { $0.key < $1.key }.flatMap(\.value)
        }
    }

    /// The offsets between which a partition has records.
    func bounds(of place: TopicPartition) -> Range<Int64> {
        let log = log(place)
        guard let first = log.first, let last = log.last else { return 0..<0 }
        return first.position.offset..<last.position.offset + 1
    }

    // MARK: The group

    /// Gives a partition to a worker, whatever another one thinks.
    func give(_ place: TopicPartition, to worker: Int?) {
        note("\(place.told) is given to \(worker.map(String.init) ?? "nobody")")
        state.withLock { state in
            state.owners[place] = worker
            state.heard.remove(place)
        }
    }

    /// A worker has heard that these partitions are its.
    func hear(_ places: [TopicPartition], by worker: Int) {
        note("worker \(worker) heard of \(places.map(\.told))")
        state.withLock { state in
            state.heard.formUnion(places.filter { state.owners[$0] == worker })
        }
    }

    /// Who has each partition.
    var owners: [TopicPartition: Int] { state.withLock { $0.owners } }

    /// What the group has of some partitions.
    func committed(_ places: [TopicPartition]) -> [CommittedOffset] {
        state.withLock { state in
            places.map {
                state.commits[$0] ?? CommittedOffset(partition: $0, nextOffset: nil, metadata: "")
            }
        }
    }

    /// Writes an offset as if an earlier worker had committed it.
    func set(_ offset: OffsetToCommit) { state.withLock { $0.commit(offset) } }

    // MARK: Transactions

    /// A new producer of a worker: fences the one before.
    func register(_ worker: Int) -> Int {
        note("worker \(worker): a new producer")
        return state.withLock { state in
            state.epochs[worker, default: 0] += 1
            return state.epochs[worker] ?? 0
        }
    }

    /// Whether a producer is the newest of its worker.
    func isNewest(_ worker: Int, epoch: Int) -> Bool {
        state.withLock { $0.epochs[worker] == epoch }
    }

    /// Whether the group takes offsets of these partitions from a worker: of its present stay, as
    /// the generation of a member tells it.
    func takes(_ offsets: [OffsetToCommit], from worker: Int) -> Bool {
        state.withLock { state in
            offsets.allSatisfy {
                state.owners[$0.partition] == worker && state.heard.contains($0.partition)
            }
        }
    }

    /// Publishes records and commits offsets in one step.
    func publish(_ records: [OutboundRecord], _ offsets: [OffsetToCommit]) {
        for record in records { note("  published \(record.told)") }
        for offset in offsets {
            note("  \(offset.partition.told) at \(offset.nextOffset) \(offset.metadata)")
        }
        state.withLock { state in
            for record in records {
                let place = TopicPartition(topic: record.topic, partition: record.partition ?? 0)
                let next = (state.logs[place]?.last?.position.offset ?? -1) + 1
                state.logs[place, default: []].append(
                    InboundRecord(
                        position: RecordPosition(
                            topic: place.topic, partition: place.partition, offset: next),
                        key: record.key, value: record.value, headers: record.headers,
                        timestamp: nil))
            }
            for offset in offsets { state.commit(offset) }
        }
    }
}

extension FakeCluster.State {
    fileprivate mutating func commit(_ offset: OffsetToCommit) {
        commits[offset.partition] = CommittedOffset(
            partition: offset.partition, nextOffset: offset.nextOffset, metadata: offset.metadata)
    }
}
