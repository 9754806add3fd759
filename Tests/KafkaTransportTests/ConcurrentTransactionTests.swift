import BrokerTestKit
import CRdKafka
import KafkaTransport
import Processes
import Testing
import VigilCore

@Suite("A transaction after another", .timeLimit(.minutes(2)))
struct ConcurrentTransactionTests {
    /// Answers that the transaction before is still being ended. With librdkafka's own wait between
    /// two attempts they last 6 s, which is more than a call may take.
    private static let answers = 60
    private static let callMax = Duration.seconds(5)

    @Test("its offsets wait for no longer than the one before is being ended")
    func asksOften() throws {
        guard let cluster = MockCluster() else {
            Issue.record("librdkafka made no cluster")
            return
        }
        let configuration = KafkaConfiguration(
            bootstrap: cluster.bootstrap, group: "g", instance: "slot")
        let producer = try TransactionalProducer(configuration: configuration, wakeUp: WakeUp())
        try producer.initTransactions(within: .seconds(30))
        let consumer = try KafkaConsumer(configuration: configuration, topics: [], wakeUp: WakeUp())
        cluster.answer(
            .addOffsetsToTransaction, with: RD_KAFKA_RESP_ERR_CONCURRENT_TRANSACTIONS,
            times: Self.answers)
        try producer.begin()
        try producer.produce(
            OutboundRecord(topic: "out", key: nil, value: Array("a".utf8), headers: []))
        try producer.sendOffsets(
            [
                OffsetToCommit(
                    partition: TopicPartition(topic: "in", partition: 0), nextOffset: 1,
                    metadata: "")
            ],
            for: try consumer.groupMetadata(), within: Self.callMax)
        try producer.commit(within: Self.callMax)
    }
}
