/// The headers that a dead letter gains, in the order in which they are written: the names of Kafka
/// Connect (KIP-298) as text, those of Spring for Apache Kafka in its binary forms, then our own.
enum DeadLetterHeader: String, CaseIterable {
    case connectTopic = "__connect.errors.topic"
    case connectPartition = "__connect.errors.partition"
    case connectOffset = "__connect.errors.offset"
    case connectName = "__connect.errors.connector.name"
    case connectTask = "__connect.errors.task.id"
    case connectStage = "__connect.errors.stage"
    case connectClass = "__connect.errors.class.name"
    case connectException = "__connect.errors.exception.class.name"
    case connectMessage = "__connect.errors.exception.message"
    case springTopic = "kafka_dlt-original-topic"
    /// Four bytes, big-endian.
    case springPartition = "kafka_dlt-original-partition"
    /// Eight bytes, big-endian.
    case springOffset = "kafka_dlt-original-offset"
    /// Eight bytes, big-endian: milliseconds since 1970.
    case springTimestamp = "kafka_dlt-original-timestamp"
    case springGroup = "kafka_dlt-original-consumer-group"
    case springException = "kafka_dlt-exception-fqcn"
    case springMessage = "kafka_dlt-exception-message"
    case attempt = "vigil-attempt"
    case errorCode = "vigil-error-code"
    case stage = "vigil-stage"
    case firstFailure = "vigil-first-failure-time"
    case lastFailure = "vigil-last-failure-time"
    /// How many bytes the original has, when the letter does not hold it.
    case omittedBytes = "vigil-omitted-bytes"
    /// SHA-256 of the original's value then.
    case omittedDigest = "vigil-omitted-sha256"
}
