internal import VigilCore

/// What is in flight, by ticket; how much of it is due before any moment, and of which studies a
/// person wants something soon, without a look at each.
struct StudiesInFlight: Sendable {
    private var byTicket: [StudyTicket: StudyInFlight] = [:]
    /// The deadlines of those that others wait for, in rising order.
    private var deadlines: [MonotonicTime] = []
    /// How many events of a study are ordered above `routine`.
    private var ordered: [DicomUID: Int] = [:]

    /// Nothing.
    init() {}

    subscript(ticket: StudyTicket) -> StudyInFlight? {
        get { byTicket[ticket] }
        set {
            let old = byTicket.removeValue(forKey: ticket)
            if let old, old.isWaitedFor { deadlines.remove(at: place(of: old.deadline)) }
            count(old, by: -1)
            count(newValue, by: 1)
            guard let newValue else { return }
            byTicket[ticket] = newValue
            if newValue.isWaitedFor {
                deadlines.insert(newValue.deadline, at: place(of: newValue.deadline))
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

    /// How many are to be answered before a study that is due then.
    func due(noLaterThan deadline: MonotonicTime) -> Int { place { $0 <= deadline } }

    /// Whether an event about this study is ordered above `routine`.
    func isOrdered(_ study: DicomUID) -> Bool { ordered[study] != nil }

    private mutating func count(_ study: StudyInFlight?, by sign: Int) {
        guard let event = study?.event, event.priority != .routine else { return }
        let count = ordered[event.study, default: 0] + sign
        ordered[event.study] = count == 0 ? nil : count
    }

    /// Where a deadline stands first, or would stand.
    private func place(of deadline: MonotonicTime) -> Int { place { $0 < deadline } }

    /// The first place whose deadline is not before; those that are before come first.
    private func place(where isBefore: (MonotonicTime) -> Bool) -> Int {
        var (low, high) = (0, deadlines.count)
        while low < high {
            let middle = (low + high) / 2
            if isBefore(deadlines[middle]) { low = middle + 1 } else { high = middle }
        }
        return low
    }
}

extension StudyInFlight {
    /// An event that does not wait for a cleaner hour.
    fileprivate var isWaitedFor: Bool {
        event != nil && !(deferral.map { $0.end == nil } ?? false)
    }
}
