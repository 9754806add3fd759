internal import KafkaTransport
package import Telemetry
package import VigilCore

/// One decoding thread: takes the most urgent study, reads it, hands it on.
package struct DecodeStage: Sendable {
    private let work: SharedWork
    private let wakeUp: WakeUp
    private let reader: StudyReader
    private let backoff: Duration
    private let clock: any VigilClock
    private let telemetry: Telemetry

    /// - Parameters:
    ///   - index: which of the work's decoding threads this is.
    ///   - backoff: the least pause before another attempt.
    package init(
        work: SharedWork, index: Int, reader: StudyReader, backoff: Duration,
        clock: any VigilClock, telemetry: Telemetry
    ) {
        self.work = work
        wakeUp = work.decoders[index]
        self.reader = reader
        self.backoff = backoff
        self.clock = clock
        self.telemetry = telemetry
    }

    /// Runs until the work ends.
    package func run() {
        while work.ended == nil {
            let now = clock.monotonic()
            let (job, retry, taken) = work.decide { core in
                let job = core.takeDecodeJob(now: now)
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
            let read = try reader.read(job.event, taken: taken) { work.ended != nil }
            guard let prepared = read else { return }
            let now = clock.monotonic()
            work.decide {
                $0.prepared(job.ticket, prepared, images: prepared.images.count, now: now)
            }
            work.inference.signal()
        } catch {
            fail(job.ticket, error)
        }
    }

    private func fail(_ ticket: StudyTicket, _ failure: StageFailure) {
        let (now, wall) = (clock.monotonic(), clock.wall())
        switch failure.error.disposition {
        case .retry(let pause):
            let attempt = work.decide { core -> Int? in
                let again = core.postpone(
                    ticket, after: max(pause, backoff), now: now, wall: wall)
                if !again {
                    core.finish(ticket, outcome: .deadLetter(failure, at: wall), now: now)
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
