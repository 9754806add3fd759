import Commands
import KafkaTransport
import Processes
import Settings
import VigilCore

/// The audit topic, read from its first committed record to its last.
struct AuditTopic {
    private static let recordsPerRound = 1000

    private let access: BrokerAccess
    private let topic: String

    init(_ arguments: ParsedArguments) throws {
        let settings = try CommonOptions.settings(arguments)
        // No setting: who reads a log needs no key to sign one.
        guard let topic = arguments.string("topic") ?? settings.topicsAudit,
            arguments.has("bootstrap")
        else { throw VigilCommandError.topicOrExport }
        access = try BrokerAccess(settings, arguments)
        self.topic = topic
    }

    /// Reads all of it. Blocks.
    func read(
        into logs: inout AuditLogs, _ take: (AuditLeaf, [UInt8]) throws -> Void
    ) throws {
        var reader = try RecordReader(configuration: access.configuration)
        try reader.open([topic], timeout: access.timeout)
        var deadline = Deadline(after: access.timeout)
        while !reader.isAtEnd {
            guard !deadline.isOver else { throw KafkaError.timedOut(operation: "audit_read") }
            let records = try reader.next(max: Self.recordsPerRound, timeout: deadline.remaining)
            for record in records {
                if let (leaf, bytes) = logs.take(record) { try take(leaf, bytes) }
            }
            if !records.isEmpty { deadline = Deadline(after: access.timeout) }
        }
    }
}
