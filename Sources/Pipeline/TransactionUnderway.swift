internal import KafkaTransport
internal import Synchronization
internal import VigilCore

/// A transaction that is made on a thread of its own, so that the transport thread takes records in
/// meanwhile. That thread begins it and takes its end.
struct TransactionUnderway: ~Copyable {
    let plan: SharedWork.Core.TransactionPlan
    let accounts: IntervalMeter.Settlement
    private let work: Work
    /// Nil when the system had no thread left: the transaction is over then.
    private var thread: OwnedThread?

    /// What the thread uses, and what became of it.
    private final class Work: Sendable {
        let publisher: OutcomePublisher
        let producer: SharedProducer
        let group: GroupMetadata
        let intervals: IntervalMeter
        let end = Mutex<Result<Void, KafkaError>?>(nil)

        init(
            _ publisher: OutcomePublisher, _ producer: SharedProducer,
            _ group: consuming GroupMetadata, _ intervals: IntervalMeter
        ) {
            self.publisher = publisher
            self.producer = producer
            self.group = group
            self.intervals = intervals
        }

        func publish(
            _ plan: SharedWork.Core.TransactionPlan, _ accounts: IntervalMeter.Settlement
        ) {
            let begun = intervals.beginPublishing()
            let end: Result<Void, KafkaError>
            do throws(KafkaError) {
                try producer.use { (producer) throws(KafkaError) in
                    try publisher.publish(plan, accounts: accounts, with: producer, group: group)
                }
                end = .success(())
            } catch {
                end = .failure(error)
            }
            intervals.endPublishing(begun)
            self.end.withLock { $0 = end }
        }
    }

    /// Begins a transaction.
    ///
    /// - Parameters:
    ///   - group: the consumer's, of this moment.
    ///   - wakeUp: signalled when it is over.
    init(
        _ plan: SharedWork.Core.TransactionPlan, _ accounts: IntervalMeter.Settlement,
        publisher: OutcomePublisher, producer: SharedProducer, group: consuming GroupMetadata,
        intervals: IntervalMeter, over wakeUp: WakeUp
    ) {
        let work = Work(publisher, producer, group, intervals)
        self.plan = plan
        self.accounts = accounts
        self.work = work
        do throws(PipelineError) {
            thread = try OwnedThread {
                work.publish(plan, accounts)
                wakeUp.signal()
            }
        } catch {
            work.publish(plan, accounts)
            thread = nil
        }
    }

    /// Whether it is over, one way or the other.
    var isOver: Bool { work.end.withLock { $0 != nil } }

    /// Its end, once it is over: committed, or the first error, after which it may be open.
    consuming func end() -> Result<Void, KafkaError> {
        let work = self.work
        thread.take()?.join()
        return work.end.withLock { $0 } ?? .failure(.misuse(reason: "the transaction has no end"))
    }

    /// Leaves it to its thread, with the producer that it uses.
    consuming func leave() {
        thread.take()?.detach()
    }
}
