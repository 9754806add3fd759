import KafkaTransport
import Pipeline
import VigilCore

/// What looks after topics over a ``FakeCluster``. One thread at a time.
struct FakeSurvey: TopicSurveying {
    private let cluster: FakeCluster

    init(_ cluster: FakeCluster) {
        self.cluster = cluster
    }

    func presence(
        of topics: some Sequence<String>, timeout: Duration
    ) throws(KafkaError) -> [String: TopicSurvey.Presence] {
        let known = cluster.partitions
        return topics.reduce(into: [:]) { found, topic in
            found[topic] = known[topic].map { .partitions($0) } ?? .missing
        }
    }

    func identities(of topics: [String], timeout: Duration) -> [String: String] { [:] }

    func bounds(
        of places: some Collection<TopicPartition>, timeout: Duration
    ) throws(KafkaError) -> [TopicPartition: Range<Int64>] {
        let known = cluster.partitions
        return places.filter { known[$0.topic] != nil }
            .reduce(into: [:]) { $0[$1] = cluster.bounds(of: $1) }
    }

    func records(
        at offsets: [TopicPartition: Int64], timeout: Duration
    ) throws(KafkaError) -> [TopicPartition: TopicSurvey.Answer] {
        offsets.reduce(into: [:]) { found, place in
            let record = cluster.log(place.key).first { $0.position.offset == place.value }
            found[place.key] = record.map { .record(RecordFingerprint(of: $0)) } ?? .nothing
        }
    }

    func records(
        of place: TopicPartition, in range: Range<Int64>, timeout: Duration
    ) throws(KafkaError) -> [RecordFingerprint] {
        cluster.log(place).filter { range.contains($0.position.offset) }
            .map { RecordFingerprint(of: $0) }
    }

    /// As of brokers that do not tell it.
    func owned(
        inGroup group: String, timeout: Duration
    ) throws(KafkaError) -> Set<TopicPartition>? { nil }
}
