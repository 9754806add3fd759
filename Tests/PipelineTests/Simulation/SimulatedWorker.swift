import KafkaTransport
import Pipeline
import Signing
import SimulationKit
import VigilCore
import Wire
import WorkerCore

/// A worker whose transport and decisions are the real ones, over a ``FakeCluster``. What stands in
/// for its decoders and its model finishes in a random order.
final class SimulatedWorker {
    /// What a decoder is at, or the model.
    private struct Reading {
        let ticket: StudyTicket
        let event: StudyEvent
        let assembly: StudyAssembly?
        let plan: Result<StudyAssembly.Plan?, StageFailure>
    }

    let number: Int
    private let bench: TransportBench
    private let loop: TransportLoop
    private let assembler: StudyAssembler
    private(set) var problems: [String] = []
    /// Whether studies' files can be had.
    var source = PixelSource.up
    private var decoding: [Reading] = []
    private var read: [StudyTicket: Reading] = [:]
    private var batches: [[StudyTicket]] = []

    /// Where studies are read from.
    enum PixelSource { case up, slow, down }

    static let limits: WorkerLimits = {
        var limits = WorkerLimits.simulated
        limits.retries.attemptsMax = 1000
        limits.intake.recordsMax = 16
        limits.intake.urgentTopics = [TransportBench.urgent]
        return limits
    }()

    /// - Parameter auditKey: signs its audit log.
    init(
        _ cluster: FakeCluster, number: Int, clock: TurnedClock, auditKey: SigningKey
    ) throws {
        self.number = number
        bench = try TransportBench(
            cluster, worker: number, clock: clock, limits: Self.limits, recordsPerPoll: 1,
            auditKey: auditKey)
        loop = try bench.loop()
        assembler = StudyAssembler(events: StudyEventDecoder(), instancesMax: 512) {
            $0.map { place in
                cluster.log(place.topicPartition).first { $0.position == place }
            }
        }
        if !loop.begin() { problems.append("the worker did not begin") }
    }

    /// Whether it has ended, and a new one is to take its place.
    var hasEnded: Bool { bench.work.ended != nil }

    /// Lets it hear what the group says, with its next round.
    func hear(_ event: ConsumerEvent) { bench.clients.consumer?.hear(event) }

    /// One thing that one of its threads does.
    func step(_ generator: inout SimulationGenerator) {
        guard !hasEnded else { return }
        switch generator.below(9) {
        case 0, 1: round()
        case 2: bench.threads.run()
        case 3: startDecode()
        case 4: endDecode(&generator)
        case 5, 6: takeBatch()
        case 7: endBatch(&generator)
        default: if generator.chance(percent: 10) { bench.logs.look() }
        }
    }

    /// A round of its transport thread.
    func round() {
        guard !hasEnded else { return }
        loop.round()
        let partitions = bench.cluster.owners.count
        let inFlight = bench.work.decide { $0.inFlight }
        // Each lane has its room, and one record may come from each partition before it is paused;
        // of one that is read in steps, as many as are kept.
        if inFlight > 2 * Self.limits.intake.recordsMax + 65 * partitions {
            problems.append("\(inFlight) records in flight")
        }
    }

    /// Dies, before or after what its producer is at reaches the broker.
    func die(_ generator: inout SimulationGenerator) {
        bench.cluster.note("worker \(number) dies, ended \(hasEnded)")
        if generator.chance(percent: 50) { bench.threads.run() }
        bench.clients.consumer?.close(within: .zero)
    }

    /// Asks for the end in order.
    func stop() { bench.stop.request() }

    /// Whether what was in flight is done after a stop.
    var isDrained: Bool { loop.isDrained }

    /// Ends in order.
    func leave() { loop.endRounds() }

    /// Goes back in a partition, as librdkafka did after some resumptions.
    func fetchAgain(_ partition: TopicPartition) {
        bench.clients.consumer?.fetchAgain(partition, by: 5)
    }

    // MARK: Decoders

    private func note(_ what: String, _ reading: Reading) {
        bench.cluster.note(
            "worker \(number) \(what) \(reading.ticket.number), answers "
                + "\(reading.assembly?.members.map(\.record.position.told) ?? []), "
                + "history \(reading.assembly?.history?.nextNumber ?? 0)")
    }

