internal import CRdKafka
internal import KafkaTransport
package import VigilCore

/// Changes to topics that Vigil itself never makes.
package enum TopicChanges {
    /// Raises a topic's number of partitions.
    package static func grow(
        _ topic: String, to count: Int, on broker: TestBroker
    ) throws {
        try TopicRights.ask(broker) { client, answers in
            var text = [CChar](repeating: 0, count: 256)
            var wanted = [rd_kafka_NewPartitions_new(topic, count, &text, text.count)]
            rd_kafka_CreatePartitions(client, &wanted, 1, nil, answers)
            rd_kafka_NewPartitions_destroy(wanted[0])
        }
    }

    /// Deletes a partition's records before an offset, as retention does.
    package static func deleteRecords(
        of place: TopicPartition, before offset: Int64, on broker: TestBroker
    ) throws {
        try TopicRights.ask(broker) { client, answers in
            let list = rd_kafka_topic_partition_list_new(1)
            defer { rd_kafka_topic_partition_list_destroy(list) }
            rd_kafka_topic_partition_list_add(list, place.topic, place.partition)?.pointee.offset =
                offset
            var wanted = [rd_kafka_DeleteRecords_new(list)]
            rd_kafka_DeleteRecords(client, &wanted, 1, nil, answers)
            rd_kafka_DeleteRecords_destroy(wanted[0])
        }
    }

    /// Deletes topics and makes them again.
    package static func makeAnew(
        _ topics: [String], partitions: Int32, on broker: TestBroker,
        meanwhile: () throws -> Void = {}
    ) throws {
        let admin = try TopicAdmin(configuration: broker.configuration(group: "anew"))
        _ = try admin.deleteTopics(topics, timeout: .seconds(30))
        try meanwhile()
        let wanted = topics.map {
            TopicSpecification(name: $0, partitions: partitions, replication: 1)
        }
        let made = try admin.createTopics(wanted, timeout: .seconds(30))
        guard topics.allSatisfy({ made[$0] == .created }) else {
            throw TestBroker.Failure(description: "the topics were not made again: \(made)")
        }
    }
}
