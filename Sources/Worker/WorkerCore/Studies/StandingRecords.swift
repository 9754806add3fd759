internal import VigilCore

/// What stands of studies on the topic of findings, whether or not they came in parts: what a
/// recall is held against. Nothing is kept before the first recall asks for it. Pure; a part of
/// ``WorkerCore``.
///
/// The topic alone tells, and never what this worker has published itself: of a study that it has
/// published something of since a reading began, nothing is known until the next one is over.
struct StandingRecords: Sendable {
    private let countMax: Int
    private var records: [Pseudonym: StudyHistory] = [:]
    /// Of whom this worker has published something since the last reading began.
    private var outdated: Set<Pseudonym> = []
    /// Whether a reading began since the partitions were assigned, and whether it is over.
    private var isBegun = false
    private var isCurrent = false

    init(countMax: Int) { self.countMax = countMax }

    /// What stands of a study; nil where nothing does that holds, or more studies are known than
    /// may be.
    subscript(study: Pseudonym) -> StudyHistory? { records[study] }

    /// Whether what stands of a study is known.
    func isKnown(_ study: Pseudonym) -> Bool { isCurrent && !outdated.contains(study) }

    /// The topic is read from where it was left to where it ends now.
    mutating func beginReading() {
        (isBegun, isCurrent) = (true, false)
        outdated = []
    }

    /// Takes in the next record of a study; nil: it says nothing that holds.
    mutating func note(_ history: StudyHistory?, of study: Pseudonym) {
        guard records[study] != nil || records.count < countMax else { return }
        records[study] = history.flatMap { $0.isLive ? $0 : nil }
    }

    /// The end was reached.
    mutating func endReading() { isCurrent = isBegun }

    /// Another owner may have published something of any study.
    mutating func markUnknown() { (isBegun, isCurrent) = (false, false) }

    /// This worker has published something of a study, or may have.
    mutating func markOutdated(_ study: Pseudonym) {
        // Without a reading nothing is known that could be outdated.
        guard isBegun else { return }
        outdated.insert(study)
        guard outdated.count > countMax else { return }
        outdated = []
        markUnknown()
    }

    /// The topic is gone, and with it what it said.
    mutating func forget() {
        (records, outdated) = ([:], [])
        markUnknown()
    }
}
