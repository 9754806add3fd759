import Commands
import Evaluation
import KafkaTransport
import Processes
import Settings
import VigilCore
import Wire

/// The findings of a topic within a span of time.
struct FindingTopic {
    private let access: BrokerAccess
    private let topic: String
    private let from: Timestamp?
    private let to: Timestamp?
    private let timeout: Duration
    private let head: String?

    init(_ arguments: ParsedArguments) throws {
        let settings = try CommonOptions.settings(arguments)
        topic = arguments.string("topic") ?? settings.topicsFinding
        from = try Self.time(arguments, "from")
        to = try Self.time(arguments, "to")
        timeout = .seconds(try arguments.integer("timeout-s", in: 1...86_400) ?? 120)
        head = arguments.string("head")
        access = try BrokerAccess(settings, arguments, group: "vigil-evaluate")
    }

    private static func time(
        _ arguments: ParsedArguments, _ option: String
    ) throws -> Timestamp? {
        guard let text = arguments.string(option) else { return nil }
        guard let time = Timestamp(rfc3339: text) else {
            throw UsageError.valueRefused(
                command: "vigil evaluate", option: SafeText(operatorProvided: option),
                found: SafeText(operatorProvided: text),
                expected: "a time such as 2026-11-24T05:00:00Z")
        }
        return time
    }

    /// Reads up to what is committed now. A record is taken by its own time in Kafka; its number in
    /// errors is that of the records read.
    func run(_ truth: TruthTable) throws -> ModelRun {
        var run = ModelRun(truth, head: head, file: SafeText(operatorProvided: topic))
        var reader = try RecordReader(configuration: access.configuration)
        try reader.open([topic], timeout: access.timeout)
        let clock = SystemClock()
        let deadline = clock.monotonic() + timeout
        var count = 0
        while !reader.isAtEnd {
            guard clock.monotonic() < deadline else {
                Terminal.endProgress()
                throw LabError.topicNotRead(
                    topic: SafeText(operatorProvided: topic), timeout: timeout)
            }
            for record in try reader.next(max: 1000, timeout: .seconds(1)) {
                count += 1
                guard isWithin(record.timestamp), record.value != nil,
                    let object = try FindingDecoder.decode(record).json.objectValue
                else { continue }
                try run.add(object, line: count)
            }
            Terminal.progress("\(count) records of \(topic)")
        }
        Terminal.endProgress()
        return run
    }

    private func isWithin(_ time: Timestamp?) -> Bool {
        guard let time else { return from == nil && to == nil }
        return from.map { $0 <= time } ?? true && to.map { time < $0 } ?? true
    }
}
