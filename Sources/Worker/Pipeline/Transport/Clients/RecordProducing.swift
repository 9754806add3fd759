package import KafkaTransport
package import VigilCore

/// What the transport needs of a producer of transactions, as ``TransactionalProducer`` describes
/// it. Its calls throw in librdkafka's classes, which say what is to be done.
package protocol RecordProducing: ~Copyable {
    var trouble: ConnectionTrouble? { get }
    var refusal: KafkaError? { get }

    func poll() throws(KafkaError)
    func initTransactions(within bound: Duration) throws(KafkaError)
    func learn(
        _ topics: [String], within bound: Duration
    ) throws(KafkaError) -> [String: Int32]
    func begin() throws(KafkaError)
    func produce(_ record: OutboundRecord, within bound: Duration) throws(KafkaError)
    func sendOffsets(
        _ offsets: [OffsetToCommit], for group: borrowing GroupMetadata, within bound: Duration
    ) throws(KafkaError)
    func commit(within bound: Duration) throws(KafkaError)
    func abort(within bound: Duration) throws(KafkaError)
}

extension TransactionalProducer: RecordProducing {}
