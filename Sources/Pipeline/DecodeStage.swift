internal import KafkaTransport
package import Telemetry
package import VigilCore
internal import Wire

/// One decoding thread: takes the most urgent study, reads it, hands it on.
package struct DecodeStage: Sendable {
    private let work: SharedWork
    private let wakeUp: WakeUp
    private let onlyStat: Bool
    private let reader: StudyReader
    private let assembler: StudyAssembler
    private let clock: any VigilClock
    private let telemetry: Telemetry
    /// How far those that read ahead stand behind all other threads, and their decoders with them:
    /// behind the model's, which a `stat` study may be waiting for.
    package static let niceness: Int32 = 10

    /// - Parameters:
    ///   - index: which of the work's decoding threads this is.
    ///   - onlyStat: keeps it for `stat` studies, so that one never waits for a decoder that is
    ///     busy with others.
    package init(
        work: SharedWork, index: Int, onlyStat: Bool, reader: StudyReader,
        assembler: StudyAssembler, clock: any VigilClock, telemetry: Telemetry
    ) {
        self.assembler = assembler
        self.onlyStat = onlyStat
        self.work = work
        wakeUp = work.decoders[index]
        self.reader = reader.with(decoder: index)
        self.clock = clock
        self.telemetry = telemetry
    }

    /// Runs until the work ends.
    package func run() {
        while work.ended == nil {
            let now = clock.monotonic()
            let (job, retry, taken) = work.decide { core in
                let job = core.takeDecodeJob(now: now, onlyStat: onlyStat)
                return (job, core.nextRetry, job.flatMap { core.study($0.ticket)?.taken })
            }
            if let job {
                read(job, taken: taken ?? now)
            } else {
                // An error of poll(2) ends the wait, and the loop looks again.
                _ = try? WakeUp.wait(
                    on: [wakeUp.fileDescriptor], timeout: retry.map { max(.zero, $0 - now) })
                wakeUp.drain()
            }
        }
    }

    private func read(_ job: SharedWork.Core.DecodeJob, taken: MonotonicTime) {
        do throws(StageFailure) {
            guard let (event, revision) = try plan(job) else { return }
            let read = try reader.read(event, taken: taken) { work.ended != nil }
            guard var prepared = read else { return }
            prepared.revision = revision
            prepared.order = job.assembly?.order
            let now = clock.monotonic()
            let took = prepared.fetched + prepared.decoded + prepared.preprocessed
            let ready = prepared
            work.decide {
                $0.noteDecoding(took)
                // One that has none takes a place nevertheless.
                $0.prepared(job.ticket, ready, images: max(1, ready.images.count), now: now)
            }
            work.inference.signal()
        } catch {
            fail(job.ticket, error)
        }
    }

    /// What is to be read for a job; nil when nothing is, and its outcome is known.
    private func plan(
        _ job: SharedWork.Core.DecodeJob
    ) throws(StageFailure) -> (StudyEvent, FindingRecord.Revision?)? {
        guard let assembly = job.assembly else {
            if let expiry = job.event.expiry, expiry <= clock.wall() {
                throw StageFailure(.parse, WireError.expired)
            }
            return (job.event, nil)
        }
        switch try assembler.plan(assembly) {
        case .read(let instances, let revision):
            return (job.event.with(instances: instances, priority: job.event.priority), revision)
        case .retract(let retraction):
            let now = clock.monotonic()
            work.decide { $0.finish(job.ticket, outcome: .record(retraction), now: now) }
            work.transport.signal()
            work.inference.signal()
            return nil
        }
    }

    private func fail(_ ticket: StudyTicket, _ failure: StageFailure) {
        let (now, wall) = (clock.monotonic(), clock.wall())
        switch failure.error.disposition {
        case .retry(let pause):
            let attempt = work.decide { core -> Int? in
                let again = core.postpone(ticket, atLeast: pause, now: now, wall: wall)
                if !again {
                    core.finish(ticket, outcome: .postponed(failure, at: wall), now: now)
                }
                return again ? core.study(ticket)?.attempts : nil
            }
            if let attempt {
                telemetry.emit(
                    StudyRetried(stage: failure.stage, code: failure.error.code, attempt: attempt))
            }
        case .deadLetter:
            work.decide { $0.finish(ticket, outcome: .deadLetter(failure, at: wall), now: now) }
        case .shutDown:
            work.stop(.failed(failure.error))
        }
        work.transport.signal()
        work.inference.signal()
        work.wakeDecoders()
    }
}
