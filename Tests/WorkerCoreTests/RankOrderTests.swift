import Testing
import VigilCore
import WorkerCore

/// The order between the clinical ranks (contract: aging).
@Suite("The order of the ranks")
struct RankOrderTests {
    typealias Core = WorkerCore<Int, Bool>

    private let partition = TopicPartition(topic: "in", partition: 0)
    private let now = MonotonicTime(nanoseconds: 1_000_000_000_000)

    private func core() -> Core {
        var limits = SimulatedWorker.limits
        limits.transactions.recordsMax = 100
        var core = Core(limits: limits)
        core.assign([partition: OffsetLedger()])
        core.ordersAreCurrent()
        return core
    }

    /// Takes a study that is due so long from now.
    private func take(
        _ core: inout Core, _ offset: Int64, _ priority: Priority, due: Duration
    ) throws -> StudyTicket {
        let record = InboundRecord(
            position: RecordPosition(topic: "in", partition: 0, offset: offset), key: nil,
            value: [], headers: [], timestamp: nil)
        let admitted = core.admit(record, now: now, wall: Timestamp(microseconds: 0))
        let ticket = try #require(admitted)
        let study = try #require(DicomUID("1.2.3"))
        let event = StudyEvent(
            id: "\(offset)", source: "test", time: nil, traceparent: nil, study: study,
            priority: priority, instances: [InstanceReference(uri: "file:///a.dcm")])
        core.schedule(ticket, event: event, deadline: now + due)
        return ticket
    }

    private static let hour = Duration.seconds(3600)

    /// Studies by priority and what is left of their time, and the order in which they are to go.
    private static let cases: [([(Priority, Duration)], [Int])] = [
        // 25 routine ones, five hours old, and a fresh urgent one.
        (
            Array(repeating: (.routine, hour * -1), count: 5) + [(.urgent, .seconds(600))],
            [5, 0, 1, 2, 3, 4]
        ),
        // Never before stat, however late.
        ([(.routine, hour * -9), (.stat, hour), (.stat, hour * -1)], [2, 1, 0]),
        // All urgent ones are late: who was due first goes first.
        ([(.urgent, .seconds(-5)), (.routine, hour * -1), (.asap, .seconds(-60))], [1, 2, 0]),
        // One urgent one is within its deadline: all of its rank go first.
        (
            [(.routine, hour * -1), (.urgent, .seconds(-5)), (.urgent, .seconds(5))],
            [1, 2, 0]
        ),
        // A late routine study does not pass an asap one within its deadline.
        ([(.routine, hour * -1), (.urgent, .seconds(-5)), (.asap, .seconds(5))], [1, 2, 0]),
        // Deadlines order within a rank.
        ([(.asap, hour * 2), (.asap, hour), (.asap, hour * -1)], [2, 1, 0]),
    ]

    @Test("decoders and batches take studies by rank, then by deadline", arguments: 0..<6)
    func order(number: Int) throws {
        let (studies, expected) = Self.cases[number]
        var core = core()
        var tickets: [StudyTicket] = []
        for (offset, (priority, due)) in studies.enumerated() {
            tickets.append(try take(&core, Int64(offset), priority, due: due))
        }
        let wanted = expected.map { tickets[$0] }
        var decoded: [StudyTicket] = []
        while let job = core.takeDecodeJob(now: now) {
            decoded.append(job.ticket)
        }
        #expect(decoded == wanted, "decoders")
        for ticket in tickets { core.prepared(ticket, 1, images: 1, now: now) }
        var ran: [StudyTicket] = []
        while case .run(let members, _) = core.takeBatch(now: now + .seconds(1)) {
            ran += members.map(\.ticket)
        }
        #expect(ran == wanted, "batches")
    }

    @Test("a transaction holds the most urgent outcomes first, whatever was finished first")
    func transactions() throws {
        var core = core()
        let routine = try take(&core, 0, .routine, due: Self.hour * -1)
        let urgent = try take(&core, 1, .urgent, due: Self.hour)
        let stat = try take(&core, 2, .stat, due: Self.hour)
        for ticket in [routine, urgent, stat] { core.finish(ticket, outcome: true, now: now) }
        let first = core.openTransaction(limit: 1)
        #expect(first?.outcomes.map(\.study.ticket) == [stat])
        core.transactionCommitted()
        let second = core.openTransaction()
        #expect(second?.outcomes.map(\.study.ticket) == [urgent, routine])
    }
}
