internal import CRdKafka
internal import VigilCore

/// Turns librdkafka's events into ours, and hands logs and statistics to the sink.
struct EventTranslator {
    let role: ClientRole
    let configuration: KafkaConfiguration
    let sink: any KafkaLogSink

    /// The event for the application; nil when it was for the sink, or for nobody.
    func translate(_ event: borrowing QueueEvent, of client: OpaquePointer) -> ConsumerEvent? {
        switch event.type {
        case RD_KAFKA_EVENT_FETCH:
            // librdkafka owns the message; it goes with the event.
            return rd_kafka_event_message_next(event.pointer)
                .map { .record(InboundRecord(copying: $0)) }
        case RD_KAFKA_EVENT_REBALANCE:
            return rebalance(event, of: client)
        case RD_KAFKA_EVENT_ERROR:
            return failure(event)
        case RD_KAFKA_EVENT_LOG:
            log(event)
            return nil
        case RD_KAFKA_EVENT_STATS:
            if let json = rd_kafka_event_stats(event.pointer) {
                sink.kafkaStatistics(KafkaStatistics(client: role, json: json))
            }
            return nil
        default:
            return nil
        }
    }

    private func rebalance(
        _ event: borrowing QueueEvent, of client: OpaquePointer
    ) -> ConsumerEvent {
        let list = rd_kafka_event_topic_partition_list(event.pointer)
        let partitions = PartitionList.entries(of: list).map(\.partition)
        switch event.error {
        case RD_KAFKA_RESP_ERR__ASSIGN_PARTITIONS:
            return .assigned(partitions)
        case RD_KAFKA_RESP_ERR__REVOKE_PARTITIONS:
            return rd_kafka_assignment_lost(client) != 0 ? .lost(partitions) : .revoked(partitions)
        default:
            // rdkafka.h: after any other code the assignment has to be reset.
            rd_kafka_assign(client, nil)
            return .failed(
                KafkaError(event.error, operation: "rebalance", message: event.errorText))
        }
    }

    private func failure(_ event: borrowing QueueEvent) -> ConsumerEvent? {
        if event.error == RD_KAFKA_RESP_ERR__PARTITION_EOF {
            guard let place = rd_kafka_event_topic_partition(event.pointer) else { return nil }
            defer { rd_kafka_topic_partition_destroy(place) }
            let topic = place.pointee.topic.map { String(cString: $0) } ?? ""
            return .endOfPartition(
                TopicPartition(topic: topic, partition: place.pointee.partition),
                offset: place.pointee.offset)
        }
        let error = told(
            KafkaError(event.error, operation: "consume", message: event.errorText), by: event)
        if rd_kafka_event_error_is_fatal(event.pointer) != 0, let fault = error.fault,
            !error.isNotPermitted
        {
            return .failed(.fatal(fault))
        }
        return .failed(error)
    }

    /// With the topic or the group that it is about.
    private func told(
        _ error: KafkaError, by event: borrowing QueueEvent
    ) -> KafkaError {
        switch event.error {
        case RD_KAFKA_RESP_ERR_GROUP_AUTHORIZATION_FAILED:
            return error.about(
                KafkaSubject(.group, configuration.group, .read, as: configuration.principal))
        case RD_KAFKA_RESP_ERR_TOPIC_AUTHORIZATION_FAILED,
            RD_KAFKA_RESP_ERR_UNKNOWN_TOPIC_OR_PART, RD_KAFKA_RESP_ERR__UNKNOWN_TOPIC:
            guard let place = rd_kafka_event_topic_partition(event.pointer) else { return error }
            defer { rd_kafka_topic_partition_destroy(place) }
            let topic = place.pointee.topic.map { String(cString: $0) } ?? ""
            return error.about(configuration.subject(topic: topic, .read))
        default: return error
        }
    }

    private func log(_ event: borrowing QueueEvent) {
        var facility: UnsafePointer<CChar>?
        var text: UnsafePointer<CChar>?
        var severity: Int32 = 0
        guard rd_kafka_event_log(event.pointer, &facility, &text, &severity) == 0, let text else {
            return
        }
        sink.kafkaLog(
            KafkaLogLine(
                client: role, severity: severity,
                facility: SafeText(fixedMessage: facility.map { String(cString: $0) } ?? ""),
                message: SafeText(fixedMessage: String(cString: text))))
    }
}
