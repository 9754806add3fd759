import Testing
import VigilCore
import WorkerCore

@Suite("What becomes of a record that is taken in")
struct IntakeTests {
    typealias Core = WorkerCore<Int, Bool>

    private static let start = MonotonicTime(nanoseconds: 1_000_000_000_000)
    private static let wall = Timestamp(microseconds: 1_800_000_000_000_000)

    private static func core(_ topics: [String] = ["in"]) -> Core {
        var limits = SimulatedWorker.limits
        limits.deferral = DeferralPolicy(margin: .seconds(60), studiesMax: 2, idle: nil)
        var core = Core(limits: limits)
        core.assign(
            Dictionary(
                uniqueKeysWithValues: Set(topics).map {
                    (TopicPartition(topic: $0, partition: 0), OffsetLedger())
                }))
        core.ordersAreCurrent()
        core.historiesAreCurrent()
        return core
    }

    private static func rules(rule: KeyPartitioner? = nil) -> IntakeRules {
        IntakeRules(
            deadlines: [
                .stat: .seconds(60), .urgent: .seconds(600), .asap: .seconds(1800),
                .routine: .seconds(14_400),
            ],
            partWaits: [.stat: .seconds(1), .urgent: .seconds(30), .routine: .seconds(30)],
            clock: ProducerClock(skewMax: .seconds(3600)),
            placement: StudyPlacement(rule: rule, input: "in"), rights: OrderRights())
    }

    private static func facts(
        _ outlook: EnergyOutlook? = nil, partitions: [String: Int32] = [:]
    ) -> IntakeFacts {
        var counts = TopicPartitionCounts()
        counts.note(partitions)
        return IntakeFacts(now: start, wall: wall, partitions: counts, outlook: outlook)
    }

    private static func event(
        _ priority: Priority = .routine, expiry: Timestamp? = nil, isPart: Bool = false,
        change: OrderChange? = nil, withdrawal: StudyEvent.Withdrawal? = nil
    ) throws -> StudyEvent {
        StudyEvent(
            id: "1", source: "test", time: nil, traceparent: nil,
            study: try #require(DicomUID("1.2.3")), priority: priority,
            instances: [InstanceReference(uri: "file:///a.dcm")], expiry: expiry,
            expected: isPart ? StudyExpectation(series: 2) : nil, withdrawal: withdrawal,
            orderChange: change)
    }

    private static func record(
        _ topic: String, _ offset: Int64, at time: Timestamp? = nil
    ) -> InboundRecord {
        InboundRecord(
            position: RecordPosition(topic: topic, partition: 0, offset: offset), key: nil,
            value: [], headers: [], timestamp: time, isStampedByBroker: time != nil)
    }

    private static func admit(_ core: inout Core, _ record: InboundRecord) throws -> StudyTicket {
        let ticket = core.admit(record, now: start, wall: wall)
        return try #require(ticket)
    }

    private static func arrival(
        _ event: StudyEvent, _ original: InboundRecord
    ) -> StudyArrival {
        StudyArrival(
            event: event, study: Pseudonym(of: event.study, key: [1]), original: original)
    }

    private static func seconds(_ count: Int64) -> Timestamp {
        Timestamp(microseconds: wall.microseconds + count * 1_000_000)
    }

    /// An outlook of a dirty hour now and a clean one in an hour.
    private static func outlook(
        spent: Bool = false, waits: Bool = true
    ) -> EnergyOutlook {
        EnergyOutlook(
            waitsForHours: waits, spentUntil: spent ? seconds(7200) : nil, intensity: 300,
            forecast: IntensitySeries([
                GridIntensity(time: seconds(-60), grams: 300),
                GridIntensity(time: seconds(3600), grams: 100),
            ]))
    }

    // MARK: Deadline

    @Test("the deadline counts from the time in the topic, that of a doubtful clock within bounds")
    func deadline() throws {
        for (age, isTrusted, counted) in [
            (100, true, 100), (100, false, 100), (7200, true, 7200), (7200, false, 3600),
            (-7200, false, 0),
        ] as [(Int64, Bool, Int)] {
            var core = Self.core()
            let record = InboundRecord(
                position: RecordPosition(topic: "in", partition: 0, offset: 0), key: nil, value: [],
                headers: [], timestamp: Self.seconds(-age), isStampedByBroker: isTrusted)
            let ticket = try Self.admit(&core, record)
            let arrival = Self.arrival(try Self.event(), record)
            let (action, notices) = core.take(ticket, arrival, Self.rules(), Self.facts())
            #expect(action == .queued(holdingPartitionUntil: nil))
            let due = Self.start + .seconds(14_400 - counted)
            #expect(core.study(ticket)?.deadline == due)
            #expect(notices.isEmpty == (isTrusted || abs(age) <= 3600))
        }
    }

