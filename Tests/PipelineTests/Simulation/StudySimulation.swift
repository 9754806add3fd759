import KafkaTransport
import Signing
import SimulationKit
import VigilCore
import Wire
import WorkerCore

/// Runs workers under crashes, rebalances that a worker hears of late, calls of their clients that
/// fail in all ways, transactions of which nobody knows what became, files that cannot be had for a
/// while, and a time of day that jumps.
struct StudySimulation {
    private var generator: SimulationGenerator
    private let cluster: FakeCluster
    private let clock = TurnedClock()
    private let auditKey: SigningKey
    private var log: StudyLog
    private var recalls = SimulatedRecalls()
    private let hasRecalls: Bool
    private let places: [TopicPartition]
    private var workers: [SimulatedWorker] = []
    private var unheard: [(worker: Int, partition: TopicPartition)] = []
    private var outageEnds: MonotonicTime?
    private var problems: [String] = []

    /// - Parameters:
    ///   - topics: the events of each study stand in partitions of one number of these, which go to
    ///     one worker.
    ///   - content: whether studies come in parts.
    ///   - hasRecalls: whether what workers say is recalled while they go on.
    ///   - trace: takes a line of all that happens.
    init(
        seed: UInt64, topics: [String] = [TransportBench.input],
        content: StudyLog.Content = .parts, hasRecalls: Bool = false,
        trace: FakeCluster.Trace? = nil
    ) throws {
        self.hasRecalls = hasRecalls
        generator = SimulationGenerator(seed: seed)
        auditKey = try SigningKey.make()
        let partitions = 1 + generator.below(3)
        let records = 10 + generator.below(40)
        let offsets = generator.offsets(
            partitions: partitions, records: records, topics: topics)
        // Studies that fail in a passing way come back by a topic of their own.
        let retries = (0..<partitions).map {
            TopicPartition(topic: TransportBench.retry, partition: Int32($0))
        }
        places = offsets.keys.sorted() + retries
        log = try StudyLog(offsets, content, generator: &generator)
        cluster = TransportBench.cluster(partitions: Int32(partitions))
        if let trace { cluster.trace(trace) }
        for record in log.records { cluster.append(record) }
        let faults = SimulatedFaults(seed: generator.next())
        cluster.disturb { call, _ in faults.fault(call) }
        for number in 0..<(1 + generator.below(3)) {
            workers.append(
                try SimulatedWorker(cluster, number: number, clock: clock, auditKey: auditKey))
        }
        for number in Set(places.map(\.partition)).sorted() {
            let worker = generator.below(workers.count)
            for place in alike(number) { give(place, to: worker) }
        }
    }

    /// The partitions of one number, which go to one worker.
    private func alike(_ number: Int32) -> [TopicPartition] {
        places.filter { $0.partition == number }
    }

    private func give(_ place: TopicPartition, to worker: Int) {
        cluster.give(place, to: worker)
        workers[worker].hear(.assigned([place]))
    }

    /// Steps at random, with faults, until every record has its outcome or the bound is reached.
    mutating func run(stepsMax: Int) throws {
        for step in 0..<stepsMax {
            clock.pass(.milliseconds(generator.below(200) == 0 ? 300 : 1))
            cluster.note("-- \(step)")
            if let ends = outageEnds, ends <= clock.monotonic() { turn(.up) }
            let number = generator.below(workers.count)
            workers[number].step(&generator)
            try disturb(number)
            if step.isMultiple(of: 64), isComplete { break }
        }
        for worker in workers { problems += worker.problems }
    }

    private mutating func disturb(_ number: Int) throws {
        switch generator.below(800) {
        case 0..<3: rebalance()
        case 3..<5: try restart(number)
        case 5..<30: hearLate()
        case 30: workers[number].fetchAgain(places[generator.below(places.count)])
        case 31: try stopInOrder(number)
        case 32:
            let day = 86_400_000_000
            clock.setWall(off: Int64(generator.below(2 * day) - day))
        case 33:
            outageEnds = clock.monotonic() + .milliseconds(1 + generator.below(400))
            turn(generator.chance(percent: 50) ? .slow : .down)
        case 34..<40 where hasRecalls:
            try recalls.send(cluster, &log, generator: &generator)
        default: break
        }
        if workers[number].hasEnded { try restart(number) }
    }

