import KafkaTransport
import Pipeline
import VigilCore

/// A reader of whole topics over a ``FakeCluster``. One thread.
struct FakeReader: TopicReading {
    private let cluster: FakeCluster
    private let worker: Int
    private var positions: [TopicPartition: Int64] = [:]
    private var ended: [TopicPartition: Int64] = [:]

    init(_ cluster: FakeCluster, worker: Int) {
        self.cluster = cluster
        self.worker = worker
    }

    mutating func open(at offsets: [TopicPartition: Int64]) throws(KafkaError) {
        try cluster.call(.open, by: worker) { () throws(KafkaError) in }
        positions = offsets
        ended = [:]
    }

    mutating func poll(max: Int) throws(KafkaError) -> [InboundRecord] {
        try cluster.call(.read, by: worker) { () throws(KafkaError) in }
        var records: [InboundRecord] = []
        for place in positions.keys.sorted() {
            let start = positions[place] ?? 0
            let log = cluster.log(place)
            let room = Swift.max(0, max - records.count)
            let next = log.filter { $0.position.offset >= start }.prefix(room)
            records += next
            let position = (next.last?.position.offset).map { $0 + 1 } ?? start
            positions[place] = position
            let end = (log.last?.position.offset).map { $0 + 1 } ?? 0
            ended[place] = position >= end ? position : nil
        }
        return records
    }

    func committed(
        _ partitions: [TopicPartition], timeout: Duration
    ) throws(KafkaError) -> [CommittedOffset] {
        try cluster.call(.committed, by: worker) { () throws(KafkaError) in
            cluster.committed(partitions)
        }
    }

    func endOffset(of place: TopicPartition) -> Int64? { ended[place] }
}
