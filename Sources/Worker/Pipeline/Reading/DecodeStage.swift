internal import KafkaTransport
internal import Processes
package import Telemetry
package import VigilCore
internal import Wire
internal import WorkerCore

/// One decoding thread: takes the study that goes first, reads its next instance, hands its images
/// on, and looks again which study goes first.
package struct DecodeStage: Sendable {
    private let work: LockedCore
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
        work: LockedCore, index: Int, onlyStat: Bool, reader: StudyReader,
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
        var last: StudyTicket?
        while work.ended == nil {
            let now = clock.monotonic()
            let (job, retry, taken) = work.decide { core in
                let job = core.takeDecodeJob(now: now, onlyStat: onlyStat)
                return (job, core.nextRetry, job.flatMap { core.study($0.ticket)?.taken })
            }
            if let job {
                if let last, last != job.ticket { reader.endStudy() }
                last = job.ticket
                read(job, taken: taken ?? now)
            } else {
                // An error of poll(2) ends the wait, and the loop looks again.
                _ = try? WakeUp.wait(
                    on: [wakeUp.fileDescriptor], timeout: retry.map { max(.zero, $0 - now) })
                wakeUp.drain()
            }
        }
    }

    private func read(_ job: LockedCore.Core.DecodeJob, taken: MonotonicTime) {
        var reading: StudyReading
        do throws(StageFailure) {
            if let begun = work.readings.take(job.ticket) {
                reading = begun
            } else if let planned = try plan(job, taken: taken) {
                reading = planned
            } else {
                return
            }
        } catch {
            return fail(job.ticket, error)
        }
        do throws(StageFailure) {
            let images = try reader.readNext(of: &reading)
            handOver(images, of: reading, reader.whole(reading), job.ticket)
        } catch {
            // Another attempt goes on with the instance that failed.
            work.readings.put(reading, of: job.ticket)
            fail(job.ticket, error)
        }
    }

    /// Hands over the images of an instance, and the study's end or the study itself, to be gone on
    /// with.
    private func handOver(
        _ images: [PreparedSlice.Image], of reading: StudyReading, _ whole: PreparedStudy?,
        _ ticket: StudyTicket
    ) {
        if whole == nil { work.readings.put(reading, of: ticket) }
        let now = clock.monotonic()
        let (spent, holds) = (reading.spent, reading.holds)
        let first = reading.images - images.count
        let isStat = work.decide { core in
            let slices = PreparedSlice.slices(
                images, first: first, size: core.limits.batches.statImagesMax, whole: whole)
            for slice in slices {
                core.prepared(
                    ticket, slice, images: slice.images.count, isLast: slice.whole != nil,
                    now: now)
            }
            if whole == nil {
                core.putBack(ticket, spent: spent, holds: holds)
            } else {
                core.noteDecoding(spent)
            }
            return core.study(ticket)?.event?.priority == .stat
        }
        if !images.isEmpty || whole != nil { work.inference.signal() }
        if whole != nil { reader.endStudy() }
        // The others leave the kept decoder its studies, among them one that was raised while it
        // was read; one that turned out slow is theirs.
        if whole == nil, onlyStat || isStat { work.wakeDecoders() }
    }

    /// What is to be read for a job; nil when nothing is, and its outcome is known.
    private func plan(
        _ job: LockedCore.Core.DecodeJob, taken: MonotonicTime
    ) throws(StageFailure) -> StudyReading? {
        work.forgetReadings()
        let assembly: StudyAssembly
        switch job.start(at: clock.wall()) {
        case .read:
            return StudyReading(job.event, contextTime: job.contextTime, taken: taken)
        case .expired: throw StageFailure(.parse, WireError.expired)
        case .assemble(let parts): assembly = parts
        }
        switch try assembler.plan(assembly) {
        case .read(let instances, let patient, let revision):
            return StudyReading(
                job.event.with(
                    instances: instances, patient: patient, priority: job.event.priority),
                revision: revision, order: assembly.order, contextTime: job.contextTime,
                taken: taken)
        case .retract(let retraction):
            let now = clock.monotonic()
            work.decide { $0.finish(job.ticket, outcome: .record(retraction), now: now) }
            work.transport.signal()
            work.inference.signal()
            return nil
        }
    }

    /// Does what is decided of a study that failed.
    private func fail(_ ticket: StudyTicket, _ failure: StageFailure) {
        let (now, wall) = (clock.monotonic(), clock.wall())
        let (disposition, mayPass) = (failure.error.disposition, failure.mayPass)
        let action = work.decide { core in
            let action = core.fail(
                ticket, disposition, mayPass: mayPass, now: now, wall: wall)
            switch action {
            case .postpone:
                core.finish(ticket, outcome: .postponed(failure, at: wall), now: now)
            case .giveUp: core.finish(ticket, outcome: .deadLetter(failure, at: wall), now: now)
            case .again, .end, .ignore: break
            }
            return action
        }
        switch action {
        case .again(let attempt):
            telemetry.emit(
                StudyRetried(stage: failure.stage, code: failure.error.code, attempt: attempt))
        case .end: work.stop(.failed(failure.error))
        case .postpone, .giveUp, .ignore: break
        }
        work.transport.signal()
        work.inference.signal()
        work.wakeDecoders()
    }
}