    private func turn(_ source: SimulatedWorker.PixelSource) {
        for worker in workers { worker.source = source }
    }

    private mutating func rebalance() {
        let some = places[generator.below(places.count)]
        guard let owner = cluster.owners[some] else { return }
        // One may go and come back while its like stays.
        if generator.chance(percent: 30) {
            revoke([some], from: owner)
            return give(some, to: owner)
        }
        let moving = alike(some.partition)
        if generator.chance(percent: 50) {
            revoke(moving, from: owner)
        } else {
            unheard += moving.map { (owner, $0) }
        }
        let next = generator.below(workers.count)
        for place in moving {
            tellLost(next, place)
            give(place, to: next)
        }
    }

    /// Takes partitions in order: the group waits until the worker has given them back.
    private func revoke(_ moving: [TopicPartition], from owner: Int) {
        for place in moving {
            workers[owner].hear(.revoked([place]))
            workers[owner].round()
        }
    }

    private mutating func tellLost(_ worker: Int, _ place: TopicPartition) {
        guard unheard.contains(where: { $0 == (worker, place) }) else { return }
        unheard.removeAll { $0 == (worker, place) }
        workers[worker].hear(.lost([place]))
    }

    private mutating func hearLate() {
        guard let late = unheard.first else { return }
        tellLost(late.worker, late.partition)
    }

    /// Kills a worker; its partitions go to a fresh one.
    private mutating func restart(_ number: Int) throws {
        problems += workers[number].problems
        let source = workers[number].source
        workers[number].die(&generator)
        workers[number] = try SimulatedWorker(
            cluster, number: number, clock: clock, auditKey: auditKey)
        workers[number].source = source
        unheard.removeAll { $0.worker == number }
        for place in places where cluster.owners[place] == number {
            workers[number].hear(.assigned([place]))
        }
    }

    /// Lets a worker finish what it has begun, and replaces it.
    private mutating func stopInOrder(_ number: Int) throws {
        let worker = workers[number]
        worker.stop()
        for _ in 0..<400 where !worker.isDrained && !worker.hasEnded {
            clock.pass(.milliseconds(1))
            worker.step(&generator)
        }
        if worker.isDrained { worker.leave() }
        try restart(number)
    }

    /// Whether the group has committed all that stands in the topics.
    private var isComplete: Bool {
        cluster.committed(places).allSatisfy { commit in
            commit.nextOffset ?? 0 >= cluster.bounds(of: commit.partition).upperBound
        }
    }

    // MARK: Promises

    /// How often each event has an outcome, as the topics tell it.
    private var published: [RecordPosition: Int] {
        var counts: [RecordPosition: Int] = [:]
        for record in findings {
            for place in answered(by: record) { counts[place, default: 0] += 1 }
        }
        let outputs = TransportBench.outputs
        for letter in letters(outputs.deadLetter) + letters(outputs.expired) {
            counts[letter.origin, default: 0] += 1
        }
        return counts
    }

    /// Where the events stand that a finding answers.
    private func answered(by record: Finding) -> [RecordPosition] {
        record.revision?.answers.map(\.position) ?? [record.run.position].compactMap(\.self)
    }

    private var findings: [Finding] {
        cluster.log(TransportBench.outputs.finding).compactMap { try? FindingDecoder.decode($0) }
    }

    private func letters(_ topic: String) -> [DeadLetter] {
        cluster.log(topic).compactMap { try? DeadLetterDecoder.decode($0) }
    }

    /// Studies of which an event was given up: workers died over it, or it failed when it was tried
    /// alone.
    private var givenUp: Set<Pseudonym> {
        Set(
            letters(TransportBench.outputs.deadLetter).compactMap { letter in
                log.events[letter.origin].map { log.name(of: $0) }
            })
    }

