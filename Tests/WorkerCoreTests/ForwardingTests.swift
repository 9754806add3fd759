import Testing
import VigilCore
import WorkerCore

/// What is forwarded, and studies whose parts came by several partitions, step by step.
@Suite("Studies by several partitions in the worker's decisions")
struct ForwardingTests {
    typealias Core = WorkerCore<Int, String>

    private let input = TopicPartition(topic: "in", partition: 0)
    private let placed = TopicPartition(topic: "in.placed", partition: 0)
    private let start = MonotonicTime(nanoseconds: 0)
    private let wall = Timestamp(microseconds: 0)

    private func core(areOrdersKnown: Bool = true) -> Core {
        var core = Core(limits: SimulatedWorker.limits)
        core.assign([input: OffsetLedger(), placed: OffsetLedger()])
        if areOrdersKnown { core.ordersAreCurrent() }
        core.historiesAreCurrent()
        return core
    }

    private func event(_ study: String, _ priority: Priority, expecting count: Int? = nil) throws
        -> StudyEvent
    {
        StudyEvent(
            id: "1", source: "test", time: nil, traceparent: nil,
            study: try #require(DicomUID(study)), priority: priority,
            instances: [InstanceReference(uri: "file:///\(UInt64.random(in: 0 ... .max))")],
            expected: count.map { StudyExpectation(instances: $0) })
    }

    private func admit(
        _ core: inout Core, _ place: TopicPartition, _ offset: Int64
    ) throws -> (StudyTicket, RecordPosition) {
        let position = RecordPosition(
            topic: place.topic, partition: place.partition, offset: offset)
        let ticket = core.admit(
            InboundRecord(position: position, key: nil, value: [], headers: [], timestamp: nil),
            now: start, wall: wall)
        return (try #require(ticket), position)
    }

    private func take(
        _ core: inout Core, _ place: TopicPartition, _ offset: Int64, of study: String,
        expecting count: Int
    ) throws -> StudyTicket {
        let (ticket, position) = try admit(&core, place, offset)
        let event = try event(study, .routine, expecting: count)
        core.schedule(
            ticket, event: event, deadline: start + .seconds(60),
            part: StudyPart(
                study: Pseudonym(of: event.study, key: [1]), origin: position,
                closeAt: start + .seconds(10)))
        return ticket
    }

    private func places(_ job: Core.DecodeJob?) -> [TopicPartition]? {
        job?.assembly?.members.map(\.record.position.topicPartition)
    }

    @Test("what is forwarded goes before findings of its rank and behind more urgent ones")
    func order() throws {
        var core = core()
        for (offset, priority) in [Priority.routine, .urgent].enumerated() {
            let (ticket, _) = try admit(&core, input, Int64(offset))
            core.schedule(ticket, event: try event("1.2.\(offset)", priority), deadline: start)
            core.finish(ticket, outcome: "found \(priority.rawValue)", now: start)
        }
        for (offset, priority) in [Priority.routine, .stat, .urgent].enumerated() {
            let (ticket, _) = try admit(&core, input, Int64(offset + 2))
            core.forward(
                ticket, try event("1.3.\(offset)", priority), deadline: start + .seconds(60))
            core.finish(ticket, outcome: "forwarded \(priority.rawValue)", now: start)
        }
        let opened = core.openTransaction(limit: 5)
        #expect(
            opened?.outcomes.map(\.outcome) == [
                "forwarded stat", "forwarded urgent", "found urgent", "forwarded routine",
                "found routine",
            ])
        #expect(opened?.orders.isEmpty == true)
        core.transactionCommitted()
        #expect(core.isIdle)
    }

