internal import CRdKafka
package import VigilCore

extension KafkaConsumer {
    /// Ends a rebalance that gave partitions: reading begins.
    ///
    /// - Parameter starts: every partition of the `.assigned` event; one that is missing begins at
    /// its
    ///   committed offset.
    package mutating func completeAssign(_ starts: [PartitionStart]) throws(KafkaError) {
        guard case .assign(let given)? = pending else {
            throw .misuse(reason: "completeAssign without an open assignment")
        }
        let offsets = Dictionary(starts.map { ($0.partition, $0.offset) }) { $1 }
        let list = PartitionList()
        for partition in given { list.add(partition, offset: offsets[partition] ?? nil) }
        pending = nil
        if isCooperative {
            try KafkaError.check(
                rd_kafka_incremental_assign(client.pointer, list.pointer),
                operation: "incremental_assign")
        } else {
            assignment = []
            pausedPartitions = []
            try KafkaError.check(
                rd_kafka_assign(client.pointer, list.pointer), operation: "assign")
        }
        assignment.formUnion(given)
        keepPreference()
        // A new assignment is never paused, whatever it was when this member had it before.
        pausedPartitions.subtract(given)
    }

    /// Sends the records of the preferred topics' partitions to the queue that is polled first.
    ///
    /// Call it again now and then: a partition that librdkafka stops and starts by itself loses
    /// the way, and its records would then wait in a queue of their own, which nobody polls. What
    /// waits there comes along (`rd_kafka_q_fwd_set0` of 2.0.2).
    package func keepPreference() {
        guard let preferred = client.preferredQueue else { return }
        for partition in assignment where preferredTopics.contains(partition.topic) {
            guard
                let records = rd_kafka_queue_get_partition(
                    client.pointer, partition.topic, partition.partition)
            else { continue }
            rd_kafka_queue_forward(records, preferred.pointer)
            rd_kafka_queue_destroy(records)
        }
    }

    /// Ends a rebalance that took partitions: the group goes on.
    package mutating func completeRevoke() throws(KafkaError) {
        guard let rebalance = pending else {
            throw .misuse(reason: "completeRevoke without an open rebalance")
        }
        pending = nil
        guard isCooperative, case .revoke(let taken) = rebalance else {
            assignment = []
            pausedPartitions = []
            try KafkaError.check(rd_kafka_assign(client.pointer, nil), operation: "assign")
            return
        }
        assignment.subtract(taken)
        pausedPartitions.subtract(taken)
        let list = PartitionList(taken)
        try KafkaError.check(
            rd_kafka_incremental_unassign(client.pointer, list.pointer),
            operation: "incremental_unassign")
    }

    /// Whether the group has another member under this one's static name (`group.instance.id`).
    /// Then the client is of no more use.
    package var isReplaced: Bool { fatalError == RD_KAFKA_RESP_ERR_FENCED_INSTANCE_ID }

    /// The error after which the client is of no more use, if there was one.
    var fatalError: rd_kafka_resp_err_t? {
        let code = rd_kafka_fatal_error(client.pointer, nil, 0)
        return code == RD_KAFKA_RESP_ERR_NO_ERROR ? nil : code
    }

    /// The partitions that ``pause(_:)`` stopped.
    package var paused: Set<TopicPartition> { pausedPartitions }

    /// Stops reading from partitions; what was fetched of them already is dropped and fetched
    /// again. Partitions that are paused, or not assigned, are left alone.
    package mutating func pause(_ partitions: some Sequence<TopicPartition>) throws(KafkaError) {
        let chosen = Set(partitions).intersection(assignment).subtracting(pausedPartitions)
        if chosen.isEmpty { return }
        let list = PartitionList(chosen)
        try KafkaError.check(
            rd_kafka_pause_partitions(client.pointer, list.pointer), operation: "pause")
        pausedPartitions.formUnion(chosen)
    }

    /// Goes on reading. Partitions that are not paused are left alone: librdkafka before 2.4.0
    /// would go back to an old position in them (issue 4686).
    package mutating func resume(_ partitions: some Sequence<TopicPartition>) throws(KafkaError) {
        let chosen = Set(partitions).intersection(pausedPartitions)
        if chosen.isEmpty { return }
        let list = PartitionList(chosen)
        try KafkaError.check(
            rd_kafka_resume_partitions(client.pointer, list.pointer), operation: "resume")
        pausedPartitions.subtract(chosen)
    }
}
