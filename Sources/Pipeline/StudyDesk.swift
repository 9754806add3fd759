internal import KafkaTransport
internal import VigilCore
internal import Wire

/// Where the parts of studies wait for each other. Pure; a part of ``WorkerCore``.
struct StudyDesk: Sendable {
    /// A study's parts of one partition.
    struct Key: Sendable, Hashable {
        let study: Pseudonym
        let partition: TopicPartition
    }

    /// Parts that wait together.
    struct Group: Sendable {
        let key: Key
        /// Lower for groups that began earlier.
        let number: UInt64
        var members: [StudyTicket] = []
        var contents = StudyContents()
        var bytes = 0
        /// The offsets between which its records stand.
        var span: ClosedRange<Int64>
        var closeAt: MonotonicTime
    }

    /// Those that more may join.
    private(set) var open: [Key: Group] = [:]
    /// Those that were closed before their time, and wait until their study is free, in order.
    private(set) var closed: [Group] = []
    /// Of the studies that are read or published now.
    var running: [Pseudonym: StudyTicket] = [:]
    /// Open groups to look at: something of them has changed.
    private var changed: Set<Key> = []
    var histories: StudyHistories
    /// Whether the histories have all that was published of the partitions assigned.
    private(set) var isCurrent = false

    init(historiesMax: Int) {
        histories = StudyHistories(countMax: historiesMax)
    }

    var isEmpty: Bool { open.isEmpty && closed.isEmpty }
    var members: [StudyTicket] { open.values.flatMap(\.members) + closed.flatMap(\.members) }
    var count: Int { groups.reduce(0) { $0 + $1.members.count } }
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
        _ study: StudyInFlight, part: StudyPart, event: StudyEvent, _ limits: WorkerLimits
    ) {
        let position = study.record.position
        let key = Key(study: part.study, partition: position.topicPartition)
        let offset = position.offset
        if let group = open[key], !group.takes(event, at: offset, limits) { close(key) }
        var group =
            open[key]
            ?? Group(
                key: key, number: study.ticket.number, span: offset...offset,
                closeAt: part.closeAt)
        group.members.append(study.ticket)
        group.contents.add(event)
        group.bytes += study.record.byteCount
        group.span = min(group.span.lowerBound, offset)...max(group.span.upperBound, offset)
        group.closeAt = min(group.closeAt, part.closeAt)
        open[key] = group
        changed.insert(key)
    }

    /// Takes no more parts into a group.
    mutating func close(_ key: Key) {
        if let group = open.removeValue(forKey: key) { closed.append(group) }
        changed.remove(key)
    }

    /// Takes a group out, to be read.
    mutating func take(_ key: Key) -> Group? {
        changed.remove(key)
        return open.removeValue(forKey: key)
    }

    /// Takes the first closed group out whose study is free.
    mutating func takeClosed() -> Group? {
        var seen: Set<Pseudonym> = []
        let place = closed.firstIndex { group in
            seen.insert(group.key.study).inserted && running[group.key.study] == nil
        }
        return place.map { closed.remove(at: $0) }
    }

    /// The open groups to look at now, the oldest first.
    mutating func toLookAt(now: MonotonicTime) -> [Group] {
        let due = open.values.filter { $0.closeAt <= now || changed.contains($0.key) }
        changed = []
        return due.sorted { $0.number < $1.number }
    }

    /// Whether a study is being read, or is to be before anything new of it.
    func isBusy(_ study: Pseudonym) -> Bool {
        running[study] != nil || closed.contains { $0.key.study == study }
    }

    /// A study is free again.
    mutating func free(_ study: Pseudonym, _ ticket: StudyTicket) {
        guard running[study] == ticket else { return }
        running[study] = nil
        for key in open.keys where key.study == study { changed.insert(key) }
    }

    /// The oldest open group, of those that a condition holds for.
    func oldest(where condition: (Group) -> Bool) -> Key? {
        open.values.filter(condition).min { $0.number < $1.number }?.key
    }

    /// Forgets groups with any of these tickets.
    mutating func forget(_ gone: Set<StudyTicket>) {
        func isGone(_ group: Group) -> Bool { group.members.contains { gone.contains($0) } }
        open = open.filter { !isGone($0.value) }
        closed.removeAll(where: isGone)
    }
}

extension StudyDesk.Group {
    /// Whether one more part fits. What a commit must tell of together stays within its reach.
    func takes(_ event: StudyEvent, at offset: Int64, _ limits: WorkerLimits) -> Bool {
        members.count < limits.studyEventsMax
            && contents.instances.count + event.instances.count <= limits.studyInstancesMax
            && max(span.upperBound, offset) - min(span.lowerBound, offset) <= OffsetLedger.spanMax
    }
}
