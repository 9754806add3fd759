package import Telemetry
package import VigilCore

extension WorkerCore {
    /// A study to fetch, decode and normalise.
    package struct DecodeJob: Sendable {
        package let ticket: StudyTicket
        package let event: StudyEvent
        /// The events that it stands for; nil for one that is complete by itself.
        package let assembly: StudyAssembly?
    }

    /// One study of a batch.
    package struct BatchMember: Sendable {
        package let ticket: StudyTicket
        package let prepared: Prepared
        package let images: Int
    }

    /// What the inference thread does now.
    package enum BatchDecision: Sendable {
        /// Run these together.
        case run([BatchMember], BatchFormed.Reason)
        /// Look again at this time, or when something new is ready.
        case wait(until: MonotonicTime)
        /// Nothing is ready.
        case idle
    }

    // MARK: Decoding

    /// The most urgent study to decode now; nil when there is none or when enough is decoded
    /// already. For `stat` studies there is as much room again, so that decoded studies that wait
    /// for the model never hold one up.
    ///
    /// - Parameter onlyStat: for the decoder that is kept for `stat` studies. Once it has asked,
    ///   the others, which stand behind the model, leave it a `stat` study while it is free.
    package mutating func takeDecodeJob(
        now: MonotonicTime, onlyStat: Bool = false
    ) -> DecodeJob? {
        if onlyStat { keptDecoder = .free }
        releaseDelayed(now: now)
        closeStudies(now: now)
        let images = readyImages + decoding.count
        guard images < 2 * limits.preparedImagesMax else { return nil }
        let mustBeStat = onlyStat || images >= limits.preparedImagesMax
        let stat = !onlyStat && keptDecoder == .free ? nil : statToDecode.first?.deadline
        let other = mustBeStat ? nil : toDecode.first?.deadline
        guard let first = [stat, other].compactMap({ $0 }).min() else { return nil }
        let ticket = first == stat ? statToDecode.popFirst() : toDecode.popFirst()
        if onlyStat { keptDecoder = .busy }
        return ticket.flatMap { begin($0) }
    }

    /// Whether nothing waits to be decoded.
    var nothingToDecode: Bool { toDecode.isEmpty && statToDecode.isEmpty }

    /// Queues a study to be decoded.
    mutating func queueForDecoding(_ study: StudyInFlight) {
        if study.event?.priority == .stat {
            statToDecode.insert(study.ticket, deadline: study.deadline)
        } else {
            toDecode.insert(study.ticket, deadline: study.deadline)
        }
    }

    private mutating func begin(_ ticket: StudyTicket) -> DecodeJob? {
        guard let study = studies[ticket], let event = study.event else { return nil }
        decoding.insert(ticket)
        return DecodeJob(ticket: ticket, event: event, assembly: study.assembly)
    }

    /// When the next postponed attempt is due, the next study has waited for its parts, or one that
    /// waits for a cleaner hour is to be looked at.
    package var nextRetry: MonotonicTime? {
        [delayed.first?.deadline, desk.nextClose, nextRelease].compactMap { $0 }.min()
    }

    private mutating func releaseDelayed(now: MonotonicTime) {
        releaseDeferred(now: now)
        while let due = delayed.first, due.deadline <= now, let ticket = delayed.popFirst() {
            guard let study = studies[ticket] else { continue }
            release(study)
        }
    }

    /// Hands over a decoded study. Ignored when the study's partition was taken away meanwhile.
    package mutating func prepared(
        _ ticket: StudyTicket, _ prepared: Prepared, images: Int, now: MonotonicTime
    ) {
        decoding.remove(ticket)
        guard let study = studies[ticket] else { return }
        readyImages += images
        ready.insert(
            ReadyStudy(ticket: ticket, prepared: prepared, images: images, since: now),
            deadline: study.deadline)
    }

    /// Postpones another attempt, longer each time; false when the attempts are used up, and the
    /// study must be given up.
    ///
    /// - Parameter least: the least pause that the failure asks for.
    package mutating func postpone(
        _ ticket: StudyTicket, atLeast least: Duration, now: MonotonicTime, wall: Timestamp
    ) -> Bool {
        decoding.remove(ticket)
        guard var study = studies[ticket] else { return true }
        study.firstFailure = study.firstFailure ?? wall
        guard study.attempts < limits.attemptsMax, !isDraining else {
            studies[ticket] = study
            return false
        }
        let pause = limits.retryBackoff.pause(attempt: study.attempts, seed: ticket.number)
        study.attempts += 1
        studies[ticket] = study
        delayed.insert(ticket, deadline: now + max(least, pause))
        return true
    }

    // MARK: Batching

    /// Closes a batch when it is full, when its first study has waited long enough, when nothing
    /// else is on the way, or when a `stat` study is in it; else says until when to wait.
    package mutating func takeBatch(now: MonotonicTime) -> BatchDecision {
        guard let oldest = ready.elements.map(\.since).min() else { return .idle }
        let reason: BatchFormed.Reason
        let stat = ready.elements.filter { isStat($0.ticket) }
        if let last = stat.compactMap({ studies[$0.ticket]?.deadline }).max() {
            // What is due no later than they are shares their batch; nothing else holds them up.
            let due = Set(ready.elements.map(\.ticket).filter { isDue($0, noLaterThan: last) })
            return .run(
                closeBatch(imagesMax: limits.statImagesMax) { due.contains($0.ticket) }, .urgent)
        } else if readyImages >= limits.batchImagesMax {
            reason = .full
        } else if decoding.isEmpty, nothingToDecode {
            reason = .idle
        } else if now - oldest >= limits.batchWaitMax {
            reason = .deadline
        } else {
            return .wait(until: oldest + limits.batchWaitMax)
        }
        return .run(closeBatch(imagesMax: limits.batchImagesMax), reason)
    }

    /// The `stat` studies that are ready, to run between two layers of a batch that holds none; nil
    /// when there are none.
    package mutating func takeUrgentBatch() -> [BatchMember]? {
        let stat = Set(ready.elements.map(\.ticket).filter { isStat($0) })
        guard !stat.isEmpty else { return nil }
        return closeBatch(imagesMax: limits.statImagesMax) { stat.contains($0.ticket) }
    }

    /// The most urgent studies that fit; a study larger than a batch goes alone.
    private mutating func closeBatch(
        imagesMax: Int, where condition: (ReadyStudy) -> Bool = { _ in true }
    ) -> [BatchMember] {
        var members: [BatchMember] = []
        var images = 0
        while images < imagesMax, let study = ready.popFirst(where: condition) {
            guard members.isEmpty || images + study.images <= imagesMax else {
                ready.insert(study, deadline: studies[study.ticket]?.deadline ?? study.since)
                break
            }
            images += study.images
            readyImages -= study.images
            inferring.insert(study.ticket)
            members.append(
                BatchMember(ticket: study.ticket, prepared: study.prepared, images: study.images))
        }
        return members
    }

    private func isDue(_ ticket: StudyTicket, noLaterThan deadline: MonotonicTime) -> Bool {
        studies[ticket].map { $0.deadline <= deadline } ?? true
    }

    private func isStat(_ ticket: StudyTicket) -> Bool {
        studies[ticket]?.event?.priority == .stat
    }
}
