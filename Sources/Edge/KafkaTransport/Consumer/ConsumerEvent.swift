package import VigilCore

/// What happened on the consumer's side, in order.
package enum ConsumerEvent: Sendable {
    /// A record was read.
    case record(InboundRecord)
    /// The group gave these partitions to this member. Nothing is read from them, and the rebalance
    /// is not over, until `completeAssign` is called.
    case assigned([TopicPartition])
    /// The group takes these partitions away. Finish and commit what is open, then call
    /// `completeRevoke`; other members wait for it, at most `max.poll.interval.ms`.
    case revoked([TopicPartition])
    /// These partitions were lost already and may belong to others: drop what is open, commit
    /// nothing, and call `completeRevoke`.
    case lost([TopicPartition])
    /// Something failed; whether the client can go on is in the error.
    case failed(KafkaError)
    /// Every record of the partition below this offset was read. Only a ``RecordReader`` gets it.
    case endOfPartition(TopicPartition, offset: Int64)
}
