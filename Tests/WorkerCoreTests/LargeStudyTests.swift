import Testing
import VigilCore
import WorkerCore

/// Studies of many images beside studies of one.
@Suite("Studies of many images")
struct LargeStudyTests {
    typealias Core = WorkerCore<Int, Bool>

    private let partition = TopicPartition(topic: "in", partition: 0)
    private let start = MonotonicTime(nanoseconds: 0)
    private let wall = Timestamp(microseconds: 0)
    private let allowed: [Priority: Duration] = [
        .stat: .seconds(60), .urgent: .seconds(600), .asap: .seconds(1800),
        .routine: .seconds(14_400),
    ]

    private func core() -> Core {
        var limits = SimulatedWorker.limits
        limits.intake.recordsMax = 5000
        limits.batches.imagesMax = 8
        limits.reading.imagesMax = 32
        limits.reading.imagesTotalMax = 160
        var core = Core(limits: limits)
        core.assign([partition: OffsetLedger()])
        core.ordersAreCurrent()
        return core
    }

    private func take(
        _ core: inout Core, _ offset: Int64, _ priority: Priority, images: Int = 1,
        at now: MonotonicTime
    ) throws -> StudyTicket {
        let record = InboundRecord(
            position: RecordPosition(topic: "in", partition: 0, offset: offset), key: nil,
            value: [], headers: [], timestamp: nil)
        let admitted = core.admit(record, now: now, wall: wall)
        let ticket = try #require(admitted)
        let study = try #require(DicomUID("1.2.3"))
        let instance = InstanceReference(uri: "file:///a.dcm")
        let event = StudyEvent(
            id: "\(offset)", source: "test", time: nil, traceparent: nil, study: study,
            priority: priority, instances: Array(repeating: instance, count: images))
        let allowed = try #require(allowed[priority])
        core.schedule(ticket, event: event, deadline: now + allowed)
        return ticket
    }

    /// Decodes until there is no room, as a decoder that reads ahead does.
    private func fill(_ core: inout Core, now: MonotonicTime) {
        for _ in 0..<2000 {
            guard let job = core.takeDecodeJob(now: now) else { return }
            core.prepared(job.ticket, 0, images: 1, isLast: false, now: now)
            core.putBack(job.ticket, spent: .milliseconds(5))
        }
        Issue.record("decoding was never full")
    }

    @Test(
        "a stat study beside two waiting studies of 400 images is decoded and runs next",
        arguments: Priority.allCases)
    func besideLarge(priority: Priority) throws {
        var core = core()
        for offset in 0..<2 {
            _ = try take(&core, Int64(offset), priority, images: 400, at: start)
        }
        fill(&core, now: start)
        #expect(core.preparedImages <= 2 * core.limits.reading.imagesMax)
        guard case .run(let large, _) = core.takeBatch(now: start) else {
            Issue.record("what is ready did not run")
            return
        }
        let now = start + .seconds(5)
        let stat = try take(&core, 9, .stat, at: now)
        let job = core.takeDecodeJob(now: now, onlyStat: true)
        #expect(job?.ticket == stat)
        core.prepared(stat, 1, images: 1, now: now)
        let ahead = core.takeUrgentBatch(ahead: [large.map(\.ticket)], now: now)
        #expect(ahead?.map(\.ticket) == [stat])
        let second = core.takeUrgentBatch(ahead: [large.map(\.ticket), [stat]], now: now)
        #expect(second == nil, "the large study's images wait behind it")
    }

    @Test("a decoder goes on with a newcomer after one instance of a large study")
    func timeSlices() throws {
        for priority in Priority.allCases {
            var core = core()
            let large = try take(&core, 0, priority, images: 400, at: start)
            let first = core.takeDecodeJob(now: start)
            #expect(first?.ticket == large)
            let now = start + .seconds(3)
            let small = try take(&core, 1, priority, at: now)
            core.prepared(large, 0, images: 1, isLast: false, now: now)
            core.putBack(large, spent: .seconds(3))
            let next = core.takeDecodeJob(now: now)
            #expect(next?.ticket == small)
            let rest = core.takeDecodeJob(now: now)
            #expect(rest?.ticket == large)
        }
    }

    @Test("slow stat files do not keep the decoder of stat studies after the first")
    func slowFiles() throws {
        var core = core()
        for offset in 0..<3 {
            let slow = try take(&core, Int64(offset), .stat, images: 5, at: start)
            let kept = core.takeDecodeJob(now: start, onlyStat: true)
            #expect(kept?.ticket == slow)
            core.prepared(slow, 0, images: 1, isLast: false, now: start)
            core.putBack(slow, spent: .milliseconds(1300))
        }
        let none = core.takeDecodeJob(now: start + .seconds(4), onlyStat: true)
        #expect(none == nil)
        let others = core.takeDecodeJob(now: start + .seconds(4))
        #expect(others?.event.priority == .stat, "those that read ahead go on with them")
        let honest = try take(&core, 9, .stat, at: start + .seconds(11))
        let job = core.takeDecodeJob(now: start + .seconds(11), onlyStat: true)
        #expect(job?.ticket == honest)
    }

