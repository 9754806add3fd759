import SimulationKit
import VigilCore
import WorkerCore

/// Runs workers against a simulated broker under crashes, rebalances that a worker hears of late or
/// never, transactions that are refused or of which nobody knows what became, records that come
/// twice, files that cannot be had for a while, and a time of day that jumps.
struct WorkerSimulation {
    var generator: SimulationGenerator
    var broker: SimulatedBroker
    var workers: [SimulatedWorker]
    var clock = MonotonicTime(nanoseconds: 0)
    /// Partitions that a worker has lost without knowing it.
    private var unheard: [(worker: Int, partition: TopicPartition)] = []
    /// Until when studies' files cannot be had as they should.
    private var outageEnds = MonotonicTime(nanoseconds: 0)
    /// The bounds that a worker did not keep.
    private(set) var problems: [String] = []

    init(seed: UInt64) {
        generator = SimulationGenerator(seed: seed)
        broker = SimulatedBroker(
            partitions: 1 + generator.below(4), records: 10 + generator.below(50),
            generator: &generator)
        workers = (0..<(1 + generator.below(3))).map { SimulatedWorker(number: $0) }
        for partition in broker.partitions {
            give(partition, to: generator.below(workers.count))
        }
    }

    private mutating func give(_ partition: TopicPartition, to worker: Int) {
        broker.owners[partition] = worker
        assign([partition], to: worker)
    }

    private mutating func assign(_ partitions: [TopicPartition], to worker: Int) {
        workers[worker].assign(partitions, from: &broker, now: clock, generator: &generator)
    }

    private mutating func revoke(_ partition: TopicPartition, from worker: Int) {
        workers[worker].revoke(partition, from: &broker, now: clock, generator: &generator)
    }

    /// Steps at random, with faults, until all is published or the bound is reached.
    mutating func run(stepsMax: Int) {
        for step in 0..<stepsMax {
            clock = clock + .milliseconds(1)
            if clock == outageEnds { turn(.up) }
            let number = generator.below(workers.count)
            workers[number].step(broker: &broker, now: clock, generator: &generator)
            workers[number].checkBounds(partitions: broker.partitions.count)
            disturb(number)
            if step.isMultiple(of: 64), isComplete { break }
        }
        for worker in workers { problems += worker.problems }
    }

    private mutating func disturb(_ number: Int) {
        switch generator.below(400) {
        case 0..<4: rebalance()
        case 4..<6: crash(number)
        case 6: fetchAgain(number)
        case 7: stopInOrder(number)
        case 8: assignAgain()
        case 9..<30: hearLate()
        case 30: workers[number].jump(&generator)
        case 31: beginOutage()
        default: break
        }
        if workers[number].hasGivenUp { crash(number) }
    }

    private mutating func beginOutage() {
        outageEnds = clock + .milliseconds(1 + generator.below(400))
        turn(generator.chance(percent: 50) ? .slow : .down)
    }

    private mutating func turn(_ source: PixelSource) {
        for number in workers.indices { workers[number].source = source }
    }

    private var anyPartition: TopicPartition? {
        mutating get { broker.partitions.randomElement(using: &generator) }
    }

    private mutating func fetchAgain(_ number: Int) {
        guard let partition = anyPartition else { return }
        workers[number].fetchAgain(partition, by: 5)
    }

    /// Moves a partition; its old owner may hear of it only later.
    private mutating func rebalance() {
        guard let partition = anyPartition, let owner = broker.owners[partition] else { return }
        if generator.chance(percent: 50) {
            revoke(partition, from: owner)
        } else {
            unheard.append((owner, partition))
        }
        let next = generator.below(workers.count)
        // A member hears that it lost a partition before it is given the same one again.
        tellLost(next, partition)
        give(partition, to: next)
    }

    private mutating func tellLost(_ worker: Int, _ partition: TopicPartition) {
        guard unheard.contains(where: { $0 == (worker, partition) }) else { return }
        unheard.removeAll { $0 == (worker, partition) }
        revoke(partition, from: worker)
    }

    private mutating func hearLate() {
        guard let late = unheard.first else { return }
        tellLost(late.worker, late.partition)
    }

    /// Gives a worker a partition that it has, without taking it first.
    private mutating func assignAgain() {
        guard let partition = anyPartition, let owner = broker.owners[partition] else { return }
        tellLost(owner, partition)
        assign([partition], to: owner)
    }

    /// Kills a worker: all it knew is gone, and its partitions go to a fresh one.
    private mutating func crash(_ number: Int) {
        problems += workers[number].problems
        let source = workers[number].source
        workers[number] = SimulatedWorker(number: number)
        workers[number].source = source
        unheard.removeAll { $0.worker == number }
        for (partition, owner) in broker.owners where owner == number {
            assign([partition], to: number)
        }
    }

    /// Lets a worker finish what it has begun, and replaces it.
    private mutating func stopInOrder(_ number: Int) {
        workers[number].drain()
        for _ in 0..<200 {
            clock = clock + .milliseconds(1)
            if clock == outageEnds { turn(.up) }
            workers[number].step(broker: &broker, now: clock, generator: &generator)
        }
        crash(number)
    }

    var expected: [RecordPosition] {
        broker.offsets.flatMap { partition, offsets in
            offsets.map {
                RecordPosition(
                    topic: partition.topic, partition: partition.partition, offset: $0)
            }
        }
    }

    var isComplete: Bool { broker.published.count == expected.count }

    /// Which promises this run broke, one line each.
    var brokenPromises: [String] {
        let wanted = Set(expected)
        let seen = Set(broker.published.keys)
        var broken = Set(problems).sorted()
        if seen != wanted { broken.append("\(wanted.subtracting(seen).count) records lost") }
        let repeated = broker.published.values.filter { $0 > 1 }.count
        if repeated > 0 { broken.append("\(repeated) records repeated") }
        return broken
    }
}
