internal import CRdKafka
package import Processes
package import VigilCore

/// Reads whole topics, committed records only, outside of any group. One owner, one thread.
///
/// It joins no group and commits nothing: `KafkaConfiguration.group` only gives librdkafka the name
/// that it asks for.
package struct RecordReader: ~Copyable {
    let client: ClientHandle
    private let events: EventTranslator
    private let wakeUp: WakeUp
    private var assigned: Set<TopicPartition> = []
    private var ended: [TopicPartition: Int64] = [:]

    /// Where to begin.
    package enum Start: String, Sendable, Hashable, CaseIterable {
        case beginning
        /// After what is there now.
        case end
    }

    /// Makes the client; nothing waits for the broker here.
    package init(
        configuration: KafkaConfiguration, wakeUp: WakeUp? = nil,
        logSink: any KafkaLogSink = SilentLogSink()
    ) throws(KafkaError) {
        try self.init(configuration, role: .reader, wakeUp: wakeUp, logSink: logSink)
    }

    private init(
        _ configuration: KafkaConfiguration, role: ClientRole, wakeUp: WakeUp?,
        logSink: any KafkaLogSink
    ) throws(KafkaError) {
        let ownOrShared: WakeUp
        if let wakeUp { ownOrShared = wakeUp } else { ownOrShared = try .ofClient() }
        let conf = try ClientConfiguration(configuration, role: role)
        conf.withPointer {
            rd_kafka_conf_set_events(
                $0,
                RD_KAFKA_EVENT_FETCH | RD_KAFKA_EVENT_ERROR | RD_KAFKA_EVENT_LOG
                    | RD_KAFKA_EVENT_STATS)
        }
        client = try ClientHandle(
            taking: try conf.makeClient(RD_KAFKA_CONSUMER), mainQueue: .consumer,
            wakeUp: ownOrShared)
        events = EventTranslator(role: role, configuration: configuration, sink: logSink)
        self.wakeUp = ownOrShared
    }

    /// Begins to read all partitions of topics; replaces what was read before. Blocks to ask for
    /// the partitions.
    package mutating func open(
        _ topics: [String], from start: Start = .beginning, timeout: Duration
    ) throws(KafkaError) {
        let known = try partitionCounts(timeout: timeout)
        let list = PartitionList()
        assigned = []
        ended = [:]
        for topic in topics {
            guard let count = known[topic] else {
                throw KafkaError(RD_KAFKA_RESP_ERR__UNKNOWN_TOPIC, operation: "open")
                    .about(events.configuration.subject(topic: topic, .read))
            }
            for partition in 0..<count {
                let place = TopicPartition(topic: topic, partition: partition)
                assigned.insert(place)
                list.add(
                    place,
                    offset: start == .beginning
                        ? Int64(RD_KAFKA_OFFSET_BEGINNING) : try end(of: place, timeout: timeout))
            }
        }
        try KafkaError.check(rd_kafka_assign(client.pointer, list.pointer), operation: "assign")
    }

    /// Begins to read some partitions at given offsets; replaces what was read before. Where such
    /// an offset is no longer there, the log's first record is the next.
    package mutating func open(at offsets: [TopicPartition: Int64]) throws(KafkaError) {
        let list = PartitionList()
        for (place, offset) in offsets { list.add(place, offset: offset) }
        assigned = Set(offsets.keys)
        ended = [:]
        try KafkaError.check(rd_kafka_assign(client.pointer, list.pointer), operation: "assign")
    }

    /// The offset at which a partition was read to its end, if nothing came after it.
    package func endOffset(of place: TopicPartition) -> Int64? { ended[place] }

    /// Where the partitions of a topic end now, records of open transactions included. Blocks.
    package static func ends(
        of topic: String, configuration: KafkaConfiguration, timeout: Duration
    ) throws(KafkaError) -> [TopicPartition: Int64] {
        let reader = try RecordReader(
            configuration, role: .surveyor, wakeUp: nil, logSink: SilentLogSink())
        guard let count = try partitions(of: reader.client.pointer, timeout: timeout)[topic] else {
            throw KafkaError(RD_KAFKA_RESP_ERR__UNKNOWN_TOPIC, operation: "ends")
        }
        var ends: [TopicPartition: Int64] = [:]
        for partition in 0..<count {
            let place = TopicPartition(topic: topic, partition: partition)
            ends[place] = try reader.end(of: place, timeout: timeout)
        }
        return ends
    }

    /// The end of a partition as it is now. librdkafka's own "end" is looked up some time after the
    /// assignment, and what is written in between would be missed.
    private func end(of place: TopicPartition, timeout: Duration) throws(KafkaError) -> Int64 {
        try bounds(of: place, timeout: timeout).upperBound
    }

    /// The offsets between which a partition that there is has records now. Blocks.
    func bounds(of place: TopicPartition, timeout: Duration) throws(KafkaError) -> Range<Int64> {
        try client.bounds(of: place, timeout: timeout)
    }

    /// The number of partitions of every topic. Blocks.
    func partitionCounts(timeout: Duration) throws(KafkaError) -> [String: Int32] {
        do throws(KafkaError) {
            return try Self.partitions(of: client.pointer, timeout: timeout)
        } catch {
            throw error.after(trouble)
        }
    }

    /// Why a broker could not be spoken to, by what the client has said since the last poll.
    private var trouble: ConnectionTrouble? {
        var newest: ConnectionTrouble?
        while let event = client.queue.next() {
            guard case .failed(let error)? = events.translate(event, of: client.pointer),
                let text = error.fault?.message.text
            else { continue }
            newest = ConnectionTrouble(text) ?? newest
        }
        return newest
    }

    /// The partitions that are read.
    package var partitions: [TopicPartition] { assigned.sorted() }

    /// What the configuration's group has committed. Blocks.
    package func committed(
        _ partitions: [TopicPartition], timeout: Duration
    ) throws(KafkaError) -> [CommittedOffset] {
        try client.committed(partitions, timeout: timeout)
    }

    /// Takes what has come, without waiting. Signals the wake-up again when `max` was reached.
    ///
    /// - Throws: what cannot be mended by waiting; passing errors are librdkafka's to mend.
    package mutating func poll(max: Int) throws(KafkaError) -> [InboundRecord] {
        var records: [InboundRecord] = []
        while records.count < max {
            guard let event = client.queue.next() else { return records }
            switch events.translate(event, of: client.pointer) {
            case .record(let record):
                ended[record.position.topicPartition] = nil
                records.append(record)
            case .endOfPartition(let partition, let offset):
                ended[partition] = offset
            case .failed(let error):
                if !error.isRetriable { throw error }
            case .assigned, .revoked, .lost, nil:
                continue
            }
        }
        wakeUp.signal()
        return records
    }

    /// Whether every partition was read up to its last committed record.
    package var isAtEnd: Bool { ended.count == assigned.count }

    /// Waits for news until the time is over, and takes them.
    package mutating func next(max: Int, timeout: Duration) throws(KafkaError) -> [InboundRecord] {
        let deadline = Deadline(after: timeout)
        while true {
            wakeUp.drain()
            let wasAtEnd = isAtEnd
            let records = try poll(max: max)
            if !records.isEmpty || deadline.isOver || isAtEnd != wasAtEnd { return records }
            _ = try WakeUp.waitForClient(on: [wakeUp.fileDescriptor], timeout: deadline.remaining)
        }
    }

    /// Reads until the end of every partition. Blocks.
    ///
    /// - Parameters:
    ///   - maximum: more records than this are left unread.
    ///   - timeout: how long nothing may come.
    /// - Throws: `.retriable` when that is over before.
    package mutating func readToEnd(
        maximum: Int = 1_000_000, timeout: Duration
    ) throws(KafkaError) -> [InboundRecord] {
        var deadline = Deadline(after: timeout)
        var records: [InboundRecord] = []
        while !isAtEnd, records.count < maximum {
            if deadline.isOver {
                throw KafkaError(RD_KAFKA_RESP_ERR__TIMED_OUT, operation: "read_to_end")
            }
            let (count, endings) = (records.count, ended.count)
            records += try next(
                max: min(1000, maximum - records.count), timeout: deadline.remaining)
            if (records.count, ended.count) != (count, endings) {
                deadline = Deadline(after: timeout)
            }
        }
        return records
    }

    private static func partitions(
        of client: OpaquePointer, timeout: Duration
    ) throws(KafkaError) -> [String: Int32] {
        var metadata: UnsafePointer<rd_kafka_metadata>?
        try KafkaError.check(
            rd_kafka_metadata(client, 1, nil, &metadata, timeout.milliseconds),
            operation: "metadata")
        guard let metadata else { return [:] }
        defer { rd_kafka_metadata_destroy(metadata) }
        var counts: [String: Int32] = [:]
        for index in 0..<max(0, Int(metadata.pointee.topic_cnt)) {
            guard let topic = metadata.pointee.topics?[index], let name = topic.topic else {
                continue
            }
            counts[String(cString: name)] = topic.partition_cnt
        }
        return counts
    }
}