    @Test("an order of the study that is more urgent stands, and expedites what is in flight")
    func order() throws {
        var core = Self.core()
        let (first, second) = (Self.record("in", 0), Self.record("in", 1))
        let earlier = try Self.admit(&core, first)
        _ = core.take(earlier, Self.arrival(try Self.event(), first), Self.rules(), Self.facts())
        let raise = try Self.admit(&core, second)
        let change = OrderChange(direction: .raise, reason: nil)
        let (action, _) = core.take(
            raise, Self.arrival(try Self.event(.stat, change: change), second), Self.rules(),
            Self.facts())
        #expect(action == .ordered)
        #expect(core.study(earlier)?.event?.priority == .stat)
        #expect(core.study(earlier)?.deadline == Self.start + .seconds(60))
    }

    @Test("nobody lowers without the right, and a topic or a source has it where one is set")
    func rights() throws {
        let lower = try Self.event(
            .routine, change: OrderChange(direction: .lower, reason: "duplicate"))
        let record = Self.record("in", 0)
        var core = Self.core()
        let ticket = try Self.admit(&core, record)
        let (action, _) = core.take(
            ticket, Self.arrival(lower, record), Self.rules(), Self.facts())
        #expect(action == .refused(.notAuthorised))
        #expect(core.study(ticket)?.order == nil, "what may not be ordered is not noted")
        let withdrawn = try Self.event(withdrawal: .study)
        #expect(!OrderRights().allow(lower, from: "in"))
        #expect(OrderRights().allow(withdrawn, from: "in"))
        let bound = OrderRights(topic: "in.orders", sources: ["test"])
        #expect(bound.allow(lower, from: "in.orders") && !bound.allow(lower, from: "in"))
        #expect(!bound.allow(withdrawn, from: "in"))
        #expect(!OrderRights(sources: ["other"]).allow(lower, from: "in.orders"))
        #expect(OrderRights(topic: "in.orders").allow(try Self.event(.stat), from: "in"))
    }

    // MARK: Waits

    @Test("a record of a retry topic holds its partition until it is due, and no longer than so")
    func retryHold() throws {
        for (due, expected, isTold) in [
            (-5, nil, false), (40, 40, false), (60, 60, false), (3600, 60, true),
        ] as [(Int64, Int?, Bool)] {
            var core = Self.core(["in.retry.1"])
            let record = Self.record("in.retry.1", 0)
            var arrival = Self.arrival(try Self.event(), Self.record("in", 0))
            arrival.retry = StudyArrival.Retry(
                available: Self.wall, due: Self.seconds(due), longest: .seconds(60))
            let ticket = try Self.admit(&core, record)
            let (action, notices) = core.take(ticket, arrival, Self.rules(), Self.facts())
            let until = expected.map { Self.start + .seconds($0) }
            #expect(action == .queued(holdingPartitionUntil: until))
            #expect(notices == (isTold ? [.retryOutOfBounds] : []))
            let early = core.takeDecodeJob(now: Self.start)
            #expect((early == nil) == (until != nil))
            if let until {
                let job = core.takeDecodeJob(now: until)
                #expect(job?.ticket == ticket)
            }
        }
    }

    @Test("a record that is tried alone waits neither for its hour nor for its due time")
    func alone() throws {
        var core = Self.core(["in.retry.1", "in"])
        var arrival = Self.arrival(try Self.event(), Self.record("in", 0))
        arrival.retry = StudyArrival.Retry(
            available: nil, due: Self.seconds(60), longest: .seconds(60))
        arrival.isAlone = true
        let ticket = try Self.admit(&core, Self.record("in.retry.1", 0))
        let (action, _) = core.take(ticket, arrival, Self.rules(), Self.facts())
        #expect(action == .queued(holdingPartitionUntil: nil))
        var other = Self.arrival(try Self.event(), Self.record("in", 1))
        other.isAlone = true
        let second = try Self.admit(&core, Self.record("in", 1))
        let (next, _) = core.take(second, other, Self.rules(), Self.facts(Self.outlook()))
        #expect(next == .queued(holdingPartitionUntil: nil))
    }

    @Test("a routine study waits for the clean hour, and no other, no part, none twice, no more")
    func deferral() throws {
        func taken(
            _ event: StudyEvent, from topic: String = "in",
            _ outlook: EnergyOutlook? = Self.outlook(),
            _ change: (inout StudyArrival) -> Void = { _ in }
        ) throws -> IntakeAction? {
            var core = Self.core(["in", topic])
            let ticket = try Self.admit(&core, Self.record(topic, 0))
            var arrival = Self.arrival(event, Self.record("in", 0))
            change(&arrival)
            return core.take(ticket, arrival, Self.rules(), Self.facts(outlook)).action
        }
        let queued = IntakeAction.queued(holdingPartitionUntil: nil)
        guard case .deferred(let note) = try taken(try Self.event()) else {
            Issue.record("it did not wait")
            return
        }
        #expect(note.notBefore == Self.seconds(3600) && note.reason == .hour)
        #expect(note.intensity == 300 && note.expected == 100)
        #expect(note.origin == RecordPosition(topic: "in", partition: 0, offset: 0))
        guard case .deferred(let budget) = try taken(try Self.event(), Self.outlook(spent: true))
        else {
            Issue.record("it did not wait for the next day")
            return
        }
        #expect(budget.notBefore == Self.seconds(7200) && budget.reason == .budget)
        #expect(try taken(try Self.event(), Self.outlook(waits: false)) == queued)
        #expect(try taken(try Self.event(), nil) == queued)
        #expect(try taken(try Self.event(.asap)) == queued)
        #expect(try taken(try Self.event(isPart: true)) == queued)
        #expect(try taken(try Self.event(expiry: Self.seconds(1800))) == queued)
        let again = try taken(try Self.event(), from: "in.retry.1") {
            $0.retry = StudyArrival.Retry(
                available: nil, due: Self.wall, longest: .seconds(60))
        }
        #expect(again == queued)
        let back = try taken(try Self.event(), from: "in.deferred") { $0.deferral = note }
        #expect(back == .held)
    }

