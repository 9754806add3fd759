internal import CRdKafka
internal import Processes
package import VigilCore

/// Asks a cluster about topics and single records, outside of any group. Every call blocks. One
/// owner, one thread at a time.
package struct TopicSurvey: ~Copyable {
    let client: ClientHandle
    private let events: EventTranslator
    private let wakeUp: WakeUp

    /// Whether a topic is there, as the brokers tell this identity.
    package enum Presence: Sendable, Hashable {
        case partitions(Int32)
        case missing
        /// The brokers do not say, such as for want of rights.
        case unknown
    }

    /// What stands at a place.
    package enum Answer: Sendable, Hashable {
        case record(RecordFingerprint)
        /// No record, though records after it, or the log's end.
        case nothing
    }

    /// Makes the client; nothing waits for the broker here.
    package init(configuration: KafkaConfiguration) throws(KafkaError) {
        let wakeUp = try WakeUp.ofClient()
        let conf = try ClientConfiguration(configuration, role: .watcher)
        conf.withPointer {
            rd_kafka_conf_set_events($0, RD_KAFKA_EVENT_FETCH | RD_KAFKA_EVENT_ERROR)
        }
        client = try ClientHandle(
            taking: try conf.makeClient(RD_KAFKA_CONSUMER), mainQueue: .consumer, wakeUp: wakeUp)
        events = EventTranslator(
            role: .watcher, configuration: configuration, sink: SilentLogSink())
        self.wakeUp = wakeUp
    }

    /// Which of some topics are there.
    package func presence(
        of topics: some Sequence<String>, timeout: Duration
    ) throws(KafkaError) -> [String: Presence] {
        let deadline = Deadline(after: timeout)
        var found: [String: Presence] = [:]
        for topic in topics {
            found[topic] = try presence(of: topic, timeout: deadline.remaining)
        }
        return found
    }

    private func presence(
        of topic: String, timeout: Duration
    ) throws(KafkaError) -> Presence {
        guard let handle = rd_kafka_topic_new(client.pointer, topic, nil) else { return .unknown }
        defer { rd_kafka_topic_destroy(handle) }
        var metadata: UnsafePointer<rd_kafka_metadata>?
        try KafkaError.check(
            rd_kafka_metadata(client.pointer, 0, handle, &metadata, timeout.milliseconds),
            operation: "metadata")
        defer { rd_kafka_metadata_destroy(metadata) }
        guard let answer = metadata?.pointee, answer.topic_cnt > 0 else { return .unknown }
        switch answer.topics[0].err {
        case RD_KAFKA_RESP_ERR_NO_ERROR where answer.topics[0].partition_cnt > 0:
            return .partitions(answer.topics[0].partition_cnt)
        case RD_KAFKA_RESP_ERR_UNKNOWN_TOPIC_OR_PART, RD_KAFKA_RESP_ERR__UNKNOWN_TOPIC:
            return .missing
        default: return .unknown
        }
    }

    /// The offsets between which partitions have records that a reader of committed ones may see
    /// now; those that could not be asked are left out.
    package func bounds(
        of places: some Collection<TopicPartition>, timeout: Duration
    ) throws(KafkaError) -> [TopicPartition: Range<Int64>] {
        let deadline = Deadline(after: timeout)
        let starts = try offsets(
            of: places, at: Int64(RD_KAFKA_OFFSET_BEGINNING), timeout: deadline.remaining)
        let ends = try offsets(
            of: places, at: Int64(RD_KAFKA_OFFSET_END), timeout: deadline.remaining)
        var bounds: [TopicPartition: Range<Int64>] = [:]
        for (place, start) in starts {
            guard let end = ends[place] else { continue }
            bounds[place] = start..<max(start, end)
        }
        return bounds
    }

    /// What brokers answer to one of the two special times of their ListOffsets request.
    private func offsets(
        of places: some Collection<TopicPartition>, at time: Int64, timeout: Duration
    ) throws(KafkaError) -> [TopicPartition: Int64] {
        guard !places.isEmpty else { return [:] }
        let list = PartitionList()
        for place in places { list.add(place, offset: time) }
        try KafkaError.check(
            rd_kafka_offsets_for_times(client.pointer, list.pointer, timeout.milliseconds),
            operation: "list_offsets")
        var offsets: [TopicPartition: Int64] = [:]
        for entry in list.entries where entry.error == RD_KAFKA_RESP_ERR_NO_ERROR {
            if entry.offset >= 0 { offsets[entry.partition] = entry.offset }
        }
        return offsets
    }

    /// What stands at single places; those that did not answer in time are left out.
    package mutating func records(
        at offsets: [TopicPartition: Int64], timeout: Duration
    ) throws(KafkaError) -> [TopicPartition: Answer] {
        var answers: [TopicPartition: Answer] = [:]
        try read(from: offsets, timeout: timeout) { event in
            switch event {
            case .record(let record):
                let place = record.position.topicPartition
                guard answers[place] == nil, let wanted = offsets[place],
                    record.position.offset >= wanted
                else { break }
                answers[place] =
                    record.position.offset == wanted
                    ? .record(RecordFingerprint(of: record)) : .nothing
            case .endOfPartition(let place, _):
                if answers[place] == nil, offsets[place] != nil { answers[place] = .nothing }
            default: break
            }
            return answers.count == offsets.count
        }
        return answers
    }

    /// The records of a partition in a range of offsets; fewer when the time is over before.
    package mutating func records(
        of place: TopicPartition, in range: Range<Int64>, timeout: Duration
    ) throws(KafkaError) -> [RecordFingerprint] {
        var found: [RecordFingerprint] = []
        try read(from: [place: range.lowerBound], timeout: timeout) { event in
            switch event {
            case .record(let record):
                guard range.contains(record.position.offset) else {
                    return record.position.offset >= range.upperBound
                }
                found.append(RecordFingerprint(of: record))
                return record.position.offset == range.upperBound - 1
            case .endOfPartition: return true
            default: return false
            }
        }
        return found
    }

    /// Reads until it is told that this is enough, or the time is over.
    private mutating func read(
        from offsets: [TopicPartition: Int64], timeout: Duration,
        _ take: (ConsumerEvent) -> Bool
    ) throws(KafkaError) {
        guard !offsets.isEmpty else { return }
        let list = PartitionList()
        for (place, offset) in offsets { list.add(place, offset: offset) }
        try KafkaError.check(rd_kafka_assign(client.pointer, list.pointer), operation: "assign")
        defer { rd_kafka_assign(client.pointer, nil) }
        let deadline = Deadline(after: timeout)
        while !deadline.isOver {
            wakeUp.drain()
            while let event = client.queue.next() {
                guard let translated = events.translate(event, of: client.pointer) else {
                    continue
                }
                if take(translated) { return }
            }
            _ = try WakeUp.waitForClient(on: [wakeUp.fileDescriptor], timeout: deadline.remaining)
        }
    }
}
