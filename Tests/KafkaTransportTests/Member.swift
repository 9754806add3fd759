import KafkaTransport
import Processes
import Testing
import VigilCore

/// A consumer as an application drives it: it waits for the wake-up, polls, and answers rebalances.
struct Member: ~Copyable {
    var consumer: KafkaConsumer
    let wakeUp: WakeUp
    /// Rebalances in order: `+` and the partitions given, `-` those taken, `!` those lost.
    var rebalances: [String] = []
    var failures: [KafkaError] = []
    /// How often it waited.
    var waits = 0

    init(
        _ bench: Workbench, instance: String? = nil, topics: [String]? = nil,
        preferring preferredTopics: Set<String> = [],
        properties: [String: String] = [:], logSink: any KafkaLogSink = SilentLogSink()
    ) throws {
        let wakeUp = try WakeUp()
        let consumer = try KafkaConsumer(
            configuration: bench.configuration(instance: instance, consumer: properties),
            topics: topics ?? [bench.topic], preferring: preferredTopics, wakeUp: wakeUp,
            logSink: logSink)
        self.consumer = consumer
        self.wakeUp = wakeUp
    }

    /// Polls once without waiting; rebalances are answered at once.
    mutating func poll(max: Int = 1000) throws -> [InboundRecord] {
        var records: [InboundRecord] = []
        for event in consumer.poll(max: max) {
            switch event {
            case .record(let record): records.append(record)
            case .failed(let error): failures.append(error)
            case .endOfPartition: break
            case .assigned(let partitions):
                rebalances.append("+" + Self.text(partitions))
                try consumer.completeAssign(
                    partitions.map { PartitionStart(partition: $0, offset: nil) })
            case .revoked(let partitions):
                rebalances.append("-" + Self.text(partitions))
                try consumer.completeRevoke()
            case .lost(let partitions):
                rebalances.append("!" + Self.text(partitions))
                try consumer.completeRevoke()
            }
        }
        return records
    }

    /// Waits for the wake-up, then polls.
    mutating func next(within timeout: Duration) throws -> [InboundRecord] {
        if !(try WakeUp.wait(on: [wakeUp.fileDescriptor], timeout: timeout)).isEmpty { waits += 1 }
        wakeUp.drain()
        return try poll()
    }

    /// Polls until so many records are there.
    mutating func records(
        atLeast count: Int, within timeout: Duration = .seconds(30)
    ) throws -> [InboundRecord] {
        let clock = ContinuousClock()
        let end = clock.now + timeout
        var records: [InboundRecord] = []
        while records.count < count, clock.now < end {
            records += try next(within: clock.now.duration(to: end))
        }
        try #require(records.count >= count, "\(records.count) of \(count), \(failures)")
        return records
    }

    /// Polls until a rebalance of this kind was seen.
    mutating func awaitRebalance(
        _ kind: Character, within timeout: Duration = .seconds(30)
    ) throws -> [InboundRecord] {
        let clock = ContinuousClock()
        let (end, before) = (clock.now + timeout, rebalances.count)
        var records: [InboundRecord] = []
        while !rebalances.dropFirst(before).contains(where: { $0.first == kind }) {
            try #require(clock.now < end, "no rebalance \(kind), \(failures)")
            records += try next(within: clock.now.duration(to: end))
        }
        return records
    }

    /// Closes, and expects that the group is left in order.
    mutating func close() {
        let isClean = consumer.close(within: .seconds(30))
        #expect(isClean)
    }

    private static func text(_ partitions: [TopicPartition]) -> String {
        partitions.map { String($0.partition) }.sorted().joined(separator: ",")
    }
}
