import Pipeline
import SimulationKit
import VigilCore
import Wire
import WorkerCore

/// Runs workers over studies that come in parts, under crashes, rebalances that a worker hears of
/// late, and transactions that are refused or of which nobody knows what became.
struct StudySimulation {
    /// What outlives a worker.
    struct World {
        var broker: SimulatedBroker
        let log: StudyLog
        /// The topic of findings.
        var findings: [(study: Pseudonym, outcome: StudyWorkerOutcome)] = []
        var clock = MonotonicTime(nanoseconds: 0)

        mutating func commit(_ plan: StudyWorker.Core.TransactionPlan) {
            broker.commit(
                positions: plan.outcomes.flatMap { $0.study.records.map(\.position) },
                offsets: plan.offsets)
            for (study, outcome) in plan.outcomes {
                if outcome.history != nil, let assembly = study.assembly {
                    findings.append((assembly.study, outcome))
                }
            }
        }
    }

    private var generator: SimulationGenerator
    private(set) var world: World
    private var workers: [StudyWorker]
    private var unheard: [(worker: Int, partition: TopicPartition)] = []
    private var problems: [String] = []

    /// - Parameter topics: the events of each study stand in partitions of one number of these,
    ///   which go to one worker.
    init(seed: UInt64, topics: [String] = ["in"]) throws {
        generator = SimulationGenerator(seed: seed)
        let broker = SimulatedBroker(
            partitions: 1 + generator.below(3), records: 10 + generator.below(40), topics: topics,
            generator: &generator)
        world = World(broker: broker, log: try StudyLog(broker, generator: &generator))
        workers = (0..<(1 + generator.below(3))).map { StudyWorker(number: $0) }
        for number in Set(world.broker.partitions.map(\.partition)).sorted() {
            let worker = generator.below(workers.count)
            for partition in alike(number) { give(partition, to: worker) }
        }
    }

    /// The partitions of one number, which go to one worker.
    private func alike(_ number: Int32) -> [TopicPartition] {
        world.broker.partitions.filter { $0.partition == number }
    }

    private mutating func give(_ partition: TopicPartition, to worker: Int) {
        world.broker.owners[partition] = worker
        workers[worker].assign(partition, in: &world, generator: &generator)
    }

    /// Steps at random, with faults, until every record has its outcome or the bound is reached.
    mutating func run(stepsMax: Int) throws {
        for step in 0..<stepsMax {
            world.clock = world.clock + .milliseconds(generator.below(200) == 0 ? 300 : 1)
            let number = generator.below(workers.count)
            try workers[number].step(&world, generator: &generator)
            disturb(number)
            if step.isMultiple(of: 64), world.broker.published.count == world.log.records.count {
                break
            }
        }
        for worker in workers { problems += worker.problems }
    }

    private mutating func disturb(_ number: Int) {
        switch generator.below(400) {
        case 0..<3: rebalance()
        case 3..<5: crash(number)
        case 5..<30: hearLate()
        default: break
        }
        if workers[number].hasGivenUp { crash(number) }
    }

    private mutating func rebalance() {
        guard let some = world.broker.partitions.randomElement(using: &generator),
            let owner = world.broker.owners[some]
        else { return }
        let partitions = alike(some.partition)
        // One may go and come back while its like stays.
        if generator.chance(percent: 30) {
            workers[owner].revoke(some, in: &world, generator: &generator)
            return give(some, to: owner)
        }
        let isHeard = generator.chance(percent: 50)
        for partition in partitions {
            if isHeard {
                workers[owner].revoke(partition, in: &world, generator: &generator)
            } else {
                unheard.append((owner, partition))
            }
        }
        let next = generator.below(workers.count)
        for partition in partitions {
            tellLost(next, partition)
            give(partition, to: next)
        }
    }

    private mutating func tellLost(_ worker: Int, _ partition: TopicPartition) {
        guard unheard.contains(where: { $0 == (worker, partition) }) else { return }
        unheard.removeAll { $0 == (worker, partition) }
        workers[worker].revoke(partition, in: &world, generator: &generator)
    }

    private mutating func hearLate() {
        guard let late = unheard.first else { return }
        tellLost(late.worker, late.partition)
    }

    private mutating func crash(_ number: Int) {
        problems += workers[number].problems
        workers[number] = StudyWorker(number: number)
        unheard.removeAll { $0.worker == number }
        for (partition, owner) in world.broker.owners where owner == number {
            workers[number].assign(partition, in: &world, generator: &generator)
        }
    }

    /// Which promises this run broke, one line each.
    var brokenPromises: [String] {
        let published = world.broker.published
        var broken = Set(problems).sorted()
        let lost = Set(world.log.records.keys).subtracting(published.keys).count
        if lost > 0 { broken.append("\(lost) events without an outcome") }
        let repeated = published.values.count { $0 > 1 }
        if repeated > 0 { broken.append("\(repeated) events with two outcomes") }
        var last: [Pseudonym: (history: StudyHistory, instances: Set<String>)] = [:]
        for (study, outcome) in world.findings {
            guard let history = outcome.history else { continue }
            let before = last[study]?.history
            if history.number != (before?.number ?? 0) + 1 {
                broken.append("revision \(history.number) after \(before?.number ?? 0)")
            }
            if case .finding(let revision, _) = outcome, revision.previous != before?.digest {
                broken.append("revision \(history.number) names another one before it")
            }
            if case .finding(_, let instances) = outcome {
                last[study] = (history, instances)
            } else {
                last[study] = (history, [])
            }
        }
        for (study, wanted) in world.log.wanted where last[study]?.instances ?? [] != wanted {
            broken.append("\(last[study]?.instances.count ?? 0) instances for \(wanted.count)")
        }
        return broken
    }

    /// How many findings answer events of several topics.
    var joined: Int {
        world.findings.count { _, outcome in
            guard case .finding(let revision, _) = outcome else { return false }
            return Set(revision.answers.map(\.position.topic)).count > 1
        }
    }

    /// How many revisions and retractions were made, to see that there were any.
    var revisions: Int { world.findings.count { ($0.outcome.history?.number ?? 0) > 1 } }
}
