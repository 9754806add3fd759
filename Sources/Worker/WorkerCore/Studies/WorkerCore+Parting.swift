internal import VigilCore

extension WorkerCore {
    /// Whether a commit can tell of a record at any time from now on: the first open record of its
    /// partition only ever moves towards it.
    func isTellable(_ study: StudyInFlight) -> Bool {
        study.isDetached || partitions.canReach(study.record.position)
    }

    /// Whether a part of its partition that came before it is kept apart: it may not overtake that.
    func isBehindOneAside(_ study: StudyInFlight) -> Bool {
        let partition = study.record.position.topicPartition
        return desk.beyondReach.contains { ticket in
            studies[ticket]?.record.position.topicPartition == partition
        }
    }

    /// The parts that are read or published together with records that are gone, and are not gone
    /// themselves, as they were when they were taken in.
    func parted(by gone: Set<StudyTicket>) -> [StudyInFlight] {
        let broken = studies.values.compactMap(\.assembly).filter { assembly in
            assembly.members.contains { gone.contains($0.ticket) }
        }
        let members = broken.flatMap(\.members).filter { !gone.contains($0.ticket) }
        return members.compactMap { member in
            studies[member.ticket].map { study in
                var part = study
                part.event = member.event
                part.assembly = nil
                return part
            }
        }
    }

    /// Takes a part in once more, under another ticket: what still comes of the work that it was in
    /// is not its own. Its record stays open in its partition.
    mutating func takeAgain(_ old: StudyInFlight) {
        var study = StudyInFlight(
            studies.newTicket(), old.record, intake: old.intake, deadline: old.deadline)
        study.event = old.event
        if let event = old.event, let order = old.order {
            study.event = event.with(
                instances: event.instances, priority: priority(of: event, of: order.study))
        }
        study.expected = old.expected
        study.part = old.part
        study.order = old.order
        study.route.placement = old.placement
        study.route.there = old.route.there
        study.route.isDetached = old.isDetached
        studies.insert(study)
        release(study)
    }
}

extension StudyInFlight {
    /// The order in which records were taken in, which a new ticket does not change; of one
    /// partition that of their offsets.
    static func cameBefore(_ one: StudyInFlight, _ other: StudyInFlight) -> Bool {
        let (left, right) = (one.record.position, other.record.position)
        return (one.taken.nanoseconds, left.topic, left.partition, left.offset)
            < (other.taken.nanoseconds, right.topic, right.partition, right.offset)
    }
}
