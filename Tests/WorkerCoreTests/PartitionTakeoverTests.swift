import Testing
import VigilCore
import WorkerCore

@Suite("Taking a partition over")
struct PartitionTakeoverTests {
    private let place = TopicPartition(topic: "in", partition: 0)

    private func takeover(_ next: Int64?, _ log: Range<Int64>) -> PartitionTakeover {
        PartitionTakeover(
            CommittedOffset(partition: place, nextOffset: next, metadata: ""), log: log)
    }

    @Test("it is gone on with where it was left")
    func fits() {
        for next: Int64? in [nil, 3, 5, 9] {
            let takeover = takeover(next, 3..<9)
            #expect(takeover.astray == nil && takeover.offset.nextOffset == next)
        }
    }

    @Test("a log that ends before its commit is read from its first record")
    func reset() {
        let takeover = takeover(10, 3..<9)
        #expect(takeover.astray == .logReset && takeover.offset.nextOffset == 3)
    }

    @Test("records that were deleted unread are counted")
    func overtaken() {
        let takeover = takeover(1, 3..<9)
        #expect(takeover.astray == .overtaken(count: 2) && takeover.offset.nextOffset == 1)
    }

    @Test("another log of the same name is read from its first record, whatever was committed")
    func anew() {
        var takeover = PartitionTakeover(
            CommittedOffset(partition: place, nextOffset: 5, metadata: "vigil1:gA"), log: 3..<9)
        takeover.startAnew()
        #expect(takeover.offset == CommittedOffset(partition: place, nextOffset: 3, metadata: ""))
    }

    @Test("a start is counted where something stands to be read, and nowhere else")
    func counts() {
        let busy = takeover(5, 3..<9).start
        #expect(busy.before == CrashTally(offset: 5))
        #expect(busy.ledger.tally == CrashTally(offset: 5).started)
        let idle = takeover(9, 3..<9).start
        #expect(idle.before == nil && idle.ledger.tally == nil)
        let again = PartitionTakeover(
            CommittedOffset(
                partition: place, nextOffset: 5,
                metadata: takeover(5, 3..<9).start.ledger.committable.metadata), log: 3..<9
        ).start
        #expect(again.before?.starts == 1 && again.ledger.tally?.starts == 2)
    }
}
