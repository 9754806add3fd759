import SimulationKit
import Testing
import VigilCore
import WorkerCore

@Suite("What persons have ordered for a study")
struct WorklistTests {
    typealias Core = WorkerCore<Int, Priority>

    private func name() throws -> Pseudonym {
        Pseudonym(of: try #require(DicomUID("1.2.3")), key: [1])
    }
    private let wall = Timestamp(microseconds: 0)
    private let start = MonotonicTime(nanoseconds: 0)

    private func place(_ offset: Int64, partition: Int32 = 0) -> RecordPosition {
        RecordPosition(topic: "in", partition: partition, offset: offset)
    }

    private func event(_ priority: Priority, change: OrderChange? = nil) throws -> StudyEvent {
        StudyEvent(
            id: "1", source: "test", time: nil, traceparent: nil,
            study: try #require(DicomUID("1.2.3")), priority: priority,
            instances: change == nil ? [InstanceReference(uri: "file:///a.dcm")] : [],
            orderChange: change)
    }

    private func lowering() -> OrderChange { OrderChange(direction: .lower, reason: "read") }

    @Test("the order is the most urgent of all events, in whatever order they come")
    func highest() throws {
        let study = try name()
        for events in [[Priority.stat, .routine], [.routine, .stat], [.urgent, .stat, .asap]] {
            var orders = WorklistOrders(countMax: 10)
            orders.markCurrent()
            for (offset, priority) in events.enumerated() {
                orders.take(try event(priority), of: study, at: place(Int64(offset)), time: wall)
            }
            #expect(orders.standing(of: study).order?.highest == .stat)
            #expect(orders.standing(of: study).isKnown)
        }
    }

    @Test("a lowering holds against older events that come again, and not against newer ones")
    func lowered() throws {
        let study = try name()
        var orders = WorklistOrders(countMax: 10)
        orders.take(try event(.stat), of: study, at: place(5), time: wall)
        orders.take(try event(.routine, change: lowering()), of: study, at: place(7), time: wall)
        #expect(orders.standing(of: study).order?.highest == .routine)
        orders.take(try event(.stat), of: study, at: place(5), time: wall)
        #expect(orders.standing(of: study).order?.highest == .routine)
        // Of another partition nobody knows whether it is older.
        orders.take(try event(.urgent), of: study, at: place(1, partition: 1), time: wall)
        #expect(orders.standing(of: study).order?.highest == .urgent)
        orders.take(try event(.stat), of: study, at: place(8), time: wall)
        #expect(orders.standing(of: study).order?.highest == .stat)
    }

    @Test("orders that two owners knew merge to the same whichever is learned first")
    func merging() {
        let low = WorklistOrder.Lowering(
            number: 1, from: .stat, to: .routine, source: "urn:ris", reason: "read", at: wall,
            position: place(3))
        let orders = [
            WorklistOrder(highest: .stat), WorklistOrder(highest: .asap),
            WorklistOrder(highest: .routine, lowering: low),
            WorklistOrder(highest: .urgent, lowering: low),
        ]
        for one in orders {
            for other in orders {
                #expect(one.merged(with: other) == other.merged(with: one))
            }
        }
        #expect(orders[0].merged(with: orders[2]).highest == .routine)
        #expect(orders[2].merged(with: orders[3]).highest == .urgent)
    }

    @Test("where something was forgotten, what is not there is not known")
    func forgotten() throws {
        let study = try name()
        var orders = WorklistOrders(countMax: 4)
        orders.markCurrent()
        for number in 1...6 {
            let other = Pseudonym(of: try #require(DicomUID("1.\(number)")), key: [1])
            orders.learn(.whole(WorklistOrder(highest: .stat)), of: other)
        }
        #expect(!orders.standing(of: study).isKnown)
        #expect(orders.count <= 4)
    }

    /// Takes in a study of its own, ordered so, and notes its order.
    private func admit(
        _ priority: Priority, at offset: Int64, to core: inout Core
    ) throws -> (StudyTicket, StudyEvent, Pseudonym) {
        let record = InboundRecord(
            position: place(offset), key: nil, value: [], headers: [], timestamp: nil)
        let admitted = core.admit(record, now: start, wall: wall)
        let ticket = try #require(admitted)
        let event = StudyEvent(
            id: "\(offset)", source: "test", time: nil, traceparent: nil,
            study: try #require(DicomUID("1.2.\(offset)")), priority: priority,
            instances: [InstanceReference(uri: "file:///a.dcm")])
        let study = Pseudonym(of: event.study, key: [1])
        core.note(orderOf: ticket, event, of: study, at: place(offset), time: wall)
        return (ticket, event, study)
    }

    @Test("nothing but stat is published before it is known what was ordered")
    func waiting() throws {
        var core = Core(limits: SimulatedWorker.limits)
        core.assign([TopicPartition(topic: "in", partition: 0): OffsetLedger()])
        for (offset, priority) in [Priority.routine, .stat].enumerated() {
            let (ticket, event, _) = try admit(priority, at: Int64(offset), to: &core)
            core.schedule(ticket, event: event, deadline: start + .seconds(1))
            core.finish(ticket, outcome: priority, now: start)
        }
        #expect(core.openTransaction() == nil)
        let isGivenUp = core.ordersAreRead(isEndKnown: true, for: .zero)
        #expect(!isGivenUp)
        var plan = core.openTransaction()
        #expect(plan?.outcomes.map(\.outcome) == [.stat])
        #expect(plan?.orders.values.map(\.highest) == [.stat])
        core.transactionCommitted()
        #expect(core.openTransaction() == nil)
        core.ordersAreCurrent()
        plan = core.openTransaction()
        #expect(plan?.outcomes.map(\.outcome) == [.routine])
        #expect(plan?.orders.isEmpty == true)
    }

    @Test("a worker that ends tells of no order before it is known what was ordered")
    func draining() throws {
        var core = Core(limits: .simulated)
        core.assign([TopicPartition(topic: "in", partition: 0): OffsetLedger()])
        let (ticket, event, study) = try admit(.asap, at: 0, to: &core)
        core.schedule(ticket, event: event, deadline: start + .seconds(1))
        core.finish(ticket, outcome: .asap, now: start)
        core.drain()
        #expect(core.openTransaction() == nil)
        #expect(!core.isIdle)
        core.learn(.whole(WorklistOrder(highest: .stat)), of: study)
        core.ordersAreCurrent()
        let plan = core.openTransaction()
        #expect(plan?.outcomes.count == 1)
        #expect(plan?.orders.values.allSatisfy { $0.highest == .stat } == true)
    }

    @Test("what is read as stat for what was said before waits until its order is known")
    func statByHistory() throws {
        var core = Core(limits: .simulated)
        core.assign([TopicPartition(topic: "in", partition: 0): OffsetLedger()])
        let (ticket, sent, study) = try admit(.asap, at: 0, to: &core)
        // As the parts of a study are read whose last finding was ordered so.
        let read = sent.with(instances: sent.instances, priority: .stat)
        core.schedule(ticket, event: read, deadline: start + .seconds(1))
        core.finish(ticket, outcome: .stat, now: start)
        _ = core.ordersAreRead(isEndKnown: true, for: .zero)
        #expect(core.openTransaction() == nil)
        core.learn(.whole(WorklistOrder(highest: .stat)), of: study)
        core.ordersAreCurrent()
        let plan = core.openTransaction()
        #expect(plan?.outcomes.count == 1)
        #expect(plan?.orders.values.allSatisfy { $0.highest == .stat } == true)
    }

    @Test("what was ordered is waited for as long as an open transaction may hide it")
    func waitedFor() throws {
        var core = Core(limits: .simulated)
        core.assign([TopicPartition(topic: "in", partition: 0): OffsetLedger()])
        let almost = PartitionTakeover.hiddenMax - .milliseconds(1)
        for isEndKnown in [false, true] {
            let isGivenUp = core.ordersAreRead(isEndKnown: isEndKnown, for: almost)
            #expect(!isGivenUp && core.wantsOrders)
        }
        let isGivenUp = core.ordersAreRead(isEndKnown: false, for: PartitionTakeover.hiddenMax)
        #expect(isGivenUp && !core.wantsOrders)
    }

    @Test("an order is told again after a transaction that failed, whatever is committed between")
    func aborted() throws {
        var core = Core(limits: SimulatedWorker.limits)
        core.assign([TopicPartition(topic: "in", partition: 0): OffsetLedger()])
        core.ordersAreCurrent()
        let (ticket, event, _) = try admit(.stat, at: 0, to: &core)
        core.schedule(ticket, event: event, deadline: start + .seconds(1))
        core.finish(ticket, outcome: .stat, now: start)
        let first = core.openTransaction()
        #expect(first?.orders.values.map(\.highest) == [.stat])
        let goesOn = core.transactionAborted(now: start)
        #expect(goesOn)
        // Offsets alone, as when partitions are taken over.
        core.transactionCommitted()
        let again = core.openTransaction()
        #expect(again?.orders.values.map(\.highest) == [.stat])
    }

    @Test("whatever crashes between events, nothing is published below what was ordered before")
    func neverLower() throws {
        let study = try name()
        for seed in 0..<300 {
            var generator = SimulationGenerator(seed: UInt64(seed))
            // What is committed: the topic of orders, and the highest order answered so far.
            var topic: [OrderToTell] = []
            var highest = Priority.routine
            var orders = WorklistOrders(countMax: 10)
            for offset in 0..<20 {
                if generator.chance(percent: 25) {
                    orders = WorklistOrders(countMax: 10)
                    for order in topic { orders.learn(order, of: study) }
                }
                orders.markCurrent()
                let priority = Priority.allCases[generator.below(4)]
                orders.take(try event(priority), of: study, at: place(Int64(offset)), time: wall)
                guard generator.chance(percent: 70) else { continue }
                let published = orders.standing(of: study).order?.highest ?? priority
                highest = min(highest, priority)
                #expect(published <= highest)
                if let order = orders.uncommitted(study) {
                    topic.append(order)
                    orders.commit(order, of: study)
                }
            }
        }
    }
}
