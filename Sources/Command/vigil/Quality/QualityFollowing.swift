import Commands
import KafkaTransport
import Processes
import VigilCore

/// What records are read for, and what is shown of them.
protocol QualityView {
    /// The topics that are read.
    var topics: [String] { get }
    /// Takes a record of one of them in.
    mutating func take(_ record: InboundRecord)
    /// Shows all that is known.
    ///
    /// - Parameter partitions: that are read.
    /// - Returns: what the command ends with, should it end now.
    mutating func show(isJSON: Bool, partitions: [TopicPartition]) throws -> ExitCode
}

/// How topics are read and how often what is known is shown.
struct QualityFollowing {
    let every: Duration
    let goesOn: Bool
    let isJSON: Bool

    private static let recordsPerRound = 1000

    /// Reads all that is there and shows it; goes on where it is asked to. Blocks.
    func run(_ view: inout some QualityView, _ access: BrokerAccess) throws -> ExitCode {
        var reader = try RecordReader(configuration: access.configuration)
        try reader.open(view.topics, timeout: access.timeout)
        try Self.readToEnd(&reader, into: &view, within: access.timeout)
        var code = try view.show(isJSON: isJSON, partitions: reader.partitions)
        while goesOn {
            guard try Self.read(&reader, into: &view, for: every) else { continue }
            code = try view.show(isJSON: isJSON, partitions: reader.partitions)
        }
        return code
    }

    /// Reads what is committed, to the end of all topics. Blocks.
    ///
    /// - Parameter timeout: how long nothing may come.
    private static func readToEnd(
        _ reader: inout RecordReader, into view: inout some QualityView, within timeout: Duration
    ) throws {
        var deadline = Deadline(after: timeout)
        while !reader.isAtEnd {
            guard !deadline.isOver else { throw KafkaError.timedOut(operation: "quality_read") }
            let records = try reader.next(max: recordsPerRound, timeout: deadline.remaining)
            for record in records { view.take(record) }
            if !records.isEmpty { deadline = Deadline(after: timeout) }
        }
    }

    /// Reads what comes for so long; whether anything did. Blocks.
    private static func read(
        _ reader: inout RecordReader, into view: inout some QualityView, for time: Duration
    ) throws -> Bool {
        let deadline = Deadline(after: time)
        var hasNews = false
        while !deadline.isOver {
            let records = try reader.next(max: recordsPerRound, timeout: deadline.remaining)
            for record in records { view.take(record) }
            hasNews = hasNews || !records.isEmpty
        }
        return hasNews
    }
}
