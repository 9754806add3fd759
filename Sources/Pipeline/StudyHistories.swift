package import VigilCore
package import Wire

/// What was last said of the studies that came in parts, as the topic of findings has it; so many
/// at most, the longest untouched go first. Pure.
package struct StudyHistories: Sendable {
    private struct Entry: Sendable {
        var history: StudyHistory
        var touched: UInt64
    }

    private let countMax: Int
    private var entries: [Pseudonym: Entry] = [:]
    private var clock: UInt64 = 0

    package init(countMax: Int) {
        self.countMax = max(1, countMax)
    }

    /// How many are known.
    package var count: Int { entries.count }

    /// What was last said of a study; nil when nothing is known.
    package subscript(study: Pseudonym) -> StudyHistory? { entries[study]?.history }

    /// Takes news in, unless something newer is known.
    package mutating func note(_ history: StudyHistory, of study: Pseudonym) {
        if let known = entries[study], known.history.number > history.number { return }
        clock += 1
        entries[study] = Entry(history: history, touched: clock)
        guard entries.count > countMax else { return }
        // A quarter at a time, so that the sorting is paid for by many.
        let oldest = entries.sorted { $0.value.touched < $1.value.touched }
        for (study, _) in oldest.prefix(max(1, countMax / 4)) { entries[study] = nil }
    }
}