    @Test("what is forwarded of one study goes in the order in which it came, with the most urgent")
    func orderInStudy() throws {
        var core = core()
        let sent: [(String, Priority)] = [
            ("1.4", .urgent), ("1.2", .routine), ("1.3", .routine), ("1.2", .stat), ("1.2", .asap),
        ]
        for (offset, (study, priority)) in sent.enumerated() {
            let (ticket, _) = try admit(&core, input, Int64(offset))
            core.forward(ticket, try event(study, priority), deadline: start + .seconds(60))
            core.finish(ticket, outcome: "\(study) \(priority.rawValue)", now: start)
        }
        let opened = core.openTransaction(limit: 2)
        #expect(opened?.outcomes.map(\.outcome) == ["1.2 routine", "1.2 stat"])
        let goesOn = core.transactionAborted(now: start)
        #expect(goesOn)
        let again = core.openTransaction(limit: 5)
        #expect(
            again?.outcomes.map(\.outcome) == [
                "1.2 routine", "1.2 stat", "1.2 asap", "1.4 urgent", "1.3 routine",
            ])
    }

    @Test("what is forwarded does not wait until it is known what was ordered before")
    func beforeOrders() throws {
        var core = core(areOrdersKnown: false)
        let (ticket, _) = try admit(&core, input, 0)
        core.forward(ticket, try event("1.2", .routine), deadline: start)
        core.finish(ticket, outcome: "forwarded", now: start)
        let (other, _) = try admit(&core, input, 1)
        core.schedule(other, event: try event("1.3", .routine), deadline: start)
        core.finish(other, outcome: "found", now: start)
        let opened = core.openTransaction()
        let plan = try #require(opened)
        #expect(plan.outcomes.map(\.outcome) == ["forwarded"])
        #expect(plan.offsets.map(\.nextOffset) == [1])
    }

    @Test("parts of a study that came by two partitions are read once and committed in both")
    func together() throws {
        var core = core()
        _ = try take(&core, input, 0, of: "1.2", expecting: 2)
        #expect(core.takeDecodeJob(now: start) == nil)
        let last = try take(&core, placed, 5, of: "1.2", expecting: 2)
        #expect(places(core.takeDecodeJob(now: start)) == [input, placed])
        core.finish(last, outcome: "found", now: start)
        let opened = core.openTransaction()
        let plan = try #require(opened)
        #expect(Set(plan.offsets.map(\.partition)) == [input, placed])
        #expect(plan.recordCount == 2 && plan.outcomes.count == 1)
        core.transactionCommitted()
        #expect(core.isIdle)
    }

    @Test(
        "when one of a study's partitions goes, its other parts wait anew and nothing is lost",
        arguments: [0, 1, 2])
    func parted(_ stage: Int) throws {
        var core = core()
        _ = try take(&core, placed, 5, of: "1.2", expecting: 2)
        let lead = try take(&core, input, 0, of: "1.2", expecting: stage == 0 ? 3 : 2)
        if stage > 0 { #expect(places(core.takeDecodeJob(now: start)) == [placed, input]) }
        if stage > 1 { core.finish(lead, outcome: "found", now: start) }
        core.revoke([placed])
        #expect(core.inFlight == 1 && core.waitingParts == 1 && !core.hasPublishable)
        // What still comes of the work that both were in is nobody's.
        if stage > 0 { core.finish(lead, outcome: "found with what is gone", now: start) }
        #expect(!core.hasPublishable)
        let again = core.takeDecodeJob(now: start + .seconds(10))
        #expect(places(again) == [input] && again?.assembly?.closing == .timedOut)
        core.finish(try #require(again?.ticket), outcome: "found alone", now: start)
        let opened = core.openTransaction()
        #expect(opened?.outcomes.map(\.outcome) == ["found alone"])
        #expect(opened?.offsets.map(\.partition) == [input])
        core.transactionCommitted()
        #expect(core.isIdle && core.bytes == 0)
    }

    @Test("parts of which no commit can tell yet never hold two studies up by each other")
    func crossed() throws {
        var core = core()
        let far = OffsetLedger.spanMax + 1
        _ = try take(&core, input, 0, of: "1.2", expecting: 2)
        _ = try take(&core, placed, 0, of: "1.3", expecting: 2)
        _ = try take(&core, input, far, of: "1.3", expecting: 2)
        _ = try take(&core, placed, far, of: "1.2", expecting: 2)
        var answered = 0
        for round in 0..<8 {
            let now = start + .seconds(2 * round)
            while let job = core.takeDecodeJob(now: now) {
                core.finish(job.ticket, outcome: "found", now: now)
            }
            guard let plan = core.openTransaction() else { continue }
            answered += plan.recordCount
            core.transactionCommitted()
        }
        #expect(answered == 4 && core.isIdle)
    }
}
