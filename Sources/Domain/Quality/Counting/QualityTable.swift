internal import VigilCore

/// Counts of all findings, by group.
package struct QualityTable: Sendable, Hashable {
    /// How the studies stand as a whole.
    package internal(set) var studies = StudyCounts()
    /// By the group's name, then by the finding's code. Without groups the one name is empty, and
    /// so is that of studies whose records do not tell.
    package private(set) var groups: [String: [String: QualityCounts]] = [:]

    /// Studies whose priority was written less urgent than what was ordered, by the group's name:
    /// none, unless a worker is at fault or somebody else writes findings.
    package private(set) var lowered: [String: Int] = [:]

    mutating func addLowered(_ studies: Int, in group: String) {
        lowered[group, default: 0] += studies
    }

    mutating func add(_ counts: QualityCounts, of code: String, in group: String) {
        groups[group, default: [:]][code, default: QualityCounts()].add(counts)
    }
}

/// How studies stand, each counted once.
package struct StudyCounts: Sendable, Hashable {
    private(set) var byStanding: [StudyStanding: Int] = [:]
    /// Of which persons spoke, and no record was read.
    private(set) var unread = 0
    /// Of whose standing record a person said that the study was looked at.
    private(set) var seen = 0
    /// Of which all that was said is of another record than the one that stands.
    private(set) var ofOtherRecords = 0
    /// Of which more was said than is kept.
    private(set) var crowded = 0

    /// Counts a study.
    ///
    /// - Parameters:
    ///   - record: that stands; nil where there is none, or none that verdicts could name.
    ///   - standing: nil where no record was read.
    mutating func add(_ truth: StudyTruth, _ record: Digest?, _ standing: StudyStanding?) {
        if truth.isCrowded { crowded += 1 }
        guard let standing else {
            unread += 1
            return
        }
        byStanding[standing, default: 0] += 1
        guard let record, !truth.said.isEmpty else { return }
        if truth.verdicts(on: record, "").contains(.seen) { seen += 1 }
        if !truth.said.contains(where: { $0.record == record }) { ofOtherRecords += 1 }
    }
}

/// Studies by what was answered of one finding, and by what is known of it.
package struct QualityCounts: Sendable, Hashable {
    /// Of the studies with one answer.
    struct Truths: Sendable, Hashable {
        var studies = 0
        var present = 0
        var absent = 0
        var disputed = 0

        mutating func add(_ other: Truths) {
            studies += other.studies
            present += other.present
            absent += other.absent
            disputed += other.disputed
        }
    }

    var flagged = Truths()
    var notFlagged = Truths()
    var abstained = Truths()

    mutating func add(_ answer: CodeAnswer.Word, _ truth: Truth, studies: Int) {
        let path: WritableKeyPath<QualityCounts, Truths> =
            switch answer {
            case .flagged: \.flagged
            case .notFlagged: \.notFlagged
            case .abstained: \.abstained
            }
        self[keyPath: path].studies += studies
        switch truth {
        case .present: self[keyPath: path].present += studies
        case .absent: self[keyPath: path].absent += studies
        case .disputed: self[keyPath: path].disputed += studies
        case .unknown: break
        }
    }

    mutating func add(_ other: QualityCounts) {
        flagged.add(other.flagged)
        notFlagged.add(other.notFlagged)
        abstained.add(other.abstained)
    }
}
