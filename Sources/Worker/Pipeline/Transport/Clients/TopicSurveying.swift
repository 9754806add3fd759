package import KafkaTransport
package import VigilCore

/// What is needed to look after topics, as ``TopicSurvey`` describes it. Each call has the client
/// for itself, and so is mutating.
package protocol TopicSurveying: ~Copyable {
    mutating func presence(
        of topics: some Sequence<String>, timeout: Duration
    ) throws(KafkaError) -> [String: TopicSurvey.Presence]
    mutating func identities(of topics: [String], timeout: Duration) -> [String: String]
    mutating func bounds(
        of places: some Collection<TopicPartition>, timeout: Duration
    ) throws(KafkaError) -> [TopicPartition: Range<Int64>]
    mutating func records(
        at offsets: [TopicPartition: Int64], timeout: Duration
    ) throws(KafkaError) -> [TopicPartition: TopicSurvey.Answer]
    mutating func records(
        of place: TopicPartition, in range: Range<Int64>, timeout: Duration
    ) throws(KafkaError) -> [RecordFingerprint]
    mutating func owned(
        inGroup group: String, timeout: Duration
    ) throws(KafkaError) -> Set<TopicPartition>?
}

extension TopicSurvey: TopicSurveying {}
