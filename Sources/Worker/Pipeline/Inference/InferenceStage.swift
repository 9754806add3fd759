internal import FoundationModel
internal import KafkaTransport
internal import Processes
internal import Telemetry
internal import VigilCore
internal import WorkerCore

/// The inference thread: closes batches, runs them, hands the outcomes on.
package struct InferenceStage: Sendable {
    private let work: LockedCore
    private let model: StudyInference
    private let energy: EnergyAccounts
    private let clock: any VigilClock
    private let telemetry: Telemetry
    private let batchPrefix: String
    /// Asks a site's own generator of drafts; nil: there is none.
    private let generator: GeneratorStage?
    /// How far the model's threads stand behind all others, which are short and on which urgent
    /// studies, heartbeats and transactions wait. A processor that is free is theirs nevertheless.
    package static let niceness: Int32 = 5

    init(
        work: LockedCore, model: StudyInference, energy: EnergyAccounts,
        generator: GeneratorStage?, clock: any VigilClock, telemetry: Telemetry
    ) {
        self.generator = generator
        self.work = work
        self.model = model
        self.energy = energy
        self.clock = clock
        self.telemetry = telemetry
        batchPrefix = "\(ProcessIdentity.number)-\(clock.wall().microseconds)"
    }

    /// Runs until the work ends.
    package func run() {
        let results = CascadeResults()
        var number = 0
        while work.ended == nil {
            let now = clock.monotonic()
            switch close(now: now, number: number) {
            case .run(let batch, let reason):
                number += 1
                announce(batch, reason, now: now)
                run(batch, ahead: [], results)
                forget(results)
            case .wait(let until): waitForWork(until - now)
            case .idle: waitForWork(nil)
            }
        }
    }

    /// Forgets what is known of studies that nobody waits for.
    private func forget(_ results: CascadeResults) {
        let known = results.tickets
        guard !known.isEmpty else { return }
        results.forget(work.decide { core in known.filter { !core.isOpen($0) } })
    }

    private enum Decision: Sendable {
        case run(StudyBatch, BatchReason)
        case wait(until: MonotonicTime)
        case idle
    }

    private func close(now: MonotonicTime, number: Int) -> Decision {
        let id = "\(batchPrefix)-\(number)"
        return work.decide { core in
            switch core.takeBatch(now: now) {
            case .idle: .idle
            case .wait(let until): .wait(until: until)
            case .run(let members, let reason):
                .run(StudyBatch(id: id, members: members), reason)
            }
        }
    }

    /// Runs a batch; what turns up meanwhile that goes before all of it goes first, between two
    /// layers, and so on.
    ///
    /// - Parameter below: the batches under way between whose layers this one runs.
    @discardableResult
    private func run(
        _ batch: StudyBatch, ahead below: [[StudyTicket]], _ results: CascadeResults
    ) -> BatchResult? {
        work.wakeDecoders()
        defer { work.transport.signal() }
        guard !batch.members.isEmpty else { return nil }
        let underWay = below + [batch.tickets]
        var preemptions = 0
        do throws(ModelError) {
            let result = try model.run(batch, into: results) {
                let now = clock.monotonic()
                let id = "\(batch.id)-\(preemptions)"
                let urgent = work.decide { core in
                    core.takeUrgentBatch(ahead: underWay, now: now)
                        .map { StudyBatch(id: id, members: $0) }
                }
                guard let urgent else { return nil }
                preemptions += 1
                announce(urgent, .urgent, now: now)
                return run(urgent, ahead: underWay, results)
            }
            conclude(result, of: batch)
            return result
        } catch {
            fail(batch, error)
            return nil
        }
    }

    private func conclude(_ result: BatchResult, of batch: StudyBatch) {
        let now = clock.monotonic()
        let (again, studied, count) = (result.again, result.studied, result.outcomes.count)
        energy.add(result.spent)
        let studies = Dictionary(batch.members.map { ($0.ticket, $0.study) }) { $1 }
        let finished = result.outcomes.filter { ticket, outcome in
            guard let generator, let study = studies[ticket] else { return true }
            return !generator.take(outcome, of: study)
        }
        work.decide { core in
            if result.images > 0 { core.noteInference(studied, studies: count) }
            for (ticket, outcome) in finished { core.finish(ticket, outcome: outcome, now: now) }
            for ticket in again { core.readAgain(ticket) }
        }
        if !again.isEmpty { work.wakeDecoders() }
        if result.duration > .zero {
            telemetry.emit(
                BatchInferred(
                    size: result.images, duration: result.duration, processor: result.processor))
        }
        if let reused = result.reused { telemetry.emit(reused) }
    }

    /// Does what is decided of a batch on which the model failed.
    private func fail(_ batch: StudyBatch, _ error: ModelError) {
        let (now, wall) = (clock.monotonic(), clock.wall())
        let (disposition, tickets) = (error.disposition, batch.tickets)
        let action = work.decide { core in
            let action = core.failBatch(disposition)
            for ticket in action == .giveUp ? tickets : [] {
                let outcome = StudyOutcome.deadLetter(StageFailure(.infer, error), at: wall)
                core.finish(ticket, outcome: outcome, now: now)
            }
            return action
        }
        if action == .end { work.stop(.failed(error)) }
    }

    private func announce(_ batch: StudyBatch, _ reason: BatchReason, now: MonotonicTime) {
        telemetry.emit(
            BatchFormed(
                size: batch.images, reason: BatchFormed.Reason(reason),
                waits: batch.members.filter { $0.prepared.first == 0 }.map {
                    BatchFormed.Wait(priority: $0.event.priority, duration: now - $0.study.taken)
                }))
    }

    private func waitForWork(_ duration: Duration?) {
        // An error of poll(2) ends the wait, and the loop looks again.
        _ = try? WakeUp.wait(
            on: [work.inference.fileDescriptor], timeout: duration.map { max(.zero, $0) })
        work.inference.drain()
    }
}

extension BatchFormed.Reason {
    /// As the log and the metrics have it.
    fileprivate init(_ reason: BatchReason) {
        switch reason {
        case .full: self = .full
        case .deadline: self = .deadline
        case .idle: self = .idle
        case .urgent: self = .urgent
        }
    }
}
