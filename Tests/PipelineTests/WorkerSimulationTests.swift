import KafkaTransport
import Pipeline
import Testing
import VigilCore

/// Runs workers against a simulated broker under crashes, rebalances and aborted transactions.
struct WorkerSimulation {
    var generator: SplitMix64
    var broker: SimulatedBroker
    var workers: [SimulatedWorker]
    var owners: [TopicPartition: Int] = [:]
    var clock = MonotonicTime(nanoseconds: 0)

    init(seed: UInt64) {
        generator = SplitMix64(seed: seed)
        broker = SimulatedBroker(
            partitions: 1 + generator.below(4), records: 10 + generator.below(50),
            generator: &generator)
        workers = (0..<(1 + generator.below(3))).map { _ in SimulatedWorker() }
        for partition in broker.partitions {
            give(partition, to: generator.below(workers.count))
        }
    }

    private mutating func give(_ partition: TopicPartition, to worker: Int) {
        owners[partition] = worker
        workers[worker].assign([partition], from: broker)
    }

    /// Steps at random, with faults, until all is published or the bound is reached.
    mutating func run(stepsMax: Int) {
        for step in 0..<stepsMax {
            clock = clock + .milliseconds(1)
            let worker = generator.below(workers.count)
            workers[worker].step(broker: &broker, now: clock, generator: &generator)
            if generator.chance(percent: 1) { rebalance() }
            if generator.below(200) == 0 { crash(worker) }
            if step.isMultiple(of: 64), isComplete { return }
        }
    }

    private mutating func rebalance() {
        let partition = broker.partitions[generator.below(broker.partitions.count)]
        if let owner = owners[partition] { workers[owner].revoke([partition]) }
        give(partition, to: generator.below(workers.count))
    }

    /// Kills a worker: all it knew is gone, and its partitions go to a fresh one.
    private mutating func crash(_ worker: Int) {
        workers[worker] = SimulatedWorker()
        for (partition, owner) in owners where owner == worker {
            workers[worker].assign([partition], from: broker)
        }
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
}

@Suite("The worker under simulated faults")
struct WorkerSimulationTests {
    @Test("every record has exactly one outcome, whatever crashes, moves or aborts")
    func exactlyOnce() {
        for seed in UInt64(1)...300 {
            var simulation = WorkerSimulation(seed: seed)
            simulation.run(stepsMax: 60_000)
            let expected = Set(simulation.expected)
            #expect(Set(simulation.broker.published.keys) == expected, "seed \(seed)")
            #expect(simulation.broker.published.values.allSatisfy { $0 == 1 }, "seed \(seed)")
        }
    }

    @Test("the same seed gives the same run")
    func deterministic() {
        var first = WorkerSimulation(seed: 7)
        var second = WorkerSimulation(seed: 7)
        first.run(stepsMax: 2000)
        second.run(stepsMax: 2000)
        #expect(first.broker.published == second.broker.published)
        #expect(first.clock == second.clock)
    }
}
