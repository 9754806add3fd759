package import VigilCore

extension WorkerCore {
    /// Whether parts, a record to be given up, or findings to be revised wait until it is known
    /// what was said of their studies before.
    package var wantsHistories: Bool {
        !desk.isCurrent
            && (!desk.isEmpty || trial != .none
                || (desk.revisable.isAsked && !partitions.isEmpty))
    }

    /// Notes what the topic of findings says of a study.
    package mutating func note(_ history: StudyHistory, of study: Pseudonym) {
        desk.histories.note(history, of: study)
    }

    /// All is noted that was published before the partitions were assigned.
    package mutating func historiesAreCurrent() {
        desk.mark(isCurrent: true)
        desk.revisable.markAll()
    }

    /// What was last said of a study; nil when nothing is known.
    package func history(of study: Pseudonym) -> StudyHistory? { desk.histories[study] }

    /// Parts that wait for others.
    package var waitingParts: Int { desk.count }

    /// Closes the studies that are complete, that have waited long enough or that came after all,
    /// and the oldest ones when what waits takes too much room; queues them to be read. Of one
    /// study, one group at a time is read and published, so that revisions follow each other.
    mutating func closeStudies(now: MonotonicTime) {
        guard desk.isCurrent, !desk.isEmpty, !isDraining else { return }
        startRecalls()
        for study in desk.takeAside().compactMap({ studies[$0] }) { release(study) }
        for group in desk.toLookAt(now: now) {
            guard !desk.isBusy(group.study), let closing = closing(of: group, now: now),
                let taken = desk.take(group.study)
            else { continue }
            start(taken, closing)
        }
        makeRoom()
        startClosed()
    }

    private mutating func startClosed() {
        while let group = desk.takeClosed() { start(group, .crowded) }
    }

    private func closing(
        of group: StudyDesk.Group, now: MonotonicTime
    ) -> StudyClosing? {
        // What was recalled is read again with all that it was made of.
        if let history = desk.histories[group.study], history.isLive || !history.parts.isEmpty {
            return .late
        }
        // Nothing is left of what was withdrawn.
        if group.contents.isComplete || group.contents.instances.isEmpty { return .complete }
        return group.closeAt <= now ? .timedOut : nil
    }

    /// Half of the room for events in flight may be taken by what waits; and nothing may wait so
    /// long that its partition has to stand still.
    private mutating func makeRoom() {
        startClosed()
        let (most, mostBytes) = (limits.intake.recordsMax / 2, limits.intake.bytesMax / 2)
        while desk.count > most || desk.bytes > mostBytes,
            let oldest = desk.oldest(where: { !desk.isBusy($0.study) })
        {
            desk.close(oldest)
            startClosed()
        }
        for partition in partitions.full {
            let first = partitions[partition]?.firstOpen.map {
                RecordPosition(topic: partition.topic, partition: partition.partition, offset: $0)
            }
            guard let first, let blocker = desk.oldest(where: { $0.places.contains(first) })
            else { continue }
            desk.close(blocker)
        }
    }

    /// Makes the group's last event stand for all of them.
    private mutating func start(
        _ group: StudyDesk.Group, _ closing: StudyClosing
    ) {
        let inFlight = group.members.compactMap { studies[$0] }
        let members = inFlight.compactMap { study in
            study.event.map {
                StudyAssembly.Member(
                    ticket: study.ticket, record: study.record, event: $0,
                    origin: study.part?.origin ?? study.record.position)
            }
        }
        guard var lead = inFlight.last, let event = members.last?.event else { return }
        let history = desk.histories[group.study]
        let ordered = [group.contents.priority, history?.ordered].compactMap { $0 }.min()
        lead.event = event.with(
            instances: group.contents.instances, priority: ordered ?? event.priority)
        lead.deadline = inFlight.map(\.deadline).min() ?? lead.deadline
        lead.assembly = StudyAssembly(
            study: group.study, members: members, history: history, closing: closing)
        studies.update(lead)
        desk.running[group.study] = lead.ticket
        queueForDecoding(lead)
    }
}
