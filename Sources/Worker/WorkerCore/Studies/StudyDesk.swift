internal import VigilCore

/// Where the parts of studies wait for each other, by whatever partitions they came. Pure; a part
/// of ``WorkerCore``.
struct StudyDesk: Sendable {
    /// Parts of one study that wait together. A commit can tell of each by itself at any time, so
    /// that no two studies wait for each other's offsets.
    struct Group: Sendable {
        let study: Pseudonym
        /// Lower for groups that began earlier.
        let number: UInt64
        var members: [StudyTicket] = []
        /// Where their records stand.
        var places: Set<RecordPosition> = []
        var contents = StudyContents()
        var bytes = 0
        var closeAt: MonotonicTime
    }

    /// Those that more may join.
    private(set) var open: [Pseudonym: Group] = [:]
    /// Parts that no commit can tell of yet, in the order in which they came: they join the others
    /// of their study once what stands before them in their partitions is done.
    private(set) var beyondReach: [StudyTicket] = []
    /// Those that were closed before their time, and wait until their study is free, in order.
    private(set) var closed: [Group] = []
    /// Of the studies that are read or published now.
    var running: [Pseudonym: StudyTicket] = [:]
    /// Open groups to look at: something of them has changed.
    private var changed: Set<Pseudonym> = []
    /// Events that recall what was said of studies, in the order in which they came. Each waits by
    /// itself, and goes before what else waits of its study.
    private(set) var recalls: [StudyTicket] = []
    var histories: StudyHistories
    /// What recalls are held against.
    var standing: StandingRecords
    /// Findings that are decided anew when more becomes known of patients.
    var revisable: RevisableFindings
    /// Whether the histories have all that was published of the partitions assigned.
    private(set) var isCurrent = false

    init(_ limits: WorkerLimits.Studies) {
        histories = StudyHistories(countMax: limits.historiesMax)
        standing = StandingRecords(countMax: limits.historiesMax)
        revisable = RevisableFindings(bytesMax: limits.revisableBytesMax)
    }

    var isEmpty: Bool {
        open.isEmpty && closed.isEmpty && beyondReach.isEmpty && recalls.isEmpty
    }
    var members: [StudyTicket] { groups.flatMap(\.members) + beyondReach + recalls }
    /// Parts and recalls that wait.
    var waiting: Int { count + recalls.count }
    /// Parts that wait.
    var count: Int { groups.reduce(beyondReach.count) { $0 + $1.members.count } }
    var bytes: Int { groups.reduce(0) { $0 + $1.bytes } }
    private var groups: [Group] { Array(open.values) + closed }

    /// When the next group has waited long enough; nil while nothing may close.
    var nextClose: MonotonicTime? { isCurrent ? open.values.map(\.closeAt).min() : nil }

    mutating func mark(isCurrent: Bool) {
        self.isCurrent = isCurrent
        changed = Set(open.keys)
    }

    /// Adds a part to its group, which is closed before and begun anew when it takes no more.
    mutating func join(
        _ study: StudyInFlight, part: StudyPart, event: StudyEvent,
        _ limits: WorkerLimits.Studies
    ) {
        if let group = open[part.study], !group.takes(event, limits) { close(part.study) }
        var group =
            open[part.study]
            ?? Group(study: part.study, number: study.ticket.number, closeAt: part.closeAt)
        group.members.append(study.ticket)
        group.places.insert(study.record.position)
        group.contents.add(event)
        group.bytes += study.record.byteCount
        group.closeAt = min(group.closeAt, part.closeAt)
        open[part.study] = group
        changed.insert(part.study)
    }

    /// Lets a recall wait.
    mutating func add(recall: StudyTicket) { recalls.append(recall) }

    /// Takes recalls out that wait.
    mutating func take(recalls taken: Set<StudyTicket>) {
        recalls.removeAll { taken.contains($0) }
    }

    /// Keeps a part apart that no commit can tell of yet.
    mutating func setAside(_ ticket: StudyTicket) { beyondReach.append(ticket) }

    /// Takes out what is kept apart, to be looked at again.
    mutating func takeAside() -> [StudyTicket] {
        defer { beyondReach = [] }
        return beyondReach
    }

    /// Takes no more parts into a group.
    mutating func close(_ study: Pseudonym) {
        if let group = open.removeValue(forKey: study) { closed.append(group) }
        changed.remove(study)
    }

    /// Takes no more parts into groups with records of these partitions.
    mutating func close(with partitions: Set<TopicPartition>) {
        for group in open.values.sorted(by: { $0.number < $1.number })
        where group.places.contains(where: { partitions.contains($0.topicPartition) }) {
            close(group.study)
        }
    }

    /// Takes a group out, to be read.
    mutating func take(_ study: Pseudonym) -> Group? {
        changed.remove(study)
        return open.removeValue(forKey: study)
    }

    /// Takes the first closed group out whose study is free.
    mutating func takeClosed() -> Group? {
        var seen: Set<Pseudonym> = []
        let place = closed.firstIndex { group in
            seen.insert(group.study).inserted && running[group.study] == nil
        }
        return place.map { closed.remove(at: $0) }
    }

    /// The open groups to look at now, the oldest first.
    mutating func toLookAt(now: MonotonicTime) -> [Group] {
        let due = open.values.filter { $0.closeAt <= now || changed.contains($0.study) }
        changed = []
        return due.sorted { $0.number < $1.number }
    }

    /// Whether a study is being read, or is to be before anything new of it.
    func isBusy(_ study: Pseudonym) -> Bool {
        running[study] != nil || closed.contains { $0.study == study }
    }

    /// A study is free again.
    mutating func free(_ study: Pseudonym, _ ticket: StudyTicket) {
        guard running[study] == ticket else { return }
        running[study] = nil
        if open[study] != nil { changed.insert(study) }
    }

    /// The oldest open group, of those that a condition holds for.
    func oldest(where condition: (Group) -> Bool) -> Pseudonym? {
        open.values.filter(condition).min { $0.number < $1.number }?.study
    }

    /// Takes out all that waits in groups of these studies.
    mutating func takeAll(of studies: Set<Pseudonym>) -> [StudyTicket] {
        guard !studies.isEmpty else { return [] }
        let tickets = groups.filter { studies.contains($0.study) }.flatMap(\.members)
        open = open.filter { !studies.contains($0.key) }
        closed.removeAll { studies.contains($0.study) }
        return tickets
    }

    /// Forgets these tickets, and the groups that they were in.
    ///
    /// - Returns: what else was in those groups.
    mutating func forget(_ gone: Set<StudyTicket>) -> [StudyTicket] {
        func isBroken(_ group: Group) -> Bool { group.members.contains { gone.contains($0) } }
        let left = groups.filter(isBroken).flatMap(\.members).filter { !gone.contains($0) }
        open = open.filter { !isBroken($0.value) }
        closed.removeAll(where: isBroken)
        beyondReach.removeAll { gone.contains($0) }
        take(recalls: gone)
        return left
    }
}

extension StudyDesk.Group {
    /// Whether one more part fits.
    func takes(_ event: StudyEvent, _ limits: WorkerLimits.Studies) -> Bool {
        members.count < limits.eventsMax
            && contents.instances.count + event.instances.count <= limits.instancesMax
    }
}
