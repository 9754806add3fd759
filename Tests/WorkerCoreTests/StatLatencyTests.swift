import SimulationKit
import Testing
import VigilCore
import WorkerCore

/// One step is one layer of the model and one instance of a decoder.
struct StatLatencySimulation {
    typealias Core = WorkerCore<Bool, Bool>
    private struct Batch {
        let members: [Core.BatchMember]
        var layers: Int
    }

    static let layers = 12
    private var generator: SimulationGenerator
    private var core: Core
    private var offset: Int64 = 0
    private var sizes: [StudyTicket: Int] = [:]
    /// By decoder, the last one kept for stat.
    private var decoding: [StudyTicket?] = [nil, nil, nil]
    private var underWay: [Batch] = []
    private var waiting: (ticket: StudyTicket, since: Int)?
    private(set) var waits: [Int] = []
    private(set) var answeredLarge = 0

    init(seed: UInt64) {
        generator = SimulationGenerator(seed: seed)
        var limits = SimulatedWorker.limits
        limits.intake.recordsMax = 5000
        limits.batches.imagesMax = 8
        limits.reading.imagesMax = 32
        limits.reading.imagesTotalMax = 160
        core = Core(limits: limits)
        core.assign([TopicPartition(topic: "in", partition: 0): OffsetLedger()])
        core.ordersAreCurrent()
    }

    /// Studies of 1 to 400 images of all ranks, and now and then a stat study of one.
    mutating func run(steps: Int) throws {
        for step in 0..<steps {
            let now = MonotonicTime(nanoseconds: Int64(step) * 10_000_000)
            if step.isMultiple(of: 3000) || (generator.below(400) == 0 && sizes.count < 12) {
                let priority = Priority.allCases[generator.below(4)]
                try take(priority, images: 2 + generator.below(399), now: now)
            }
            if waiting == nil, generator.below(50) == 0 {
                waiting = try take(.stat, images: 1, now: now).map { ($0, step) }
            }
            for index in decoding.indices { decode(index, now: now) }
            runLayer(now: now, step: step)
            if core.openTransaction() != nil { core.transactionCommitted() }
        }
    }

    @discardableResult
    private mutating func take(
        _ priority: Priority, images: Int, now: MonotonicTime
    ) throws -> StudyTicket? {
        let record = InboundRecord(
            position: RecordPosition(topic: "in", partition: 0, offset: offset), key: nil,
            value: [], headers: [], timestamp: nil)
        offset += 1
        guard let study = DicomUID("1.2.3"),
            let ticket = core.admit(record, now: now, wall: Timestamp(microseconds: 0))
        else { return nil }
        let instance = InstanceReference(uri: "file:///a.dcm")
        core.schedule(
            ticket,
            event: StudyEvent(
                id: "1", source: "test", time: nil, traceparent: nil, study: study,
                priority: priority, instances: Array(repeating: instance, count: images)),
            deadline: now + .seconds(60 * (1 + priority.rank)))
        sizes[ticket] = images
        return ticket
    }

    private mutating func decode(_ index: Int, now: MonotonicTime) {
        if let ticket = decoding[index] {
            let left = (sizes[ticket] ?? 1) - 1
            sizes[ticket] = left
            core.prepared(ticket, left == 0, images: 1, isLast: left == 0, now: now)
            if left > 0 { core.putBack(ticket, spent: .milliseconds(10)) }
        }
        decoding[index] = core.takeDecodeJob(now: now, onlyStat: index == 2)?.ticket
    }

    private mutating func runLayer(now: MonotonicTime, step: Int) {
        let running = underWay.map { $0.members.map(\.ticket) }
        if running.isEmpty {
            if case .run(let members, _) = core.takeBatch(now: now) {
                underWay.append(Batch(members: members, layers: Self.layers))
            }
        } else if let members = core.takeUrgentBatch(ahead: running, now: now) {
            underWay.append(Batch(members: members, layers: Self.layers))
        }
        guard var top = underWay.popLast() else { return }
        top.layers -= 1
        guard top.layers == 0 else {
            underWay.append(top)
            return
        }
        for member in top.members where member.prepared {
            core.finish(member.ticket, outcome: true, now: now)
            sizes[member.ticket] = nil
            if let (ticket, since) = waiting, ticket == member.ticket {
                waits.append(step - since)
                waiting = nil
            } else {
                answeredLarge += 1
            }
        }
    }
}

@Suite("A stat study of one image among large ones")
struct StatLatencyTests {
    /// An instance that the kept decoder is at, its own, the layer that runs, and its own layers.
    /// Small studies of more than one image may hold it up for a batch.
    @Test("it waits for an instance, a layer and no more than a batch of its like")
    func bounded() throws {
        for seed in UInt64(1)...30 {
            var simulation = StatLatencySimulation(seed: seed)
            try simulation.run(steps: 20_000)
            let most = 3 + 2 * StatLatencySimulation.layers
            #expect(simulation.waits.count > 100, "seed \(seed)")
            #expect((simulation.waits.max() ?? .max) <= most, "seed \(seed)")
            let sorted = simulation.waits.sorted()
            #expect(sorted[sorted.count * 9 / 10] <= 3 + StatLatencySimulation.layers)
            #expect(simulation.answeredLarge > 3, "the large ones end as well")
        }
    }
}