    @Test("no more studies leave to wait than may wait, those on their way included")
    func bound() throws {
        var core = Self.core()
        let actions = try (0..<3).map { offset in
            let record = Self.record("in", Int64(offset))
            let ticket = try Self.admit(&core, record)
            let (action, _) = core.take(
                ticket, Self.arrival(try Self.event(), record), Self.rules(),
                Self.facts(Self.outlook()))
            if case .deferred = action { core.finish(ticket, outcome: false, now: Self.start) }
            return action
        }
        #expect(actions.count { if case .deferred? = $0 { true } else { false } } == 2)
        #expect(actions.last == .queued(holdingPartitionUntil: nil))
    }

    // MARK: Expiry

    @Test("a part whose time is over is refused as it comes, a whole event when it is taken up")
    func expiry() throws {
        for (left, isOver) in [(-1, true), (0, true), (1, false)] as [(Int64, Bool)] {
            var core = Self.core()
            let record = Self.record("in", 0)
            let part = try Self.admit(&core, record)
            let event = try Self.event(expiry: Self.seconds(left), isPart: true)
            let (action, _) = core.take(
                part, Self.arrival(event, record), Self.rules(), Self.facts())
            #expect((action == .refused(.expired)) == isOver)
            let second = Self.record("in", 1)
            let whole = try Self.admit(&core, second)
            let (next, _) = core.take(
                whole, Self.arrival(try Self.event(expiry: Self.seconds(left)), second),
                Self.rules(), Self.facts())
            #expect(next == .queued(holdingPartitionUntil: nil))
            let taken = core.takeDecodeJob(now: Self.start)
            let job = try #require(taken)
            #expect(job.ticket == whole)
            switch job.start(at: Self.wall) {
            case .expired: #expect(isOver)
            case .read: #expect(!isOver)
            case .assemble: Issue.record("a whole event is no part")
            }
        }
    }

    // MARK: Owner

    @Test("an event of another's study is forwarded, and orders nothing here")
    func forwarded() throws {
        var core = Self.core()
        let event = try Self.event(.urgent)
        let rule = KeyPartitioner.crc32
        let count: Int32 = 12
        let owner = rule.partition(of: Array(event.study.sensitiveValue.utf8), among: count)
        try #require(owner != 0)
        let record = Self.record("in", 0)
        let ticket = try Self.admit(&core, record)
        let arrival = Self.arrival(event, record)
        let (action, _) = core.take(
            ticket, arrival, Self.rules(rule: rule),
            Self.facts(partitions: ["in": count, "in.placed": count]))
        #expect(
            action
                == .forwarded(
                    PlacementNote(of: record, study: arrival.study), topic: "in.placed",
                    partition: owner))
        #expect(core.study(ticket)?.order == nil)
        let second = Self.record("in", 1)
        let stays = try Self.admit(&core, second)
        let (next, notices) = core.take(
            stays, Self.arrival(event, second), Self.rules(rule: rule),
            Self.facts(partitions: ["in": count]))
        #expect(next == .queued(holdingPartitionUntil: nil) && notices == [.nowhere])
    }

    @Test("of a record that killed, its study is told as not assessed unless a finding stands")
    func quarantine() throws {
        func told(_ event: StudyEvent, history: Bool? = nil) throws -> StudyEvent? {
            var core = Self.core()
            let record = Self.record("in", 0)
            let arrival = Self.arrival(event, record)
            if let history {
                core.note(
                    StudyHistory(
                        number: 1, finding: nil, digest: nil, parts: [], ordered: .routine,
                        isLive: history), of: arrival.study)
            }
            let ticket = try Self.admit(&core, record)
            return core.quarantine(ticket, arrival, Self.rules(), Self.facts())
        }
        #expect(try told(try Self.event(.urgent))?.priority == .urgent)
        #expect(try told(try Self.event(), history: false) != nil)
        #expect(try told(try Self.event(), history: true) == nil)
        #expect(try told(try Self.event(withdrawal: .study)) == nil)
        let change = OrderChange(direction: .raise, reason: nil)
        #expect(try told(try Self.event(.stat, change: change)) == nil)
    }
}