    private func startDecode() {
        let now = bench.clock.monotonic()
        guard let job = bench.work.decide({ $0.takeDecodeJob(now: now) }) else { return }
        let plan: Result<StudyAssembly.Plan?, StageFailure>
        switch job.start(at: bench.clock.wall()) {
        case .read: plan = .success(nil)
        case .expired: plan = .failure(StageFailure(.parse, WireError.expired))
        case .assemble(let assembly):
            do throws(StageFailure) {
                plan = .success(try assembler.plan(assembly))
            } catch {
                plan = .failure(error)
            }
        }
        let reading = Reading(
            ticket: job.ticket, event: job.event, assembly: job.assembly, plan: plan)
        note("starts", reading)
        decoding.append(reading)
    }

    private func endDecode(_ generator: inout SimulationGenerator) {
        guard !decoding.isEmpty, source != .slow else { return }
        let reading = decoding.remove(at: generator.below(decoding.count))
        if source == .down || generator.chance(percent: 15) {
            return fail(reading, StageFailure(.fetch, PipelineError.interrupted))
        }
        let (ticket, now) = (reading.ticket, bench.clock.monotonic())
        switch reading.plan {
        case .failure(let failure): fail(reading, failure)
        case .success(.retract(let retraction)?):
            note("retracts", reading)
            bench.work.decide { $0.finish(ticket, outcome: .record(retraction), now: now) }
        case .success:
            read[ticket] = reading
            let slice = PreparedSlice(images: [], first: 0, whole: nil)
            bench.work.decide { $0.prepared(ticket, slice, images: 1, now: now) }
        }
    }

    /// As a decoding thread does it.
    private func fail(_ reading: Reading, _ failure: StageFailure) {
        let (now, wall) = (bench.clock.monotonic(), bench.clock.wall())
        let (ticket, disposition) = (reading.ticket, failure.error.disposition)
        note("fails \(failure.error.code.text)", reading)
        if let error = failure.error as? WireError, ![.duplicate, .nothingToRecall].contains(error)
        {
            problems.append(failure.error.code.text)
        }
        bench.work.decide { core in
            switch core.fail(ticket, disposition, mayPass: failure.mayPass, now: now, wall: wall) {
            case .postpone:
                core.finish(ticket, outcome: .postponed(failure, at: wall), now: now)
            case .giveUp: core.finish(ticket, outcome: .deadLetter(failure, at: wall), now: now)
            case .again, .end, .ignore: break
            }
        }
    }

    // MARK: The model

    private func takeBatch() {
        let now = bench.clock.monotonic()
        let tickets = bench.work.decide { core -> [StudyTicket] in
            guard case .run(let members, _) = core.takeBatch(now: now) else { return [] }
            return members.map(\.ticket)
        }
        if !tickets.isEmpty { batches.append(tickets) }
    }

    private func endBatch(_ generator: inout SimulationGenerator) {
        guard !batches.isEmpty else { return }
        let now = bench.clock.monotonic()
        for ticket in batches.remove(at: generator.below(batches.count)) {
            guard let reading = read.removeValue(forKey: ticket),
                let came = bench.work.decide({ $0.study(ticket)?.record })
            else { continue }
            note("finishes", reading)
            let record = finding(reading, at: bench.returns.original(of: came).position)
            bench.work.decide { $0.finish(ticket, outcome: .record(record), now: now) }
        }
    }

    /// What is said of a study: that there was nothing to assess, with how it came together.
    private func finding(_ reading: Reading, at place: RecordPosition) -> Finding {
        var revision: Finding.Revision?
        if case .success(.read(_, _, let made)?) = reading.plan { revision = made }
        var run = Finding.Run()
        run.position = place
        return Finding.notAssessed(
            [Finding.Reason(.nothingToAssess)], study: reading.event.study,
            pseudonym: Pseudonym(
                of: reading.event.study, key: bench.context.options.parts.pseudonyms.bytes),
            cause: EventIdentity(of: reading.event),
            order: Finding.Order(event: reading.event.priority),
            findingID: reading.assembly?.history?.finding, revision: revision, run: run)
    }
}
