internal import CRdKafka
package import VigilCore

/// How a group stands, as its coordinator tells it.
package struct GroupStanding: Sendable, Hashable {
    /// What the coordinator is at with it.
    package enum State: String, Sendable, Hashable, SafeToLog {
        /// Its members have their partitions.
        case stable
        /// Partitions are just being given out anew.
        case rebalancing
        /// It has offsets and no member.
        case empty
        /// There is no such group.
        case absent
        /// A state that this library has no word for.
        case unknown
    }

    /// As it was a moment ago.
    package let state: State
    /// How many there are.
    package let members: Int
}

extension TopicSurvey {
    /// The partitions that the group's members have; nil when the group is just being rearranged,
    /// or does not tell. Blocks.
    package func owned(
        inGroup group: String, timeout: Duration
    ) throws(KafkaError) -> Set<TopicPartition>? {
        try described(group, timeout: timeout) { group -> Set<TopicPartition>? in
            guard
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
                    PartitionList.entries(of: UnsafeMutablePointer(mutating: list))
                        .map(\.partition))
            }
            return owned
        }.flatMap { $0 }
    }

    /// How a group stands; nil when its coordinator does not tell in time. Blocks.
    ///
    /// - Throws: ``KafkaError/notPermitted(_:)`` where this identity may not ask.
    package func standing(
        ofGroup group: String, timeout: Duration
    ) throws(KafkaError) -> GroupStanding? {
        let told = try described(group, timeout: timeout) {
            group -> Result<GroupStanding, KafkaError> in
            if let error = rd_kafka_ConsumerGroupDescription_error(group) {
                let code = rd_kafka_error_code(error)
                guard code == RD_KAFKA_RESP_ERR_NO_ERROR else {
                    return .failure(KafkaError(code, operation: "describe_groups"))
                }
            }
            let state: GroupStanding.State =
                switch rd_kafka_ConsumerGroupDescription_state(group) {
                case RD_KAFKA_CONSUMER_GROUP_STATE_STABLE: .stable
                case RD_KAFKA_CONSUMER_GROUP_STATE_PREPARING_REBALANCE,
                    RD_KAFKA_CONSUMER_GROUP_STATE_COMPLETING_REBALANCE:
                    .rebalancing
                case RD_KAFKA_CONSUMER_GROUP_STATE_EMPTY: .empty
                case RD_KAFKA_CONSUMER_GROUP_STATE_DEAD: .absent
                default: .unknown
                }
            return .success(
                GroupStanding(
                    state: state, members: rd_kafka_ConsumerGroupDescription_member_count(group)))
        }
        return try told?.get()
    }

    /// What the configuration's group has committed. Blocks.
    package func committed(
        _ partitions: [TopicPartition], timeout: Duration
    ) throws(KafkaError) -> [CommittedOffset] {
        try client.committed(partitions, timeout: timeout)
    }

    /// Asks about one group and hands its description on, which is gone afterwards; nil when no
    /// answer came in time.
    private func described<Answer>(
        _ group: String, timeout: Duration, read: (OpaquePointer) -> Answer
    ) throws(KafkaError) -> Answer? {
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
            count == 1, let group = groups[0]
        else { return nil }
        return read(group)
    }
}
