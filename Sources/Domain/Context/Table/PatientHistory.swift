internal import VigilCore

/// What is known of one patient: of each item the newest values, and which identifiers were taken
/// back or corrected. Both are sets that only grow, cut off by an order of their own; so any order
/// of arrival ends in an equal state.
struct PatientHistory: Sendable, Hashable {
    /// Of each item so many of the newest are kept, those taken back among them: were a value's
    /// place given free, what came before it would be missing there.
    static let entriesMax = 16
    /// With more identifiers taken back than this, nothing of the patient is used any more: which
    /// of its values still count would hang on the order of arrival.
    static let floorsMax = 256

    /// By item, then by age.
    private var entries: [ContextEntry] = []
    /// The least version of an identifier that still counts.
    private var floors: [UInt64: ContextVersion] = [:]
    private var isOverrun = false

    /// How many values are kept.
    var count: Int { entries.count }

    /// Whether there is nothing to remember.
    var isEmpty: Bool { entries.isEmpty && floors.isEmpty && !isOverrun }

    /// Takes a value.
    mutating func take(_ entry: ContextEntry) {
        let place = firstIndex { !($0 < entry) }
        if place < entries.count, !(entry < entries[place]) {
            // Said twice. The one that a compacted topic keeps is the later one.
            if entries[place].isBefore(entry) { entries[place] = entry }
            return
        }
        entries.insert(entry, at: place)
        let (start, end) = bounds(of: entry.place)
        if end - start > Self.entriesMax { entries.remove(at: start) }
    }

    /// Lets nothing older count under an identifier.
    mutating func raiseFloor(_ id: UInt64, to version: ContextVersion) {
        guard !isOverrun else { return }
        floors[id] = floors[id].map { max($0, version) } ?? version
        if floors.count > Self.floorsMax { (floors, isOverrun) = ([:], true) }
    }

    /// The newest value of each item from its window before a time to an end.
    func known(at time: Timestamp, until end: Timestamp) -> [KnownValue] {
        guard !isOverrun else { return [] }
        let newest = end.later(by: ContextJudge.clockSkew)
        return ContextItem.allCases.enumerated().compactMap { place, item in
            let oldest = time.later(by: .zero - ContextScale.of(item).window)
            let (start, end) = bounds(of: UInt8(truncatingIfNeeded: place))
            let entry = entries[start..<end].last {
                $0.time >= oldest && $0.time <= newest && counts($0)
            }
            return entry.map { KnownValue($0) }
        }
    }

    /// Forgets values that say nothing any more at a time; what was taken back stays known for as
    /// long as the patient has a value.
    mutating func expire(at time: Timestamp) {
        entries.removeAll { $0.time < time.later(by: .zero - ContextScale.of($0.item).window) }
        if entries.isEmpty { self = PatientHistory() }
    }

    /// Whether it was neither taken back nor overtaken by another version.
    private func counts(_ entry: ContextEntry) -> Bool {
        for id in [entry.resource, entry.record] {
            if let floor = floors[id], entry.version < floor { return false }
        }
        return !entries.contains { $0.id == entry.id && entry.version < $0.version }
    }

    private func bounds(of place: UInt8) -> (start: Int, end: Int) {
        (firstIndex { $0.place >= place }, firstIndex { $0.place > place })
    }

    /// Where the first entry stands of which a rising condition holds.
    private func firstIndex(_ holds: (ContextEntry) -> Bool) -> Int {
        var (low, high) = (0, entries.count)
        while low < high {
            let middle = (low + high) / 2
            if holds(entries[middle]) { high = middle } else { low = middle + 1 }
        }
        return low
    }
}
