internal import KafkaTransport
internal import Processes
internal import VigilCore

/// Compacted topics as a table: read from its beginning the first time and from where it was left
/// later, each time up to its end with open transactions included, since another worker's may hide
/// a committed record behind it for a while. The transport thread's alone.
struct TopicTable {
    /// One reading, from when it is begun until its end is reached.
    private final class Reading {
        var reader: RecordReader
        /// Where each partition ended when the reading began; fewer as they are reached.
        var goals: [TopicPartition: Int64]

        init(reader: consuming RecordReader, goals: [TopicPartition: Int64]) {
            self.reader = reader
            self.goals = goals
        }
    }

    private let open: () throws(KafkaError) -> RecordReader
    private let ends: () throws(KafkaError) -> [TopicPartition: Int64]
    private var reading: Reading?
    /// How far each partition was read.
    private var read: [TopicPartition: Int64] = [:]
    /// Not to be tried again before; nil while it is being read.
    private var notBefore: MonotonicTime

    init(
        _ topics: [String], configuration: KafkaConfiguration, wakeUp: WakeUp,
        sink: KafkaTelemetry, now: MonotonicTime
    ) {
        notBefore = now
        open = { () throws(KafkaError) in
            try RecordReader(configuration: configuration, wakeUp: wakeUp, logSink: sink)
        }
        ends = { () throws(KafkaError) in
            var ends: [TopicPartition: Int64] = [:]
            for topic in topics {
                ends.merge(
                    try RecordReader.ends(
                        of: topic, configuration: configuration, timeout: .seconds(5))
                ) { $1 }
            }
            return ends
        }
    }

    /// Whether a reading is under way, whose end is known.
    var isBegun: Bool { reading != nil }

    /// When to read on by itself; nil while a reading wakes the thread that it belongs to.
    var due: MonotonicTime? { reading == nil ? notBefore : nil }

    /// Gives a reading up; the next one goes on where it was.
    mutating func pause() { reading = nil }

    /// The topic is gone: the one that takes its place is read from its beginning.
    mutating func startAgain() { (reading, read) = (nil, [:]) }

    /// Reads a piece, and begins if nothing is being read.
    ///
    /// - Parameter take: gets each committed record, in the order of its partition.
    /// - Returns: whether the end was reached.
    /// - Throws: what no later try can mend.
    mutating func follow(
        max: Int, now: MonotonicTime, _ take: (InboundRecord) -> Void
    ) throws(KafkaError) -> Bool {
        do throws(KafkaError) {
            if reading == nil {
                guard now >= notBefore else { return false }
                try begin()
            }
            return try readPiece(max: max, take)
        } catch {
            // The topic may be gone for a while, which the watch tells of.
            guard error.isRetriable || error.isUnknownTopic else { throw error }
            reading = nil
            notBefore = now + .milliseconds(200)
            return false
        }
    }

    private mutating func begin() throws(KafkaError) {
        let goals = try ends().filter { $0.value > read[$0.key] ?? 0 }
        var reader = try open()
        if !goals.isEmpty {
            try reader.open(at: goals.keys.reduce(into: [:]) { $0[$1] = read[$1] ?? 0 })
        }
        reading = Reading(reader: reader, goals: goals)
    }

    private mutating func readPiece(
        max count: Int, _ take: (InboundRecord) -> Void
    ) throws(KafkaError) -> Bool {
        guard let current = reading else { return false }
        for record in try current.reader.poll(max: count) {
            read[record.position.topicPartition] = record.position.offset + 1
            take(record)
        }
        for (place, goal) in current.goals {
            let end = Swift.max(current.reader.endOffset(of: place) ?? 0, read[place] ?? 0)
            guard end >= goal else { continue }
            read[place] = end
            current.goals[place] = nil
        }
        guard current.goals.isEmpty else { return false }
        reading = nil
        return true
    }
}
