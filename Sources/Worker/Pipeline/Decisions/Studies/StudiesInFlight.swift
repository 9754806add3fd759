internal import VigilCore

/// What is in flight, by ticket; how much of it is due before any moment, and of which studies a
/// person wants something soon, without a look at each.
struct StudiesInFlight: Sendable {
    private var byTicket: [StudyTicket: StudyInFlight] = [:]
    /// The deadlines of those that others wait for, by rank, in rising order.
    private var deadlines: [Priority: [MonotonicTime]] = [:]
    /// How many events of a study are ordered above `routine`.
    private var ordered: [DicomUID: Int] = [:]

    /// Nothing.
    init() {}

    subscript(ticket: StudyTicket) -> StudyInFlight? {
        get { byTicket[ticket] }
        set {
            let old = byTicket.removeValue(forKey: ticket)
            if let priority = old?.waitedFor, let old {
                let place = place(of: old.deadline, in: priority)
                deadlines[priority]?.remove(at: place)
            }
            count(old, by: -1)
            count(newValue, by: 1)
            guard let newValue else { return }
            byTicket[ticket] = newValue
            if let priority = newValue.waitedFor {
                let place = place(of: newValue.deadline, in: priority)
                deadlines[priority, default: []].insert(newValue.deadline, at: place)
            }
        }
    }

    var count: Int { byTicket.count }
    var isEmpty: Bool { byTicket.isEmpty }
    var values: some Collection<StudyInFlight> { byTicket.values }

    /// Takes one out.
    mutating func removeValue(forKey ticket: StudyTicket) -> StudyInFlight? {
        let old = byTicket[ticket]
        self[ticket] = nil
        return old
    }

    /// How many are to be answered before a study of that rank that is due then: those of more
    /// urgent ranks, and those of its own that are due no later.
    func due(_ priority: Priority, noLaterThan deadline: MonotonicTime) -> Int {
        let above = deadlines.reduce(0) { $1.key < priority ? $0 + $1.value.count : $0 }
        return above + place(in: priority) { $0 <= deadline }
    }

    /// Whether an event about this study is ordered above `routine`.
    func isOrdered(_ study: DicomUID) -> Bool { ordered[study] != nil }

    private mutating func count(_ study: StudyInFlight?, by sign: Int) {
        guard let event = study?.event, event.priority != .routine else { return }
        let count = ordered[event.study, default: 0] + sign
        ordered[event.study] = count == 0 ? nil : count
    }

    /// Where a deadline stands first, or would stand.
    private func place(of deadline: MonotonicTime, in priority: Priority) -> Int {
        place(in: priority) { $0 < deadline }
    }

    /// The first place whose deadline is not before; those that are before come first.
    private func place(in priority: Priority, where isBefore: (MonotonicTime) -> Bool) -> Int {
        guard let deadlines = deadlines[priority] else { return 0 }
        var (low, high) = (0, deadlines.count)
        while low < high {
            let middle = (low + high) / 2
            if isBefore(deadlines[middle]) { low = middle + 1 } else { high = middle }
        }
        return low
    }
}

extension StudyInFlight {
    /// The rank of an event that does not wait for a cleaner hour; nil of anything else.
    fileprivate var waitedFor: Priority? {
        deferral.map { $0.end == nil } ?? false ? nil : event?.priority
    }
}
