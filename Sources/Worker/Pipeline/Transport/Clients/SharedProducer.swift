internal import KafkaTransport
internal import Processes
internal import Synchronization

/// The worker's producer, which one thread uses at a time: the transport thread, or the thread of
/// the transaction that is under way.
final class SharedProducer: Sendable {
    /// Any producer of transactions.
    typealias Producer = any RecordProducing & ~Copyable

    /// Signalled when the producer has something to poll. Its own: a producer that waits for room
    /// drains it, and what the other clients signal must not be lost.
    let wakeUp: WakeUp
    private let producer: Mutex<Producer>

    /// Makes the client; the broker need not be up.
    init(_ clients: any KafkaClients) throws(KafkaError) {
        wakeUp = try .ofClient()
        producer = Mutex(try clients.makeProducer(wakeUp: wakeUp))
    }

    /// Uses the producer; waits while another thread does.
    func use<Answer: Sendable>(
        _ body: (borrowing Producer) throws(KafkaError) -> Answer
    ) throws(KafkaError) -> Answer {
        try producer.withLock { (producer) throws(KafkaError) in try body(producer) }
    }

    // MARK: Its calls, as ``TransactionalProducer`` describes them

    func initTransactions(within bound: Duration) throws(KafkaError) {
        try use { (producer) throws(KafkaError) in try producer.initTransactions(within: bound) }
    }

    func learn(
        _ topics: [String], within bound: Duration
    ) throws(KafkaError) -> [String: Int32] {
        try use { (producer) throws(KafkaError) in try producer.learn(topics, within: bound) }
    }

    func poll() throws(KafkaError) {
        try use { (producer) throws(KafkaError) in try producer.poll() }
    }

    var trouble: ConnectionTrouble? { producer.withLock { $0.trouble } }
    var refusal: KafkaError? { producer.withLock { $0.refusal } }
}
