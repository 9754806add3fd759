internal import CRdKafka
internal import Processes
internal import VigilCore

extension ProducerCore {
    /// Asks the broker for a topic's partitions, so that the client knows them from now on.
    ///
    /// - Returns: how many there are; nil when the broker does not say.
    func learn(_ topic: String, within bound: Duration) throws(KafkaError) -> Int32? {
        guard let handle = rd_kafka_topic_new(client.pointer, topic, nil) else {
            throw KafkaError(rd_kafka_last_error(), operation: "topic_new")
        }
        defer { rd_kafka_topic_destroy(handle) }
        var metadata: UnsafePointer<rd_kafka_metadata>?
        try KafkaError.check(
            rd_kafka_metadata(client.pointer, 0, handle, &metadata, bound.milliseconds),
            operation: "metadata")
        defer { rd_kafka_metadata_destroy(metadata) }
        guard let found = metadata?.pointee, found.topic_cnt > 0 else { return nil }
        try KafkaError.check(found.topics[0].err, operation: "metadata")
        return found.topics[0].partition_cnt
    }
}
