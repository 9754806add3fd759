internal import VigilCore

/// What is in flight, by ticket; how much of it is due before any moment, of which studies a person
/// wants something soon, and how much of it came by which lane, without a look at each.
struct StudiesInFlight: Sendable {
    private var byTicket: [StudyTicket: StudyInFlight] = [:]
    /// The deadlines of those that others wait for, by rank, in rising order.
    private var deadlines: [Priority: [MonotonicTime]] = [:]
    /// How many events of a study are ordered above `routine`.
    private var ordered: [DicomUID: Int] = [:]
    var flow: IntakeFlow
    /// Of the next ticket.
    private(set) var nextNumber: UInt64 = 1

    /// Nothing.
    init(_ limits: WorkerLimits.Intake) {
        flow = IntakeFlow(limits)
    }

    subscript(ticket: StudyTicket) -> StudyInFlight? { byTicket[ticket] }

    var count: Int { byTicket.count }
    var isEmpty: Bool { byTicket.isEmpty }
    var values: some Collection<StudyInFlight> { byTicket.values }

    /// A name for the next record.
    mutating func newTicket() -> StudyTicket {
        defer { nextNumber += 1 }
        return StudyTicket(number: nextNumber)
    }

    /// Takes one in.
    mutating func insert(_ study: StudyInFlight) {
        flow.count(study.record, by: 1)
        replace(study.ticket, with: study)
    }

    /// Takes one out.
    mutating func remove(_ ticket: StudyTicket) -> StudyInFlight? {
        guard let old = byTicket[ticket] else { return nil }
        replace(ticket, with: nil)
        flow.count(old.record, by: -1)
        return old
    }

    /// Changes what is known of one; nothing when it is not in flight.
    mutating func update(_ study: StudyInFlight) {
        guard byTicket[study.ticket] != nil else { return }
        replace(study.ticket, with: study)
    }

    private mutating func replace(_ ticket: StudyTicket, with new: StudyInFlight?) {
        let old = byTicket.removeValue(forKey: ticket)
        if let priority = old?.waitedFor, let old {
            let place = place(of: old.deadline, in: priority)
            deadlines[priority]?.remove(at: place)
        }
        count(old, by: -1)
        count(new, by: 1)
        guard let new else { return }
        byTicket[ticket] = new
        if let priority = new.waitedFor {
            let place = place(of: new.deadline, in: priority)
            deadlines[priority, default: []].insert(new.deadline, at: place)
        }
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
