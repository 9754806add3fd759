package import KafkaTransport
package import Processes
package import VigilCore

/// Compacted topics as a table: read from its beginning the first time and from where it was left
/// later, each time up to its end with open transactions included, since another worker's may hide
/// a committed record behind it for a while. The transport thread's alone.
package struct TopicTable {
    /// One reading, from when it is begun until its end is reached.
    private final class Reading {
        var reader: any TopicReading & ~Copyable
        /// Where each partition ended when the reading began; fewer as they are reached.
        var goals: [TopicPartition: Int64]

        init(reader: consuming any TopicReading & ~Copyable, goals: [TopicPartition: Int64]) {
            self.reader = reader
            self.goals = goals
        }
    }

    private let topics: [String]
    private let clients: any KafkaClients
    private let wakeUp: WakeUp
    private var reading: Reading?
    /// How far each partition was read.
    private var read: [TopicPartition: Int64] = [:]
    /// Not to be tried again before; nil while it is being read.
    private var notBefore: MonotonicTime

    /// Reads nothing yet.
    ///
    /// - Parameter wakeUp: signalled when there is more to be read.
    package init(
        _ topics: [String], clients: any KafkaClients, wakeUp: WakeUp, now: MonotonicTime
    ) {
        self.topics = topics
        self.clients = clients
        self.wakeUp = wakeUp
        notBefore = now
    }

    /// Whether a reading is under way, whose end is known.
    package var isBegun: Bool { reading != nil }

    /// When to read on by itself; nil while a reading wakes the thread that it belongs to.
    package var due: MonotonicTime? { reading == nil ? notBefore : nil }

    /// Gives a reading up; the next one goes on where it was.
    package mutating func pause() { reading = nil }

    /// The topic is gone: the one that takes its place is read from its beginning.
    package mutating func startAgain() { (reading, read) = (nil, [:]) }

    /// Leaves out what stands before these offsets. Nothing may be under way.
    package mutating func skip(to offsets: [TopicPartition: Int64]) { read = offsets }

    /// Reads a piece, and begins if nothing is being read.
    ///
    /// - Parameter take: gets each committed record, in the order of its partition.
    /// - Returns: whether the end was reached.
    /// - Throws: what no later try can mend.
    package mutating func follow(
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
        var reader = try clients.makeReader(wakeUp: wakeUp)
        if !goals.isEmpty {
            try reader.open(at: goals.keys.reduce(into: [:]) { $0[$1] = read[$1] ?? 0 })
        }
        reading = Reading(reader: reader, goals: goals)
    }

    /// Where the topics end now, open transactions included.
    private func ends() throws(KafkaError) -> [TopicPartition: Int64] {
        var ends: [TopicPartition: Int64] = [:]
        for topic in topics {
            ends.merge(try clients.ends(of: topic, timeout: .seconds(5))) { $1 }
        }
        return ends
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
