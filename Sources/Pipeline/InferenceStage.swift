internal import FoundationModel
internal import KafkaTransport
package import Telemetry
package import VigilCore

/// The inference thread: closes batches, runs them, hands the outcomes on.
package struct InferenceStage: Sendable {
    private let work: SharedWork
    private let model: StudyModel
    private let intervals: IntervalMeter
    private let clock: any VigilClock
    private let telemetry: Telemetry
    private let batchPrefix: String

    package init(
        work: SharedWork, model: StudyModel, intervals: IntervalMeter, clock: any VigilClock,
        telemetry: Telemetry
    ) {
        self.work = work
        self.model = model
        self.intervals = intervals
        self.clock = clock
        self.telemetry = telemetry
        batchPrefix = "\(ProcessIdentity.number)-\(clock.wall().microseconds)"
    }

    /// Runs until the work ends.
    package func run() {
        var number = 0
        while work.ended == nil {
            let now = clock.monotonic()
            switch close(now: now, number: number) {
            case .run(let batch, let reason):
                number += 1
                announce(batch, reason, now: now)
                infer(batch)
            case .wait(let until): sleep(until - now)
            case .idle: sleep(nil)
            }
        }
    }

    private enum Decision: Sendable {
        case run(StudyBatch, BatchFormed.Reason)
        case wait(until: MonotonicTime)
        case idle
    }

    private func close(now: MonotonicTime, number: Int) -> Decision {
        let (id, wall) = ("\(batchPrefix)-\(number)", clock.wall())
        return work.decide { core in
            switch core.takeBatch(now: now) {
            case .idle: return .idle
            case .wait(let until): return .wait(until: until)
            case .run(let members, let reason):
                let batch = members.compactMap { member -> StudyBatch.Member? in
                    guard let study = core.study(member.ticket), let event = study.event else {
                        return nil
                    }
                    return StudyBatch.Member(
                        ticket: member.ticket, event: event, record: study.record,
                        taken: study.taken, takenWall: study.takenWall, deadline: study.deadline,
                        prepared: member.prepared)
                }
                return .run(StudyBatch(id: id, members: batch, closed: wall), reason)
            }
        }
    }

    private func infer(_ batch: StudyBatch) {
        work.wakeDecoders()
        guard !batch.members.isEmpty else { return }
        do throws(ModelError) {
            let result = try model.run(batch)
            let now = clock.monotonic()
            let outcomes = result.outcomes
            work.decide { core in
                for (ticket, outcome) in outcomes {
                    core.finish(ticket, outcome: outcome, now: now)
                }
            }
            intervals.add(studies: batch.members.count, joules: result.energy.joules)
            telemetry.emit(
                BatchInferred(
                    size: result.images, duration: result.duration, joules: result.energy.joules,
                    energyMethod: result.energy.method))
        } catch {
            fail(batch, error)
        }
        work.transport.signal()
    }

    /// A model that cannot run is not a study's fault, unless the error says so.
    private func fail(_ batch: StudyBatch, _ error: ModelError) {
        guard case .deadLetter = error.disposition else {
            work.stop(.failed(error))
            return
        }
        let (now, wall) = (clock.monotonic(), clock.wall())
        work.decide { core in
            for member in batch.members {
                let outcome = StudyOutcome.deadLetter(StageFailure(.infer, error), at: wall)
                core.finish(member.ticket, outcome: outcome, now: now)
            }
        }
    }

    private func announce(_ batch: StudyBatch, _ reason: BatchFormed.Reason, now: MonotonicTime) {
        let images = batch.members.reduce(0) { $0 + $1.prepared.images.count }
        telemetry.emit(
            BatchFormed(
                size: images, reason: reason,
                waits: batch.members.map {
                    BatchFormed.Wait(priority: $0.event.priority, duration: now - $0.taken)
                }))
    }

    private func sleep(_ duration: Duration?) {
        // An error of poll(2) ends the wait, and the loop looks again.
        _ = try? WakeUp.wait(
            on: [work.inference.fileDescriptor], timeout: duration.map { max(.zero, $0) })
        work.inference.drain()
    }
}
