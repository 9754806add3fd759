package import VigilCore

/// What was last said of the studies that came in parts, as the topic of findings has it; so many
/// at most, the longest untouched go first. Pure.
package struct StudyHistories: Sendable {
    private struct Entry: Sendable {
        var history: StudyHistory
        var touched: UInt64
    }

    /// Parts that the studies known have together at most, for each study that may be known: a
    /// record may tell of as many as fit into it.
    private static let partsPerStudy = 20

    private let countMax: Int
    private var entries: [Pseudonym: Entry] = [:]
    private var parts = 0
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
        if let known = entries[study]?.history, !history.isNewer(than: known) { return }
        clock += 1
        // A worker of the last release knows no order but its own.
        let ordered = [history.ordered, entries[study]?.history.ordered].compactMap { $0 }.min()
        forget(study)
        entries[study] = Entry(
            history: history.isV1 ? history.with(ordered: ordered) : history, touched: clock)
        parts += history.parts.count
        guard entries.count > countMax || parts > countMax * Self.partsPerStudy else { return }
        // A quarter at a time, so that the sorting is paid for by many.
        let oldest = entries.sorted { $0.value.touched < $1.value.touched }
        for (study, _) in oldest.prefix(max(1, entries.count / 4)) { forget(study) }
    }

    private mutating func forget(_ study: Pseudonym) {
        guard let entry = entries.removeValue(forKey: study) else { return }
        parts -= entry.history.parts.count
    }
}
