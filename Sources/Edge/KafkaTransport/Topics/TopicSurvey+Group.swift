internal import CRdKafka
package import VigilCore

extension TopicSurvey {
    /// The partitions that the group's members have; nil when the group is just being rearranged,
    /// or does not tell. Blocks.
    package func owned(
        inGroup group: String, timeout: Duration
    ) throws(KafkaError) -> Set<TopicPartition>? {
        guard let queue = rd_kafka_queue_new(client.pointer) else { return nil }
        let answers = QueueHandle(taking: queue)
        group.withCString { name in
            var names: [UnsafePointer<CChar>?] = [name]
            rd_kafka_DescribeConsumerGroups(
                client.pointer, &names, names.count, nil, answers.queue.pointer)
        }
        guard let event = answers.queue.next(within: timeout) else { return nil }
        try KafkaError.check(event.error, operation: "describe_groups")
        var count = 0
        guard
            let groups = rd_kafka_DescribeConsumerGroups_result_groups(
                rd_kafka_event_DescribeConsumerGroups_result(event.pointer), &count),
            count == 1, let group = groups[0],
            rd_kafka_ConsumerGroupDescription_state(group)
                == RD_KAFKA_CONSUMER_GROUP_STATE_STABLE
        else { return nil }
        var owned: Set<TopicPartition> = []
        for index in 0..<rd_kafka_ConsumerGroupDescription_member_count(group) {
            guard let member = rd_kafka_ConsumerGroupDescription_member(group, index),
                let assignment = rd_kafka_MemberDescription_assignment(member)
            else { continue }
            let list = rd_kafka_MemberAssignment_partitions(assignment)
            owned.formUnion(
                PartitionList.entries(of: UnsafeMutablePointer(mutating: list)).map(\.partition))
        }
        return owned
    }
}
