internal import CRdKafka
package import Processes
package import VigilCore

/// Writes records and consumed offsets in transactions. One owner, one thread.
///
/// Call ``initTransactions(within:)`` once, then ``begin()``, ``produce(_:within:)``,
/// ``sendOffsets(_:for:within:)`` and ``commit(within:)`` over and over. What to do when one
/// throws:
///
/// - `.retriable`: every call here has tried again until its time was over. The outcome is **not
/// known**.
///   Drop this producer, make another one and call ``initTransactions(within:)``, which ends the
///   old transaction one way or the other; then read the committed offsets again, and go on from
///   there.
/// - `.misuse`: the client is not in the state that was thought. Do as for `.retriable`.
/// - `.fatal` and `.unexpected`: drop the producer and stop, unless the transaction was open for
///   longer than `transaction.timeout.ms`: the broker fences a producer when it aborts by itself.
/// - anything else: ``abort(within:)``, go back to the committed offsets, and follow the error's
/// disposition.
package struct TransactionalProducer: ~Copyable {
    private let core: ProducerCore

    /// Makes the client. The broker need not be up; nothing waits for it here.
    ///
    /// - Parameter wakeUp: signalled when there is something to ``poll()``. May be shared.
    package init(
        configuration: KafkaConfiguration, wakeUp: WakeUp,
        logSink: any KafkaLogSink = SilentLogSink()
    ) throws(KafkaError) {
        core = try ProducerCore(
            configuration: configuration, role: .transactionalProducer, wakeUp: wakeUp,
            logSink: logSink)
    }

    /// Serves delivery reports, logs and statistics, without waiting. Call it on every wake-up.
    ///
    /// - Throws: a fatal error that came outside of any call, such as fencing.
    package func poll() throws(KafkaError) {
        core.poll()
        if let error = core.reports.fatalError { throw error }
    }

    /// The newest time that a broker refused this identity, as a ``poll()`` has learned it; calls
    /// only run out of time then.
    package var refusal: KafkaError? { core.reports.refusal }

    /// Why a broker could not be spoken to the last time, as a ``poll()`` has learned it.
    package var trouble: ConnectionTrouble? { core.reports.trouble }

    /// Registers the transactional id, ends what a predecessor left open and fences it. Blocks.
    package func initTransactions(within bound: Duration) throws(KafkaError) {
        let client = core.client.pointer
        do throws(KafkaError) {
            try core.retrying(within: bound) { (remaining) throws(KafkaError) in
                try KafkaError.check(
                    rd_kafka_init_transactions(client, remaining.milliseconds),
                    operation: "init_transactions")
            }
        } catch {
            guard error.isOfRights else { throw error }
            let name = core.configuration.transactionalID ?? ""
            throw error.about(
                KafkaSubject(
                    .transactionalID, name, .write, as: core.configuration.principal))
        }
    }

    /// Learns the partitions of topics before records are written to them; the first record of an
    /// unknown topic would wait about half a second for it. Blocks.
    ///
    /// - Returns: how many partitions each has, as far as the broker says.
    /// - Throws: `.unknownTopic` when the broker has no such topic and makes none.
    @discardableResult
    package func learn(
        _ topics: [String], within bound: Duration
    ) throws(KafkaError) -> [String: Int32] {
        var counts: [String: Int32] = [:]
        for topic in topics {
            do throws(KafkaError) {
                counts[topic] = try core.learn(topic, within: bound)
            } catch {
                throw error.about(core.configuration.subject(topic: topic, .describe))
            }
        }
        return counts
    }

    /// Opens a transaction. It must end within `transaction.timeout.ms`.
    package func begin() throws(KafkaError) {
        core.reports.reset()
        try KafkaError.check(
            rd_kafka_begin_transaction(core.client.pointer), operation: "begin_transaction")
    }

    /// Adds a record to the transaction: it is copied and on its way when the call returns.
    ///
    /// - Parameter bound: how long to wait for room when the queue is full.
    /// - Throws: `.tooLarge` before anything is sent; the transaction is still good then.
    package func produce(
        _ record: OutboundRecord, within bound: Duration = .seconds(30)
    ) throws(KafkaError) {
        try core.enqueue(record, partition: nil, timestamp: nil, within: bound)
    }

    /// Adds the offsets up to which the records are done. Blocks.
    ///
    /// - Parameter group: `KafkaConsumer.groupMetadata()` of this moment. When the member has lost
    /// its
    ///   place since, the broker refuses, which is an `.abortable` error.
    package func sendOffsets(
        _ offsets: [OffsetToCommit], for group: borrowing GroupMetadata, within bound: Duration
    ) throws(KafkaError) {
        let list = PartitionList()
        for offset in offsets {
            list.add(offset.partition, offset: offset.nextOffset, metadata: offset.metadata)
        }
        let (client, member, listed) = (core.client.pointer, group.pointer, list.pointer)
        do throws(KafkaError) {
            try core.retrying(within: bound) { (remaining) throws(KafkaError) in
                try KafkaError.check(
                    rd_kafka_send_offsets_to_transaction(
                        client, listed, member, remaining.milliseconds),
                    operation: "send_offsets_to_transaction")
            }
        } catch {
            guard error.isOfRights else { throw error }
            throw error.about(
                KafkaSubject(
                    .group, core.configuration.group, .read, as: core.configuration.principal))
        }
    }

    /// Waits until every record is delivered and commits. Blocks.
    ///
    /// - Throws: the reason when a record was refused for good; the transaction is to be aborted
    /// then.
    package func commit(within bound: Duration) throws(KafkaError) {
        let client = core.client.pointer
        do throws(KafkaError) {
            try core.retrying(within: bound) { (remaining) throws(KafkaError) in
                try KafkaError.check(
                    rd_kafka_commit_transaction(client, remaining.milliseconds),
                    operation: "commit_transaction")
            }
        } catch {
            throw error.isAbortable ? core.reports.tally.permanentFailure ?? error : error
        }
    }

    /// Takes the transaction back, records and offsets alike. Blocks.
    package func abort(within bound: Duration) throws(KafkaError) {
        let client = core.client.pointer
        try core.retrying(within: bound) { (remaining) throws(KafkaError) in
            try KafkaError.check(
                rd_kafka_abort_transaction(client, remaining.milliseconds),
                operation: "abort_transaction")
        }
    }

    /// Records of the open transaction that are not delivered yet.
    package var outstanding: Int { core.outstanding }

    /// Records of the open transaction that the broker has taken.
    package var delivered: Int { core.reports.tally.delivered }
}

extension DeliveryReports.Tally {
    /// The first failure, when trying the same records again cannot help.
    fileprivate var permanentFailure: KafkaError? {
        switch firstFailure {
        case .unknownTopic?, .tooLarge?, .notPermitted?: firstFailure
        default: nil
        }
    }
}
