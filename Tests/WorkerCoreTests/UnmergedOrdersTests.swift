import SimulationKit
import Testing
import VigilCore
import WorkerCore

@Suite("Orders that are taken in while it is not known what was ordered before")
struct UnmergedOrdersTests {
    private let wall = Timestamp(microseconds: 0)
    private let lowering = OrderChange(direction: .lower, reason: "read")

    private func name(_ number: Int = 3) throws -> Pseudonym {
        Pseudonym(of: try #require(DicomUID("1.2.\(number)")), key: [1])
    }

    private func place(_ offset: Int64, topic: String = "in") -> RecordPosition {
        RecordPosition(topic: topic, partition: 0, offset: offset)
    }

    private func event(_ priority: Priority, change: OrderChange? = nil) throws -> StudyEvent {
        StudyEvent(
            id: "1", source: "test", time: nil, traceparent: nil,
            study: try #require(DicomUID("1.2.3")), priority: priority,
            instances: change == nil ? [InstanceReference(uri: "file:///a.dcm")] : [],
            orderChange: change)
    }

    @Test("they stand beside what is not known, and are part of it once it is")
    func beside() throws {
        let study = try name()
        var orders = WorklistOrders(countMax: 10)
        orders.markUnknown()
        orders.take(try event(.urgent), of: study, at: place(5), time: wall)
        let told = try #require(orders.uncommitted(study))
        #expect(told == .unmerged(UnmergedOrder(priority: .urgent, position: place(5))))
        orders.commit(told, of: study)
        #expect(orders.uncommitted(study) == nil)
        #expect(!orders.standing(of: study).isKnown)

        orders.beginReading()
        orders.learn(.whole(WorklistOrder(highest: .stat)), of: study)
        orders.markCurrent()
        #expect(orders.standing(of: study).order?.highest == .stat)
        #expect(
            orders.uncommitted(study)
                == .whole(WorklistOrder(highest: .stat, merged: [.urgent: place(5)])))
    }

    @Test("one that was told while the topic was read stands against a lowering that is learned")
    func toldWhileReading() throws {
        let study = try name()
        var orders = WorklistOrders(countMax: 10)
        orders.markSeen()
        orders.take(try event(.stat), of: study, at: place(9), time: wall)
        let told = try #require(orders.uncommitted(study))
        orders.commit(told, of: study)
        let lowered = WorklistOrder(highest: .stat).lowered(
            to: .routine, by: "urn:ris", reason: "read", at: place(7), time: wall)
        orders.learn(.whole(lowered), of: study)
        orders.markCurrent()
        #expect(orders.standing(of: study).order?.highest == .stat)
        // The study's next owner reads the same of all records, in whatever order they come.
        for records in [[told, .whole(lowered)], [.whole(lowered), told]] {
            var next = WorklistOrders(countMax: 10)
            for record in records { next.learn(record, of: study) }
            next.markCurrent()
            #expect(next.standing(of: study).order?.highest == .stat)
        }
    }

    @Test("what is merged and lowered since is not raised again by what stands beside it")
    func lowered() throws {
        let study = try name()
        let beside = OrderToTell.unmerged(UnmergedOrder(priority: .stat, position: place(9)))
        var orders = WorklistOrders(countMax: 10)
        orders.learn(beside, of: study)
        orders.markCurrent()
        // By a topic of its own: no offset says which of the two was first.
        orders.take(
            try event(.routine, change: lowering), of: study, at: place(2, topic: "changes"),
            time: wall)
        let told = try #require(orders.uncommitted(study))
        #expect(told.highest == .routine)
        for records in [[told, beside], [beside, told]] {
            var next = WorklistOrders(countMax: 10)
            for record in records { next.learn(record, of: study) }
            next.markCurrent()
            #expect(next.standing(of: study).order?.highest == .routine)
        }
    }

