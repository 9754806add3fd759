import Testing
import VigilCore
import WorkerCore

@Suite("Records at which workers die")
struct ProbationTests {
    @Test("counts stand beside a bitmap, beside a mark and alone, and are read again")
    func written() {
        for (starts, alone) in [(1, 0), (2, 0), (3, 2), (3, 4)] {
            var ledger = OffsetLedger(nextOffset: 5, metadata: "")
            ledger.tally = CrashTally(offset: 5, starts: starts, alone: alone)
            let bare = ledger.committable
            ledger.mark = RecordFingerprint("4.1795500000123.0123456789abcdef")
            let marked = ledger.committable
            for offset in Int64(5)...9 { ledger.begin(offset) }
            for offset in Int64(7)...8 { ledger.complete(offset) }
            for commit in [bare, marked, ledger.committable] {
                let read = OffsetLedger(
                    nextOffset: commit.nextOffset, metadata: commit.metadata)
                #expect(read.tally == ledger.tally, "\(commit.metadata.prefix(40))")
                #expect(OffsetLedger.isReadable(metadata: commit.metadata))
                #expect(commit.metadata.utf8.count <= 4096)
            }
            let read = OffsetLedger(nextOffset: 5, metadata: ledger.committable.metadata)
            #expect((5...12).filter { read.shouldSkip($0) } == [7, 8])
            ledger.complete(5)
            #expect(
                OffsetLedger(
                    nextOffset: ledger.committable.nextOffset,
                    metadata: ledger.committable.metadata
                ).tally == nil, "another record is the first now")
        }
    }

    @Test("a bitmap with counts behind it says the same to workers from before")
    func olderWorkers() {
        var ledger = OffsetLedger(nextOffset: 0, metadata: "")
        ledger.tally = CrashTally(offset: 0, starts: 3, alone: 3)
        var offset: Int64 = 0
        while !ledger.isFull {
            ledger.begin(offset)
            if offset > 0 { ledger.complete(offset) }
            offset += 1
        }
        let digits = ledger.committable.metadata.dropFirst("vigil1:".count)
        // What they took at most, six offsets a digit.
        #expect(digits.utf8.count <= 15_996 / 6)
        let done = digits.drop { $0 == "/" }.drop { $0 != "A" }
        #expect(done.allSatisfy { $0 == "A" }, "nothing is done behind the last done record")
        #expect(OffsetLedger(nextOffset: 0, metadata: ledger.committable.metadata).tally != nil)
    }

    @Test("what is none of these counts is none")
    func hostile() {
        for text in [
            "vigil3:", "vigil3:1.0", "vigil3:9.9:", "vigil3:1.0:garbage", "vigil3:-1.0:",
            "vigil3:1.0::", "vigil3:١.0:", "vigil1:g" + String(repeating: "A", count: 255),
            "vigil1:g" + String(repeating: "A", count: 2000),
        ] {
            #expect(OffsetLedger(nextOffset: 3, metadata: text).tally == nil, "\(text)")
        }
        #expect(!OffsetLedger.isReadable(metadata: "vigil3:1.0"))
    }

    @Test("a record is a suspect after two starts, and given up after three deaths alone")
    func verdicts() {
        var tally = CrashTally(offset: 7)
        var seen: [CrashTally.Verdict] = []
        for _ in 0..<7 {
            seen.append(tally.verdict)
            tally = tally.verdict == .clear ? tally.started : tally.started.triedAlone
        }
        #expect(
            seen == [.clear, .clear, .suspect, .suspect, .suspect, .condemned, .unreadable])
    }

    @Test("a partition in which nothing is left is no suspect, and the others go on")
    func nothingLeft() {
        let marker = TopicPartition(topic: "in.retry.1", partition: 0)
        let other = TopicPartition(topic: "in", partition: 0)
        var probation = Probation()
        probation.assign([
            marker: CrashTally(offset: 1, starts: 3), other: CrashTally(offset: 4, starts: 1),
        ])
        #expect(!probation.isOver && probation.wants(marker) && !probation.wants(other))
        let early = probation.end()
        #expect(early?.isEmpty == nil)
        probation.reachedEnd(of: marker)
        #expect(!probation.isOver, "what was held out is still to be let go on")
        let late = probation.end()
        #expect(late?.isEmpty == true)
        #expect(probation.isOver && probation.wants(other) && probation.wants(marker))
    }

    @Test("a record that turns out to be done leaves the end of its partition known")
    func doneMeanwhile() {
        let partition = TopicPartition(topic: "in", partition: 0)
        var probation = Probation()
        probation.assign([partition: CrashTally(offset: 4, starts: 3)])
        probation.keep(
            InboundRecord(
                position: RecordPosition(topic: "in", partition: 0, offset: 4), key: nil,
                value: [], headers: [], timestamp: nil))
        probation.reachedEnd(of: partition)
        let early = probation.end()
        let next = probation.next { _ in false }
        let late = probation.end()
        #expect(early?.isEmpty == nil && next?.tally == nil && late?.isEmpty == true)
    }

    @Test("whatever kills, every killer is given up once, and nothing else is", arguments: 0..<60)
    func lives(seed: UInt64) {
        var world = MortalWorld(seed: seed)
        var count = 0
        while !world.isDone, count < 1000 {
            world.live()
            count += 1
        }
        #expect(world.isDone, "seed \(seed): \(count) lives")
        // Two starts, as many halvings as are in flight, three deaths alone, for each; the three
        // partitions disturb each other.
        let most = 20 * (world.killers + 1) + 2 * world.strokes
        #expect(count <= most, "seed \(seed): \(count) lives for \(world.killers) killers")
        #expect(world.faults == [], "seed \(seed)")
    }

    @Test(
        "nobody is given up, however fast workers are killed for no reason", arguments: 0..<60)
    func killedForNoReason(seed: UInt64) {
        var world = MortalWorld(seed: seed, hasKillers: false, killedEach: 4)
        var count = 0
        while !world.isDone, count < 20_000 {
            world.live()
            count += 1
        }
        #expect(world.isDone, "seed \(seed): \(count) lives")
        #expect(world.faults == [], "seed \(seed)")
    }

    @Test("a death while a worker stands still takes back what was held against the record")
    func diedStandingStill() {
        let tried = CrashTally(offset: 7, starts: 2).started.triedAlone.started.triedAlone
        #expect(tried.verdict == .suspect && tried.alone == 2 && tried.asFound == tried)
        var ledger = OffsetLedger(nextOffset: 7, metadata: "")
        ledger.tally = tried.standingStill
        let found = OffsetLedger(nextOffset: 7, metadata: ledger.committable.metadata).tally
        #expect(found?.asFound.alone == 0 && found?.asFound.verdict == .suspect)
        #expect(found?.started.triedAlone.asFound.alone == 3, "but not one while it was tried")
    }

    @Test("a worker stands still for as long as its start took, within bounds")
    func stillFor() {
        let born = MonotonicTime(nanoseconds: 0)
        let place = RecordPosition(topic: "in", partition: 0, offset: 7)
        for (start, least, most) in [(0.1, 0.4, 0.5), (2, 1.9, 2), (60, 4.9, 5)] {
            let begun = born + .seconds(start)
            var still = StandStill(born: born)
            #expect(still.isOver(before: place, now: begun) == nil)
            still.begin(before: place, now: begun)
            #expect(still.isOver(before: place, now: begun + .seconds(least)) == false)
            #expect(still.isOver(before: place, now: begun + .seconds(most)) == true)
            #expect(still.due == begun + .seconds(most))
            still.end()
            #expect(still.due == nil && still.isOver(before: place, now: begun) == nil)
        }
    }
}