    /// Which promises this run broke, one line each.
    var brokenPromises: [String] {
        var broken = Set(problems).sorted()
        let published = published
        let lost = Set(log.events.keys).subtracting(published.keys).count
        if lost > 0 { broken.append("\(lost) events without an outcome") }
        let repeated = published.values.count { $0 > 1 }
        if repeated > 0 { broken.append("\(repeated) events with two outcomes") }
        let unread =
            cluster.log(TransportBench.outputs.finding).count - findings.count
        if unread > 0 { broken.append("\(unread) findings that cannot be read") }
        let audit = SimulatedAudit(cluster, key: auditKey.verifying)
        return broken + brokenRevisions + brokenOrders + audit.broken
            + recalls.broken(findings, givenUp: givenUp)
    }

    /// Revisions follow each other, and the last of a study says what is left of it.
    private var brokenRevisions: [String] {
        let givenUp = givenUp
        var broken: [String] = []
        var last: [Pseudonym: Finding] = [:]
        for record in findings {
            guard let revision = record.revision else { continue }
            // A recalled finding may be one of an event that was complete by itself.
            guard !record.isRecalled || last[record.pseudonym] != nil else {
                last[record.pseudonym] = record
                continue
            }
            let before = last[record.pseudonym]
            if revision.number != (before?.revision?.number ?? 0) + 1 {
                broken.append("revision \(revision.number) follows another one")
            }
            if !record.isRecalled, revision.previous != before?.deterministicDigest {
                broken.append("revision \(revision.number) names another one before it")
            }
            last[record.pseudonym] = record
        }
        let whole = Set(findings.filter { $0.revision == nil }.map(\.pseudonym))
        let left = log.wanted.filter { !givenUp.contains($0.key) && !whole.contains($0.key) }
        for (study, wanted) in left {
            var contents = StudyContents()
            for event in (last[study]?.revision?.parts ?? []).compactMap({ log.events[$0] }) {
                contents.add(event)
            }
            if Set(contents.instances.map(\.uri)) != wanted {
                broken.append("\(contents.instances.count) instances for \(wanted.count)")
            }
        }
        return broken
    }

    /// The topic of orders has the highest of each study, and no finding says less than its events.
    private var brokenOrders: [String] {
        var broken: [String] = []
        var stands: [[UInt8]?: Priority] = [:]
        var told: [Pseudonym: Priority] = [:]
        for record in cluster.log(TransportBench.outputs.worklist) {
            guard let (study, order) = OrderToTell.read(record) else { continue }
            if let before = stands[record.key], order.highest > before {
                broken.append("an order was lowered")
            }
            stands[record.key] = order.highest
            told[study] = min(order.highest, told[study] ?? .routine)
        }
        let given = givenUp
        for (study, highest) in log.ordered where highest != .routine && !given.contains(study) {
            if told[study] != highest { broken.append("an order was not told") }
        }
        for record in findings {
            let events = answered(by: record).compactMap { log.events[$0] }
            let highest = events.filter { $0.withdrawal == nil }.map(\.priority).min()
            if let highest, record.priority.ordered > highest {
                broken.append("a finding says less than was ordered")
            }
        }
        return Set(broken).sorted()
    }

    /// How many findings answer events of several topics.
    var joined: Int {
        findings.count { Set($0.revision?.answers.map(\.position.topic) ?? []).count > 1 }
    }

    /// How many leaves the audit logs have, and how many checkpoints.
    var audited: (leaves: Int, checkpoints: Int) {
        let audit = SimulatedAudit(cluster, key: auditKey.verifying)
        return (audit.leaves, audit.checkpoints)
    }

    /// How many revisions and retractions were made, to see that there were any.
    var revisions: Int { findings.count { ($0.revision?.number ?? 0) > 1 } }

    /// How many recalls took something back, to see that there were any.
    var recalled: Int { findings.count(where: \.isRecalled) }

    /// How many calls of a kind were made, to see that there were any.
    func count(of call: ClientCall) -> Int { cluster.count(of: call) }
}
