import Testing
import VigilCore

@testable import Gateway

/// What is held of a partition, against a plain account of the same.
struct DeliveryWindowTests {
    private let start = MonotonicTime(nanoseconds: 1_000_000_000)

    @Test("each study's records go out in order, and nothing below an open one is committed")
    func order() {
        for seed in 0..<200 {
            var random = SplitMix64(seed: UInt64(seed))
            var window = DeliveryWindow<Int>()
            var (taken, done): ([(offset: Int64, key: UInt8)], Set<Int64>) = ([], [])
            var (offset, committed) = (Int64(random.below(50)), Int64(-1))
            let first = offset
            for _ in 0..<300 {
                switch random.below(4) {
                case 0:
                    let key = UInt8(random.below(3))
                    let isTaken = window.take(offset: offset, key: [key], payload: 0, at: start)
                    #expect(isTaken)
                    taken.append((offset, key))
                    // A transaction's marker takes an offset of its own.
                    offset += Int64(1 + random.below(2))
                case 1:
                    guard let entry = window.first(at: start) else { continue }
                    let earlier = taken.first {
                        $0.key == entry.key[0] && !done.contains($0.offset)
                    }
                    #expect(earlier?.offset == entry.offset)
                    window.finish(entry.offset)
                    done.insert(entry.offset)
                case 2:
                    guard let entry = window.first(at: start) else { continue }
                    window.update(entry.offset) { $0.due = start }
                default:
                    guard let next = window.committable else { continue }
                    #expect(next > max(committed, first))
                    #expect(taken.allSatisfy { $0.offset >= next || done.contains($0.offset) })
                    window.markCommitted(next)
                    committed = next
                }
                #expect(window.waiting == taken.count - done.count)
            }
            while let entry = window.first(at: start) {
                window.finish(entry.offset)
                done.insert(entry.offset)
            }
            #expect(done.count == taken.count)
            #expect(window.committable ?? committed == (taken.last?.offset).map { $0 + 1 } ?? -1)
            #expect(window.due == nil && window.count == 0)
        }
    }

    @Test("a record that waits holds back its own study alone")
    func waiting() {
        var window = DeliveryWindow<Int>()
        for (offset, key) in [(0, 1), (1, 2), (2, 1)] {
            let isTaken = window.take(
                offset: Int64(offset), key: [UInt8(key)], payload: 0, at: start)
            #expect(isTaken)
        }
        let later = start + .seconds(5)
        window.update(0) { $0.due = later }
        #expect(window.first(at: start)?.offset == 1)
        window.finish(1)
        #expect(window.first(at: start) == nil)
        #expect(window.committable == nil)
        #expect(window.due == later)
        #expect(window.first(at: later)?.offset == 0)
        // One that is read again after a rebalance that changed nothing is held once.
        let isTakenAgain = window.take(offset: 1, key: [2], payload: 0, at: start)
        #expect(!isTakenAgain)
    }
}
