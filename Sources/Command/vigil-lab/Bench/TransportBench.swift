import Commands
import Energy
import KafkaTransport
import Processes
import Settings
import VigilCore

/// Consumes records and produces the same bytes in transactions with their offsets, through the
/// worker's own clients, ledger and wake-up, with no model between; in turn with another program
/// that does the same.
struct TransportBench {
    /// One round of one program.
    private struct Round {
        let rate: Double
        /// What this process took, or what the other's processor time stands for by the model of
        /// this machine; nil where the other does not tell its time.
        let joules: PowerRange?
    }

    private let topics: BenchTopics
    private let bound: BenchBound
    private let records: Int
    private let bytes: Int
    private let transaction: Int
    private let rounds: Int
    private let against: String?
    private let isJSON: Bool
    private let clock = SystemClock()
    private let scratch: ScratchFolder
    private let meter: any EnergyMeter

    init(_ arguments: ParsedArguments, topics: BenchTopics, bound: BenchBound) throws {
        self.topics = topics
        self.bound = bound
        records = try arguments.integer("records", in: 1...10_000_000) ?? 100_000
        bytes = try arguments.integer("record-bytes", in: 1...1_000_000) ?? 1024
        transaction = try arguments.integer("transaction", in: 1...100_000) ?? 1000
        rounds = try arguments.integer("rounds", in: 1...100) ?? 3
        against = arguments.string("against")
        isJSON = arguments.has("json")
        scratch = try ScratchFolder()
        meter = try EnergyMeters.detect()
    }

    func run() throws -> ExitCode {
        try topics.make(
            [input, output(0), output(1)].map { TopicSpecification(name: $0, partitions: 1) })
        try fill()
        var (own, other): ([Round], [Round]) = ([], [])
        // A broker that has just started compiles its own code first: the round 0 does not count.
        for number in 0...rounds {
            // Each has every other first turn.
            for isOwn in number.isMultiple(of: 2) ? [true, false] : [false, true] {
                if isOwn {
                    let round = try measure(number)
                    if number > 0 { own.append(round) }
                } else if let against {
                    let round = try measure(against, number)
                    if number > 0 { other.append(round) }
                }
                Terminal.progress("round \(number) of \(rounds)")
            }
        }
        Terminal.endProgress()
        report(own, other)
        return .ok
    }

    private var input: String { topics.name + ".records" }
    private func output(_ program: Int) -> String { "\(topics.name).copies-\(program)" }

    /// Fills the input with records that do not compress.
    private func fill() throws {
        let producer = try PlainProducer(configuration: topics.configuration)
        var random = SplitMix64(seed: 1)
        for number in 0..<records {
            var value: [UInt8] = []
            value.reserveCapacity(bytes + 8)
            while value.count < bytes {
                withUnsafeBytes(of: random.next()) { value.append(contentsOf: $0) }
            }
            let record = OutboundRecord(
                topic: input, key: Array("\(number)".utf8), value: Array(value.prefix(bytes)),
                headers: [])
            try producer.send(record, partition: 0)
            if number.isMultiple(of: 1000) { try bound.check(done: number, of: records) }
        }
        try producer.flush(within: .seconds(60))
    }

    /// From the first record to the end of the last commit.
    private func measure(_ number: Int) throws -> Round {
        var configuration = topics.configuration
        configuration.group = "\(topics.name)-own-\(number)"
        configuration.instance = "own-\(number)"
        let wakeUp = try WakeUp()
        var consumer = try KafkaConsumer(
            configuration: configuration, topics: [input], wakeUp: wakeUp)
        let producer = try TransactionalProducer(configuration: configuration, wakeUp: wakeUp)
        try producer.initTransactions(within: .seconds(30))
        try producer.learn([output(0)], within: .seconds(10))
        var copier = Copier(topic: output(0), transaction: transaction)
        var begun: (MonotonicTime, EnergyMark)?
        while copier.done < records {
            wakeUp.drain()
            for event in consumer.poll(max: 256) {
                switch event {
                case .assigned(let partitions):
                    try consumer.completeAssign(
                        partitions.map { PartitionStart(partition: $0, offset: nil) })
                case .record(let record):
                    if begun == nil { begun = (clock.monotonic(), meter.begin()) }
                    try copier.take(record, producer, isLast: copier.taken + 1 == records)
                    if copier.isFull { try copier.commit(producer, try consumer.groupMetadata()) }
                case .revoked, .lost: try consumer.completeRevoke()
                case .failed(let error): if !error.isRetriable { throw error }
                case .endOfPartition: break
                }
            }
            try producer.poll()
            try bound.check(done: copier.done, of: records)
            _ = try WakeUp.wait(on: [wakeUp.fileDescriptor], timeout: .milliseconds(500))
        }
        guard let begun else { throw LabError.measurementEnded(done: 0, of: records) }
        let seconds = (clock.monotonic() - begun.0).seconds
        let energy = meter.end(begun.1).reading
        consumer.close(within: .seconds(5))
        return Round(
            rate: Double(records) / max(seconds, 1e-9),
            joules: PowerRange(
                low: energy.low.value, value: energy.joules.value, high: energy.high.value))
    }

