internal import CRdKafka
package import Processes
package import VigilCore

/// Writes records idempotently, outside of any transaction: for tests, the demo and the command's
/// tools. One owner, one thread.
package struct PlainProducer: ~Copyable {
    private let core: ProducerCore

    /// Makes the client; nothing waits for the broker here.
    package init(
        configuration: KafkaConfiguration, wakeUp: WakeUp? = nil,
        logSink: any KafkaLogSink = SilentLogSink()
    ) throws(KafkaError) {
        let ownOrShared: WakeUp
        if let wakeUp { ownOrShared = wakeUp } else { ownOrShared = try .ofClient() }
        core = try ProducerCore(
            configuration: configuration, role: .plainProducer, wakeUp: ownOrShared,
            logSink: logSink)
    }

    /// Queues a record; it is copied. Waits while the queue is full.
    ///
    /// - Parameters:
    ///   - partition: nil lets the key's hash choose.
    ///   - timestamp: the record's own time; nil is now.
    package func send(
        _ record: OutboundRecord, partition: Int32? = nil, timestamp: Timestamp? = nil,
        within bound: Duration = .seconds(30)
    ) throws(KafkaError) {
        core.poll()
        try core.enqueue(record, partition: partition, timestamp: timestamp, within: bound)
    }

    /// Waits until every record is with the broker. Blocks.
    ///
    /// - Throws: the first failure since the last flush, or `.retriable` when the time is over.
    package func flush(within bound: Duration) throws(KafkaError) {
        let result = rd_kafka_flush(core.client.pointer, bound.milliseconds)
        let tally = core.reports.tally
        if let failure = core.reports.fatalError ?? tally.firstFailure {
            core.reports.reset()
            throw failure
        }
        try KafkaError.check(result, operation: "flush")
        core.reports.reset()
    }

    /// Serves logs and statistics, without waiting.
    package func serve() { core.poll() }

    /// Records that are not delivered yet.
    package var outstanding: Int { core.outstanding }
}
