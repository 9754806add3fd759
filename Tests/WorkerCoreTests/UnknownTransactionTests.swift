import SimulationKit
import Testing
import VigilCore
import WorkerCore

@Suite("Transactions of which nobody knows what became, over several partitions")
struct UnknownTransactionTests {
    private typealias Core = WorkerCore<Int, Bool>

    private static let partitions: [TopicPartition] = [0, 1].map {
        TopicPartition(topic: "in", partition: $0)
    }
    private let start = MonotonicTime(nanoseconds: 0)

    /// A worker of two partitions that publishes the first record of each together.
    private func publishing() throws -> (Core, Core.TransactionPlan) {
        var core = Core(limits: .simulated)
        core.assign(
            Dictionary(uniqueKeysWithValues: Self.partitions.map { ($0, OffsetLedger()) }))
        core.ordersAreCurrent()
        for partition in Self.partitions {
            let record = InboundRecord(
                position: RecordPosition(
                    topic: partition.topic, partition: partition.partition, offset: 0),
                key: nil, value: [], headers: [], timestamp: nil)
            let wall = Timestamp(microseconds: 0)
            let admitted = core.admit(record, now: start, wall: wall)
            core.finish(try #require(admitted), outcome: true, now: start)
        }
        let plan = core.openTransaction()
        return (core, try #require(plan))
    }

    private func has(_ first: Int64?, _ second: Int64?, _ note: String = "") -> [CommittedOffset] {
        [
            CommittedOffset(partition: Self.partitions[0], nextOffset: first, metadata: ""),
            CommittedOffset(partition: Self.partitions[1], nextOffset: second, metadata: note),
        ]
    }

    @Test("one is known as committed after another worker has begun in one of its partitions")
    func begunElsewhere() throws {
        let (_, plan) = try publishing()
        #expect(plan.isCommitted(given: has(1, 1)))
        #expect(plan.isCommitted(given: has(1, 1, "vigil3:1.0:")))
        #expect(plan.isCommitted(given: has(1, 7)))
    }

    @Test("one is not committed while a record that it answers is open, or no offset is its own")
    func notCommitted() throws {
        let (_, plan) = try publishing()
        #expect(!plan.isCommitted(given: has(1, 0)))
        #expect(!plan.isCommitted(given: has(1, nil)))
        #expect(!plan.isCommitted(given: has(0, 0)))
        #expect(!plan.isCommitted(given: has(2, 2)))
        // What another worker did behind an open record is told by the bitmap.
        #expect(!plan.isCommitted(given: has(1, 0, "vigil1:g")))
    }

    @Test("offsets committed alone answer nothing of a transaction that is not settled")
    func offsetsAlone() throws {
        var (core, _) = try publishing()
        core.offsetsCommitted()
        #expect(core.inFlight == 2)
        for partition in Self.partitions {
            #expect(core.backlogs[partition]?.open == 1)
        }
    }
}