    @Test("what was forgotten to bound memory is not overwritten")
    func forgotten() throws {
        let study = try name()
        var orders = WorklistOrders(countMax: 4)
        orders.learn(.whole(WorklistOrder(highest: .stat)), of: study)
        for number in 10..<16 {
            orders.learn(.whole(WorklistOrder(highest: .urgent)), of: try name(number))
        }
        orders.markCurrent()
        #expect(orders.standing(of: study).order == nil)
        orders.take(try event(.asap), of: study, at: place(1), time: wall)
        #expect(!orders.standing(of: study).isKnown)
        #expect(
            orders.uncommitted(study)
                == .unmerged(UnmergedOrder(priority: .asap, position: place(1))))
    }

    @Test("an event that only lowers lowers nothing that is not known")
    func lowersUnknown() throws {
        let study = try name()
        var orders = WorklistOrders(countMax: 10)
        orders.markUnknown()
        let change = try event(.routine, change: lowering)
        orders.take(change, of: study, at: place(1), time: wall)
        guard case .unmerged(let told) = orders.told(of: study, at: place(1)) else {
            Issue.record("it would overwrite what stands there")
            return
        }
        #expect(told.priority == .routine)
        orders.take(try event(.stat), of: study, at: place(2), time: wall)
        orders.take(change, of: study, at: place(3), time: wall)
        orders.take(try event(.asap), of: study, at: place(4), time: wall)
        #expect(orders.uncommitted(study)?.highest == .asap)
    }

    @Test("however often owners change and know nothing, no order is lost or lowered by it")
    func owners() throws {
        let study = try name()
        for seed in 0..<2000 {
            var owners = SimulatedOwners(study: study, seed: UInt64(seed))
            for offset in 0..<30 {
                let priority = Priority.allCases[owners.generator.below(4)]
                let isLowering = owners.isKnown && owners.generator.chance(percent: 15)
                try owners.take(
                    event(priority, change: isLowering ? lowering : nil),
                    at: place(Int64(offset), topic: isLowering ? "changes" : "in"), time: wall)
                #expect(owners.stands == owners.ordered, "seed \(seed), event \(offset)")
            }
        }
    }
}

/// Workers that own a study one after the other, which often don't know what was ordered, over a
/// compacted topic.
private struct SimulatedOwners {
    let study: Pseudonym
    var generator: SimulationGenerator
    /// What is to stand.
    private(set) var ordered = Priority.routine
    /// By what the key adds to the study's pseudonym.
    private var topic: [Priority?: OrderToTell] = [:]
    private var orders = WorklistOrders(countMax: 10)

    init(study: Pseudonym, seed: UInt64) {
        self.study = study
        generator = SimulationGenerator(seed: seed)
        orders.markCurrent()
    }

    var isKnown: Bool { orders.standing(of: study).isKnown }

    /// What one who reads all records of the study concludes.
    var stands: Priority {
        var merged: [Priority: RecordPosition] = [:]
        if case .whole(let order)? = topic[nil] { merged = order.merged }
        return topic.values.compactMap {
            if case .unmerged(let order) = $0, merged[order.priority] == order.position {
                return nil
            }
            return $0.highest
        }.min() ?? .routine
    }

    /// An event is taken in and answered, perhaps after the owner has changed.
    mutating func take(_ event: StudyEvent, at place: RecordPosition, time: Timestamp) {
        if event.orderChange == nil, generator.chance(percent: 30) { change() }
        orders.take(event, of: study, at: place, time: time)
        ordered = (event.orderChange == nil ? min : max)(ordered, event.priority)
        let told =
            event.orderChange == nil
            ? orders.uncommitted(study) : orders.told(of: study, at: place)
        guard let told else { return }
        if case .unmerged(let order) = told {
            topic[order.priority] = told
        } else {
            topic[nil] = told
        }
        orders.commit(told, of: study)
    }

    /// Another owner, or the same after another one: which reads the topic, or cannot.
    private mutating func change() {
        if generator.chance(percent: 70) { orders = WorklistOrders(countMax: 10) }
        orders.beginReading()
        guard generator.chance(percent: 60) else { return orders.markUnknown() }
        // The keys stand in several partitions, which are read in any order.
        let keys: [Priority?] = [nil] + Priority.allCases
        let records = keys.compactMap { topic[$0] }
        for record in generator.chance(percent: 50) ? records : records.reversed() {
            orders.learn(record, of: study)
        }
        orders.markCurrent()
    }
}