    @Test("between two layers goes the more urgent, then the smaller that is due by its size")
    func preemption() throws {
        for (low, high) in zip(Priority.allCases.sorted().dropFirst(), Priority.allCases.sorted()) {
            var core = core()
            let running = try take(&core, 0, low, at: start)
            let other = try take(&core, 1, high, images: 400, at: start + .seconds(9))
            core.prepared(other, 0, images: 1, isLast: false, now: start)
            let ahead = core.takeUrgentBatch(ahead: [[running]], now: start)
            #expect(ahead?.map(\.ticket) == [other], "\(high) ahead of \(low)")
            core.prepared(running, 1, images: 1, now: start)
            #expect(core.takeUrgentBatch(ahead: [[other]], now: start) == nil)
        }
        var core = core()
        let large = try take(&core, 0, .routine, images: 400, at: start)
        let small = try take(&core, 1, .routine, at: start + .seconds(300))
        let later = try take(&core, 2, .routine, at: start + .seconds(301))
        core.prepared(later, 1, images: 1, now: start)
        #expect(core.takeUrgentBatch(ahead: [[small]], now: start) == nil)
        let ahead = core.takeUrgentBatch(ahead: [[large]], now: start)
        #expect(ahead?.map(\.ticket) == [later])
    }

    @Test("of each rank no more than two batches are under way, and a stat study is never refused")
    func depth() throws {
        var core = core()
        var underWay: [[StudyTicket]] = []
        var offset: Int64 = 0
        for priority in Priority.allCases.sorted().reversed() {
            for images in [400, 20, 1] {
                let ticket = try take(&core, offset, priority, images: images, at: start)
                offset += 1
                core.prepared(ticket, 0, images: 1, isLast: false, now: start)
                if underWay.isEmpty {
                    _ = core.takeBatch(now: start + .seconds(1))
                    underWay.append([ticket])
                } else if let next = core.takeUrgentBatch(ahead: underWay, now: start) {
                    underWay.append(next.map(\.ticket))
                }
            }
        }
        let ranks = underWay.compactMap { $0.first.flatMap { core.study($0)?.turn.priority } }
        #expect(
            ranks == [
                .routine, .routine, .asap, .asap, .urgent, .urgent, .stat, .stat,
            ])
    }

    @Test("a study that comes later by more than its put-off overtakes no large study")
    func noStarvation() throws {
        var core = core()
        let large = try take(&core, 0, .routine, images: 400, at: start)
        let early = try take(&core, 1, .routine, at: start + .seconds(398))
        let late = try take(&core, 2, .routine, at: start + .seconds(400))
        var order: [StudyTicket] = []
        while let job = core.takeDecodeJob(now: start + .seconds(500)) {
            order.append(job.ticket)
            core.finish(job.ticket, outcome: true, now: start)
        }
        #expect(order == [early, large, late])
        #expect(
            StudyTurn.putOff(instances: .max, spent: .seconds(Int64.max)) == .seconds(600),
            "however large and slow")
    }

    @Test("what comes of a study after its outcome is dropped")
    func afterOutcome() throws {
        var core = core()
        let ticket = try take(&core, 0, .routine, images: 3, at: start)
        _ = core.takeDecodeJob(now: start)
        core.prepared(ticket, 0, images: 1, isLast: false, now: start)
        core.putBack(ticket, spent: .zero, holds: 10)
        core.finish(ticket, outcome: false, now: start)
        #expect(core.preparedImages == 0 && core.heldBytes == 0)
        #expect(core.takeDecodeJob(now: start) == nil)
        core.prepared(ticket, 1, images: 1, now: start)
        core.finish(ticket, outcome: true, now: start)
        #expect(core.preparedImages == 0)
        #expect(core.openTransaction()?.outcomes.map(\.outcome) == [false])
    }

    @Test("no study is begun while others keep too much memory, but one that goes before them")
    func held() throws {
        var core = core()
        let large = try take(&core, 0, .urgent, images: 3, at: start)
        _ = core.takeDecodeJob(now: start)
        core.putBack(large, spent: .zero, holds: core.limits.reading.heldBytesMax)
        let routine = try take(&core, 1, .routine, at: start)
        let on = core.takeDecodeJob(now: start)
        #expect(on?.ticket == large, "it is read to its end")
        #expect(core.takeDecodeJob(now: start) == nil)
        let stat = try take(&core, 2, .stat, at: start)
        let first = core.takeDecodeJob(now: start)
        #expect(first?.ticket == stat)
        core.prepared(large, 1, images: 1, now: start)
        let next = core.takeDecodeJob(now: start)
        #expect(next?.ticket == routine)
    }
}