    /// A round of another program, which is told where and what, and writes records a second and,
    /// if it will, the seconds of processor time that it took.
    private func measure(_ program: String, _ number: Int) throws -> Round {
        let log = "\(scratch.path)/other-\(number).log"
        let worker = try BenchWorker(
            [
                program, topics.configuration.bootstrap, input, output(1),
                "\(topics.name)-other-\(number)", "\(records)", "\(transaction)",
            ], log: log)
        while worker.isRunning {
            try bound.check(done: 0, of: records)
            _ = try WakeUp.wait(on: [], timeout: .milliseconds(50))
        }
        let said = worker.lastLine.split(separator: " ").map { Double($0) ?? .nan }
        guard let rate = said.first, said.allSatisfy({ $0.isFinite && $0 >= 0 }) else {
            throw LabError.workerFailed(said: SafeText(operatorProvided: worker.lastLine))
        }
        let watts = PowerModel.ofThisMachine().vectorProcessor
        return Round(rate: rate, joules: said.dropFirst().first.map { watts.scaled(by: $0) })
    }

    private static func median(_ values: [Double]) -> Double? {
        BenchReport.percentile(values.sorted(), 50)
    }

    /// Joules a record: the round of the median.
    private func perRecord(_ rounds: [Round]) -> PowerRange? {
        let sorted = rounds.compactMap(\.joules).sorted { $0.value < $1.value }
        guard !sorted.isEmpty else { return nil }
        return sorted[(sorted.count - 1) / 2].scaled(by: 1 / Double(records))
    }

    private static func millijoules(_ range: PowerRange?) -> String {
        guard let range else { return "energy not told" }
        func text(_ value: Double) -> String { (value * 1000).text(decimals: 3) }
        return "\(text(range.value)) mJ (\(text(range.low)) to \(text(range.high)))"
    }

    private func report(_ own: [Round], _ other: [Round]) {
        let rate = Self.median(own.map(\.rate)) ?? 0
        let otherRate = Self.median(other.map(\.rate))
        let ratio = otherRate.map { rate / $0 }
        let (joules, otherJoules) = (perRecord(own), perRecord(other))
        guard isJSON else {
            let line = otherRate.map {
                "; against \($0.text(decimals: 0)) records/s, "
                    + "\(Self.millijoules(otherJoules)) a record by processor time (model), "
                    + "ratio \(ratio?.text(decimals: 3) ?? "")"
            }
            Terminal.line(
                "\(records) records of \(bytes) bytes, \(transaction) a transaction: "
                    + "\(rate.text(decimals: 0)) records/s, \(Self.millijoules(joules)) a record "
                    + "(\(meter.method.rawValue), this process)\(line ?? "")")
            return
        }
        func number(_ value: Double?) -> JSONValue { value.map { .number($0) } ?? .null }
        Terminal.line(
            JSONWriter.text([
                "records": .integer(Int64(records)), "record_bytes": .integer(Int64(bytes)),
                "transaction": .integer(Int64(transaction)), "rounds": .integer(Int64(rounds)),
                "records_per_second": .number(rate),
                "against_records_per_second": number(otherRate), "ratio": number(ratio),
                "rates": .array(own.map { .number($0.rate) }),
                "against_rates": .array(other.map { .number($0.rate) }),
                "joules_per_record": number(joules?.value),
                "low_joules_per_record": number(joules?.low),
                "high_joules_per_record": number(joules?.high),
                "energy_method": .string(meter.method.rawValue),
                "against_joules_per_record": number(otherJoules?.value),
                "against_low_joules_per_record": number(otherJoules?.low),
                "against_high_joules_per_record": number(otherJoules?.high),
                "against_energy_method": .string(
                    (otherJoules == nil ? EnergyMethod.none : .model).rawValue),
            ]))
    }
}

/// Copies records, a transaction at a time.
private struct Copier {
    let topic: String
    let transaction: Int
    private(set) var taken = 0
    private(set) var done = 0
    private(set) var isFull = false
    private var isOpen = false
    private var ledgers: [TopicPartition: OffsetLedger] = [:]
    private var open: [RecordPosition] = []

    init(topic: String, transaction: Int) {
        self.topic = topic
        self.transaction = transaction
    }

    /// Adds a record to the transaction, which it opens first.
    mutating func take(
        _ record: InboundRecord, _ producer: borrowing TransactionalProducer, isLast: Bool
    ) throws(KafkaError) {
        if !isOpen { try producer.begin() }
        isOpen = true
        ledgers[record.position.topicPartition, default: OffsetLedger()]
            .begin(record.position.offset)
        try producer.produce(
            OutboundRecord(
                topic: topic, key: record.key, value: record.value, headers: record.headers))
        open.append(record.position)
        taken += 1
        isFull = open.count >= transaction || isLast
    }

    /// Commits the records with their offsets.
    mutating func commit(
        _ producer: borrowing TransactionalProducer, _ group: borrowing GroupMetadata
    ) throws(KafkaError) {
        for place in open { ledgers[place.topicPartition]?.complete(place.offset) }
        let offsets = ledgers.map { place, ledger in
            OffsetToCommit(
                partition: place, nextOffset: ledger.committable.nextOffset,
                metadata: ledger.committable.metadata)
        }
        try producer.sendOffsets(offsets, for: group, within: .seconds(30))
        try producer.commit(within: .seconds(30))
        done += open.count
        open.removeAll(keepingCapacity: true)
        (isOpen, isFull) = (false, false)
    }
}
