import Commands
import KafkaTransport
import Processes
import VigilCore

/// A topic of one partition, so that its records have one order, as a command reads it and writes
/// to it.
struct TopicOfOne {
    private let name: String
    private let access: BrokerAccess
    /// The offset that is read next.
    private var next: Int64 = 0

    /// How often a topic is asked for again that is not there: one that was made a moment ago may
    /// not be known to the broker that is asked.
    private static let lateTries = 25

    /// Nothing is read yet.
    init(_ name: String, _ access: BrokerAccess) {
        self.name = name
        self.access = access
    }

    /// What came since the last call. Blocks.
    mutating func readOn() throws -> [InboundRecord] {
        var reader = try RecordReader(configuration: access.configuration)
        let ends = try ends()
        guard ends.count == 1, let place = ends.keys.first else {
            throw VigilCommandError.topicParted(
                SafeText(operatorProvided: name), partitions: ends.count)
        }
        try reader.open(at: [place: next])
        let records = try reader.readToEnd(timeout: access.timeout)
        next = records.last.map { $0.position.offset + 1 } ?? next
        return records
    }

    /// Writes a record, and waits until the brokers have it. Blocks.
    func write(_ value: [UInt8], under key: [UInt8]) throws {
        let producer = try PlainProducer(configuration: access.configuration)
        try producer.send(
            OutboundRecord(topic: name, partition: 0, key: key, value: value, headers: []))
        try producer.flush(within: access.timeout)
    }

    private func ends() throws -> [TopicPartition: Int64] {
        for _ in 0..<Self.lateTries {
            do throws(KafkaError) {
                return try endsNow()
            } catch {
                guard error.isUnknownTopic else { throw error }
            }
            _ = try WakeUp.wait(on: [], timeout: .milliseconds(200))
        }
        return try endsNow()
    }

    private func endsNow() throws(KafkaError) -> [TopicPartition: Int64] {
        try RecordReader.ends(
            of: name, configuration: access.configuration, timeout: access.timeout)
    }
}
