package import KafkaTransport
package import VigilCore
package import Wire

/// Looks through a dead-letter topic and sends chosen letters again. One owner, one thread.
///
/// Which letters were sent again stands in Kafka: as done offsets of the group `<group>.dlq`,
/// committed in the transaction that sends them. So a letter goes out once, whatever crashes, and
/// another machine knows.
package struct DeadLetterReplay: ~Copyable {
    /// One record of the topic.
    package struct Entry: Sendable {
        package let record: InboundRecord
        /// What its headers say; nil when they are not Vigil's.
        package let letter: DeadLetter?
        /// Whether it was sent again.
        package let isReplayed: Bool

        /// `partition:offset`, by which a person names it.
        package var id: String { "\(record.position.partition):\(record.position.offset)" }
    }

    /// Letters of one transaction.
    private static let lettersPerTransaction = 500

    private let configuration: KafkaConfiguration
    private let topic: String
    private let timeout: Duration
    private var ledgers: [TopicPartition: OffsetLedger] = [:]
    /// All records of the topic, by partition and offset.
    package private(set) var entries: [Entry] = []

    /// Reads the topic from its first record to its end. Blocks.
    ///
    /// - Parameters:
    ///   - group: the workers' group.
    ///   - maximum: records beyond these are left unread.
    package init(
        _ given: KafkaConfiguration, topic: String, maximum: Int, timeout: Duration
    ) throws(KafkaError) {
        var configuration = given
        configuration.group = given.group + ".dlq"
        configuration.instance = "desk"
        self.configuration = configuration
        self.topic = topic
        self.timeout = timeout
        var reader = try RecordReader(configuration: configuration)
        try reader.open([topic], timeout: timeout)
        var done: [TopicPartition: OffsetLedger] = [:]
        for offset in try reader.committed(reader.partitions, timeout: timeout) {
            done[offset.partition] = offset.nextOffset.map {
                OffsetLedger(nextOffset: $0, metadata: offset.metadata)
            }
        }
        let records = try reader.readToEnd(maximum: maximum, timeout: timeout)
        for record in records.sorted(by: {
            ($0.position.partition, $0.position.offset)
                < ($1.position.partition, $1.position.offset)
        }) {
            let (place, offset) = (record.position.topicPartition, record.position.offset)
            let isReplayed = done[place]?.shouldSkip(offset) ?? false
            var ledger = ledgers[place] ?? done[place] ?? OffsetLedger()
            if !isReplayed { ledger.begin(offset) }
            ledgers[place] = ledger
            entries.append(
                Entry(
                    record: record, letter: try? DeadLetterDecoder.decode(record),
                    isReplayed: isReplayed))
        }
    }

    /// Sends letters again, each with its headers and one more that says so, and notes it in the
    /// same transaction. A letter that was sent before goes out once more.
    ///
    /// - Parameters:
    ///   - chosen: in the order in which they are to be sent.
    ///   - target: the topic to send them to.
    /// - Throws: the first failure; transactions that were committed before it stand, and their
    ///   letters are listed as sent again by whoever reads the topic next.
    package mutating func replay(
        _ chosen: [Entry], to target: String, at time: Timestamp
    ) throws(DeadLetterReplayError) {
        if let entry = chosen.first(where: { $0.letter?.omitted != nil }) {
            throw .originalOmitted(letter: SafeText(operatorProvided: entry.id))
        }
        let parts = stride(from: 0, to: chosen.count, by: Self.lettersPerTransaction).map {
            chosen[$0..<min($0 + Self.lettersPerTransaction, chosen.count)]
        }
        var notes: [[TopicPartition: OffsetLedger]] = []
        for part in parts { notes.append(try note(part, after: notes.last ?? ledgers)) }
        do throws(KafkaError) {
            let producer = try TransactionalProducer.registered(
                configuration: configuration, within: timeout)
            try producer.learn([target], within: timeout)
            for (part, note) in zip(parts, notes) {
                try send(part, to: target, note: note, with: producer, at: time)
                ledgers = note
            }
        } catch {
            throw .kafka(error)
        }
    }

    /// The ledgers with these letters done.
    private func note(
        _ part: ArraySlice<Entry>, after earlier: [TopicPartition: OffsetLedger]
    ) throws(DeadLetterReplayError) -> [TopicPartition: OffsetLedger] {
        var noted = earlier
        for entry in part where !entry.isReplayed {
            let (place, offset) = (
                entry.record.position.topicPartition, entry.record.position.offset
            )
            guard var ledger = noted[place], ledger.canReach(offset) else {
                throw .tooFarBehind(letter: SafeText(operatorProvided: entry.id))
            }
            ledger.complete(offset)
            noted[place] = ledger
        }
        return noted
    }

    private func send(
        _ part: ArraySlice<Entry>, to target: String, note: [TopicPartition: OffsetLedger],
        with producer: borrowing TransactionalProducer, at time: Timestamp
    ) throws(KafkaError) {
        try producer.begin()
        do throws(KafkaError) {
            for entry in part {
                let record = entry.record
                let origin = "\(record.position.topic)/\(record.position.partition)/"
                let replayed = RecordHeader(
                    DeadLetterRounds.replayName, "\(origin)\(record.position.offset) \(time)")
                try producer.produce(
                    OutboundRecord(
                        topic: target, key: record.key, value: record.value,
                        headers: DeadLetterRounds(record.headers).foldedEarlier + [replayed]))
            }
            let places = Set(part.map(\.record.position.topicPartition))
            let offsets = places.compactMap { note[$0]?.commit(of: $0) }
            try producer.sendOffsets(
                offsets, for: GroupMetadata(ofEmptyGroup: configuration.group), within: timeout)
            try producer.commit(within: timeout)
        } catch {
            // The next replay's producer would abort it as well; this is only sooner.
            try? producer.abort(within: timeout)
            throw error
        }
    }
}

/// Why letters could not be sent again.
package enum DeadLetterReplayError: VigilError {
    /// Kafka did not take them.
    case kafka(KafkaError)
    /// So many letters before this one were not sent again that its offset cannot be noted.
    case tooFarBehind(letter: SafeText)
    /// There is no such letter.
    case noLetter(SafeText)
    /// The letter does not hold its original, which is too large.
    case originalOmitted(letter: SafeText)

    package var code: SafeText {
        switch self {
        case .kafka(let error): error.code
        case .tooFarBehind: "letter_too_far_behind"
        case .noLetter: "no_such_letter"
        case .originalOmitted: "original_omitted"
        }
    }

    package var what: SafeText {
        switch self {
        case .kafka(let error): error.what
        case .tooFarBehind(let letter):
            """
            Letter \(letter) lies more than \(OffsetLedger.spanMax) records behind the first that \
            was not sent again
            """
        case .noLetter(let letter): "There is no dead letter \(letter)"
        case .originalOmitted(let letter):
            "Letter \(letter) does not hold its original, which is too large for a letter"
        }
    }

    package var remedy: SafeText {
        switch self {
        case .kafka(let error): error.remedy
        case .tooFarBehind: "Send the older letters first, or wait until retention removes them"
        case .originalOmitted:
            "Name the other letters; the original stands in its topic, as 'vigil dlq show' says"
        case .noLetter: "Take a partition and an offset that 'vigil dlq ls' shows, such as 0:12"
        }
    }

    package var disposition: Disposition {
        switch self {
        case .kafka(let error): error.disposition
        case .tooFarBehind, .noLetter, .originalOmitted: .shutDown(.dataError)
        }
    }
}
