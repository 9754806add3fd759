import KafkaTransport
import Pipeline
import Synchronization
import VigilCore

/// A producer of transactions over a ``FakeCluster``. Any thread.
final class FakeProducer: RecordProducing, Sendable {
    fileprivate struct State {
        var epoch: Int?
        /// librdkafka takes no more calls of one that was fenced.
        var isFenced = false
        var isOpen = false
        var records: [OutboundRecord] = []
        var offsets: [OffsetToCommit] = []
    }

    private let cluster: FakeCluster
    private let worker: Int
    private let state = Mutex(State())

    init(_ cluster: FakeCluster, worker: Int) {
        self.cluster = cluster
        self.worker = worker
    }

    var trouble: ConnectionTrouble? { nil }
    var refusal: KafkaError? { nil }

    func poll() throws(KafkaError) {
        try cluster.call(.pollProducer, by: worker) { () throws(KafkaError) in }
    }

    func initTransactions(within bound: Duration) throws(KafkaError) {
        guard !state.withLock({ $0.isFenced }) else { throw ClientFault.fencedRegistration.error }
        do throws(KafkaError) {
            try cluster.call(.initTransactions, by: worker) { () throws(KafkaError) in
                let epoch = cluster.register(worker)
                state.withLock { $0.epoch = epoch }
            }
        } catch {
            state.withLock { $0.isFenced = error.isFenced }
            throw error
        }
    }

    func learn(
        _ topics: [String], within bound: Duration
    ) throws(KafkaError) -> [String: Int32] {
        try cluster.call(.learn, by: worker) { () throws(KafkaError) in
            cluster.partitions.filter { topics.contains($0.key) }
        }
    }

    func begin() throws(KafkaError) {
        try cluster.call(.begin, by: worker) { () throws(KafkaError) in
            try state.withLock { (state) throws(KafkaError) in
                guard !state.isOpen else { throw .misuse(reason: "begin within a transaction") }
                state.isOpen = true
            }
        }
    }

    func produce(_ record: OutboundRecord, within bound: Duration) throws(KafkaError) {
        try cluster.call(.produce, by: worker) { () throws(KafkaError) in
            state.withLock { $0.records.append(record) }
        }
    }

    func sendOffsets(
        _ offsets: [OffsetToCommit], for group: borrowing GroupMetadata, within bound: Duration
    ) throws(KafkaError) {
        try cluster.call(.sendOffsets, by: worker) { () throws(KafkaError) in
            guard cluster.takes(offsets, from: worker) else {
                cluster.note("worker \(worker): offsets are refused")
                throw FailureWay.abortable.error(of: .sendOffsets)
            }
            state.withLock { $0.offsets += offsets }
        }
    }

    func commit(within bound: Duration) throws(KafkaError) {
        try cluster.call(.commit, by: worker) { () throws(KafkaError) in
            let (epoch, records, offsets) = state.withLock { state in
                defer { state.close() }
                return (state.epoch, state.records, state.offsets)
            }
            guard let epoch, cluster.isNewest(worker, epoch: epoch) else {
                cluster.note("worker \(worker): its producer is fenced")
                throw FailureWay.fatal.error(of: .commit)
            }
            guard cluster.takes(offsets, from: worker) else {
                cluster.note("worker \(worker): a commit is refused")
                throw FailureWay.abortable.error(of: .commit)
            }
            cluster.note("worker \(worker) commits")
            cluster.publish(records, offsets)
        }
    }

    func abort(within bound: Duration) throws(KafkaError) {
        try cluster.call(.abort, by: worker) { () throws(KafkaError) in
            cluster.note("worker \(worker) aborts")
            state.withLock { $0.close() }
        }
    }
}

extension FakeProducer.State {
    fileprivate mutating func close() {
        (isOpen, records, offsets) = (false, [], [])
    }
}
