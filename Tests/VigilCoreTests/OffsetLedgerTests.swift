import Testing
import VigilCore

@Suite("The offset ledger")
struct OffsetLedgerTests {
    @Test("what a successor skips is exactly what was done, in whatever order it ended")
    func successor() {
        for seed in UInt64(1)...500 {
            var random = SplitMix64(seed: seed)
            var ledger = OffsetLedger()
            var offset = Int64.random(in: 0...5, using: &random)
            var offsets: [Int64] = []
            for _ in 0..<Int.random(in: 1...60, using: &random) {
                ledger.begin(offset)
                offsets.append(offset)
                offset += Int64.random(in: 1...3, using: &random)
            }
            let done = Set(offsets.filter { _ in Bool.random(using: &random) })
            for offset in done.shuffled(using: &random) { ledger.complete(offset) }
            let commit = ledger.committable
            let next = OffsetLedger(nextOffset: commit.nextOffset, metadata: commit.metadata)
            for offset in offsets {
                #expect(next.shouldSkip(offset) == done.contains(offset), "seed \(seed) \(offset)")
            }
            #expect(!next.shouldSkip(offset), "what comes later is not done, seed \(seed)")
        }
    }

    @Test("a ledger goes on over several owners without losing or repeating a record")
    func owners() {
        for seed in UInt64(1)...200 {
            var random = SplitMix64(seed: seed)
            var done: [Int64: Int] = [:]
            var (next, metadata) = (Int64(0), "")
            for _ in 0..<50 where next < 100 {
                var ledger = OffsetLedger(nextOffset: next, metadata: metadata)
                var open: [Int64] = []
                for offset in next..<min(100, next + 20) where !ledger.shouldSkip(offset) {
                    ledger.begin(offset)
                    open.append(offset)
                }
                for offset in open.shuffled(using: &random).prefix(7) {
                    ledger.complete(offset)
                    done[offset, default: 0] += 1
                }
                (next, metadata) = ledger.committable
            }
            #expect(done.count == 100 && done.values.allSatisfy { $0 == 1 }, "seed \(seed)")
        }
    }

    @Test("a record beyond the bitmap's reach has to wait for the first open one")
    func beyondReach() {
        var ledger = OffsetLedger()
        ledger.begin(10)
        let far = 11 + OffsetLedger.spanMax
        ledger.begin(far)
        #expect(ledger.isFull)
        #expect(!ledger.canReach(far) && ledger.canReach(far - 1) && ledger.canReach(10))
        ledger.complete(10)
        #expect(ledger.canReach(far))
        ledger.complete(far)
        #expect(ledger.committable == (far + 1, ""))
    }

    @Test("metadata that nobody of us wrote is ignored, and never traps")
    func hostileMetadata() {
        let texts = [
            "", "vigil1:", "vigil1:!", "vigil1:é", "other",
            "vigil1:" + String(repeating: "/", count: 9),
            "vigil1:" + String(repeating: "A", count: 10_000), "VIGIL1:AAAA",
        ]
        for text in texts {
            for next in [Int64.min, -1, 0, 1, Int64.max - 1, Int64.max] {
                var ledger = OffsetLedger(nextOffset: next, metadata: text)
                ledger.begin(max(0, next))
                ledger.complete(5)
                _ = ledger.committable
                _ = ledger.isFull
            }
        }
        #expect(!OffsetLedger(nextOffset: 3, metadata: "garbage").shouldSkip(4))
    }

    @Test("a full ledger still fits the broker's 4,096 bytes of metadata")
    func bounded() {
        var ledger = OffsetLedger()
        ledger.begin(0)
        var offset: Int64 = 1
        while !ledger.isFull {
            ledger.begin(offset)
            ledger.complete(offset)
            offset += 1
        }
        let commit = ledger.committable
        #expect(commit.nextOffset == 0)
        #expect(commit.metadata.utf8.count <= 4096)
        let next = OffsetLedger(nextOffset: 0, metadata: commit.metadata)
        #expect(next.shouldSkip(offset - 1) && !next.shouldSkip(0))
        ledger.complete(0)
        #expect(!ledger.isFull)
    }
}
