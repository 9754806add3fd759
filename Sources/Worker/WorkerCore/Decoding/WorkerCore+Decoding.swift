package import VigilCore

extension WorkerCore {
    /// A study of which a decoder reads one instance now.
    package struct DecodeJob: Sendable {
        package let ticket: StudyTicket
        package let event: StudyEvent
        /// The events that it stands for; nil for one that is complete by itself.
        package let assembly: StudyAssembly?
        /// When its study was there, from when back its patient's values count.
        package let contextTime: Timestamp
    }

    /// What decoders took over a study from which it is left to those that read ahead.
    private static var keptMax: Duration { .seconds(1) }

    /// The study to read on with now; nil when there is none or when enough is decoded already that
    /// goes before it. So decoded images that wait for the model never hold up a study that would
    /// go before them.
    ///
    /// - Parameter onlyStat: for the decoder that is kept for `stat` studies. Once it has asked,
    ///   the others, which stand behind the model, leave it a `stat` study while it is free; it
    ///   leaves them those that turned out to be slow to read.
    package mutating func takeDecodeJob(
        now: MonotonicTime, onlyStat: Bool = false
    ) -> DecodeJob? {
        if onlyStat { line.kept = .free }
        releaseDelayed(now: now)
        closeStudies(now: now)
        guard let ticket = nextToDecode(now: now, onlyStat: onlyStat) else { return nil }
        line.waiting.remove(ticket)
        if onlyStat { line.kept = .busy }
        return begin(ticket)
    }

    private func nextToDecode(now: MonotonicTime, onlyStat: Bool) -> StudyTicket? {
        var ranks = onlyStat ? [Priority.stat] : Priority.allCases
        while !ranks.isEmpty {
            let ticket = line.waiting.first(of: ranks, now: now) { ticket in
                guard let study = studies[ticket], mayRun(study), !awaitsContext(study) else {
                    return false
                }
                guard study.turn.priority == .stat else { return true }
                let isForKept = study.progress.spent < Self.keptMax
                return onlyStat ? isForKept : line.kept != .free || !isForKept
            }
            guard let ticket, let study = studies[ticket] else { return nil }
            if hasRoom(for: study) { return ticket }
            // What is more urgent may have room still.
            ranks.removeAll { $0 >= study.turn.priority }
        }
        return nil
    }

    /// Whether images of a study may be decoded now: what goes before it and itself is bounded, and
    /// all together, and what studies that are not read to their end keep.
    private func hasRoom(for study: StudyInFlight) -> Bool {
        let place = study.turn
        func goesBefore(_ ticket: StudyTicket) -> Bool {
            ticket == study.ticket || studies[ticket].map { $0.turn < place } ?? false
        }
        let before = ready.slices.reduce(0) { goesBefore($1.ticket) ? $0 + $1.images : $0 }
        let coming = line.running.count { goesBefore($0) }
        // No rank is kept out by what less urgent ones have taken of the room for all.
        let isFirstOfRank =
            !ready.slices.contains { isOf(place.priority, $0.ticket) }
            && !line.running.contains { isOf(place.priority, $0) }
        let all = ready.images + line.running.count
        guard before + coming < limits.reading.imagesMax,
            isFirstOfRank || all < limits.reading.imagesTotalMax
        else { return false }
        // Once begun it must be read to its end, or nobody would ever give back what he keeps.
        return study.progress.isBegun || line.heldBytes < limits.reading.heldBytesMax
            || !line.held.keys.contains { goesBefore($0) }
    }

    private func isOf(_ priority: Priority, _ ticket: StudyTicket) -> Bool {
        studies[ticket].map { $0.turn.priority == priority } ?? false
    }

    /// Bytes that studies keep of what was read of them so far.
    package var heldBytes: Int { line.heldBytes }

    /// Queues a study to be decoded.
    mutating func queueForDecoding(_ study: StudyInFlight) {
        line.waiting.insert(study.ticket, study.turn)
    }

    private mutating func begin(_ ticket: StudyTicket) -> DecodeJob? {
        guard var study = studies[ticket], let event = study.event else { return nil }
        study.progress.isBegun = true
        studies.update(study)
        line.running.insert(ticket)
        return DecodeJob(
            ticket: ticket, event: event, assembly: study.assembly,
            contextTime: contextTime(of: study))
    }

    /// Puts a study back of which an instance was read, with more to read: the decoder goes on with
    /// what goes first now, which may be another.
    ///
    /// - Parameters:
    ///   - spent: what decoders took over the study so far.
    ///   - holds: bytes of memory that it keeps until it is read to its end.
    package mutating func putBack(_ ticket: StudyTicket, spent: Duration, holds: Int = 0) {
        line.running.remove(ticket)
        guard var study = studies[ticket], !study.progress.isAnswered else { return }
        study.progress.spent = spent
        studies.update(study)
        line.keep(holds, of: ticket)
        queueForDecoding(study)
    }

    /// Has a study read from its beginning once more, all of whose images went through the model.
    package mutating func readAgain(_ ticket: StudyTicket) {
        guard let study = studies[ticket], !study.progress.isAnswered else { return }
        queueForDecoding(study)
    }

    /// When the next postponed attempt is due, the next study has waited for its parts, or one that
    /// waits for a cleaner hour is to be looked at.
    package var nextRetry: MonotonicTime? {
        [line.delayed.first?.deadline, desk.nextClose, nextRelease].compactMap { $0 }.min()
    }

    private mutating func releaseDelayed(now: MonotonicTime) {
        releaseDeferred(now: now)
        while let ticket = line.takeDue(by: now) {
            guard let study = studies[ticket] else { continue }
            release(study)
        }
    }

    /// Hands over images of a study. Ignored when the study's partition was taken away meanwhile,
    /// or when it has its outcome.
    ///
    /// - Parameter isLast: whether they are the study's last ones; else it is still being read.
    package mutating func prepared(
        _ ticket: StudyTicket, _ prepared: Prepared, images: Int, isLast: Bool = true,
        now: MonotonicTime
    ) {
        if isLast {
            line.running.remove(ticket)
            line.keep(0, of: ticket)
        }
        guard let study = studies[ticket], !study.progress.isAnswered else { return }
        ready.add(.init(ticket: ticket, prepared: prepared, images: images, since: now))
    }
}
