import KafkaTransport
import Pipeline
import Processes
import Synchronization
import VigilCore

/// The clients of one worker over a ``FakeCluster``. Any thread.
final class FakeClients: KafkaClients {
    let configuration = KafkaConfiguration(bootstrap: "", group: "group", instance: "worker")
    private let cluster: FakeCluster
    private let worker: Int
    private let recordsPerPoll: Int
    private let newest = Mutex<FakeConsumer?>(nil)

    /// - Parameter recordsPerPoll: how many come at once.
    init(_ cluster: FakeCluster, worker: Int, recordsPerPoll: Int = 64) {
        self.cluster = cluster
        self.worker = worker
        self.recordsPerPoll = recordsPerPoll
    }

    /// The newest consumer that was made.
    var consumer: FakeConsumer? { newest.withLock { $0 } }

    func makeConsumer(
        of topics: [String], preferring preferred: Set<String>, wakeUp: WakeUp
    ) throws(KafkaError) -> any RecordConsuming & ~Copyable {
        let consumer = FakeConsumer(cluster, worker: worker, recordsPerPoll: recordsPerPoll)
        newest.withLock { $0 = consumer }
        return consumer
    }

    func makeProducer(
        wakeUp: WakeUp
    ) throws(KafkaError) -> sending any RecordProducing & ~Copyable {
        FakeProducer(cluster, worker: worker)
    }

    func makeReader(wakeUp: WakeUp) throws(KafkaError) -> any TopicReading & ~Copyable {
        FakeReader(cluster, worker: worker)
    }

    func makeSurvey() throws(KafkaError) -> sending any TopicSurveying & ~Copyable {
        FakeSurvey(cluster)
    }

    func ends(
        of topic: String, timeout: Duration
    ) throws(KafkaError) -> [TopicPartition: Int64] {
        try cluster.call(.ends, by: worker) { () throws(KafkaError) in
            let count = cluster.partitions[topic] ?? 0
            return (0..<count).reduce(into: [:]) { ends, number in
                let place = TopicPartition(topic: topic, partition: number)
                ends[place] = cluster.bounds(of: place).upperBound
            }
        }
    }
}
