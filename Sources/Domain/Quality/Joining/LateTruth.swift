package import VigilCore

/// Findings joined with what persons said of them, whenever either comes.
///
/// Of a study it holds its pseudonym, of each partition that has one its newest record (place,
/// time, digest and the number of what it says, which all studies share of which the same is said),
/// and verdicts on at most ``StudyTruth/recordsMax`` records of at most ``StudyTruth/codesMax``
/// findings each. Nothing of it hangs on the order of arrival, nor on what comes twice.
package struct LateTruth: Sendable {
    private var studies: [Pseudonym: StudyTruth] = [:]
    private var rows = RowTable()
    private var places = Interned<TopicPartition>()

    package init() {}

    /// What a record of a study comes to.
    package enum Content: Sendable {
        /// A finding, and the digest that verdicts name it by.
        case finding(Finding, Digest)
        /// A tombstone.
        case gone
        case unreadable
    }

    /// Takes a record of a study in.
    ///
    /// - Parameter published: when; counts between partitions alone.
    package mutating func take(
        _ content: Content, of study: Pseudonym, at position: RecordPosition,
        published: Timestamp
    ) {
        let (row, digest): (StudyRow, Digest?) =
            switch content {
            case .finding(let finding, let digest): (StudyRow(finding), digest)
            case .gone: (StudyRow(.gone), nil)
            case .unreadable: (StudyRow(.unreadable), nil)
            }
        unite(
            study,
            StudyTruth(
                StudyTruth.Newest(
                    place: places.number(of: position.topicPartition), offset: position.offset,
                    published: published, digest: digest, row: rows.number(of: row))))
    }

    /// Takes in what a person said.
    package mutating func take(_ verdict: FindingVerdict) {
        unite(verdict.study, StudyTruth(verdict))
    }

    private mutating func unite(_ study: Pseudonym, _ known: StudyTruth) {
        studies[study, default: StudyTruth()].formUnion(known)
    }

    /// What is known now.
    ///
    /// - Parameter trait: what studies are told apart by; nil: they are counted together.
    package func table(by trait: QualityTrait?) -> QualityTable {
        var studies = StudyCounts()
        var counts: [RowTable.Kind: [QualityCounts]] = [:]
        // Most studies have no verdict yet: those are counted by what is said of them.
        var unspoken: [Int32: Int] = [:]
        for truth in self.studies.values {
            let standing = truth.standing(places)
            studies.add(truth, standing?.digest, standing.map { rows[$0.row].standing })
            guard let standing else { continue }
            guard let digest = standing.digest, !truth.said.isEmpty else {
                unspoken[standing.row, default: 0] += 1
                continue
            }
            let row = rows[standing.row]
            for (index, code) in rows.codes(of: row.kind).enumerated() {
                let known = row.answers[index].truth(by: truth.verdicts(on: digest, code))
                Self.count(row, index, known, studies: 1, in: &counts)
            }
        }
        for (number, studies) in unspoken {
            let row = rows[number]
            for index in row.answers.indices {
                Self.count(row, index, .unknown, studies: studies, in: &counts)
            }
        }
        var table = QualityTable(studies: studies)
        for (kind, counts) in counts {
            let group = trait.flatMap { rows.traits(of: kind)[$0] } ?? ""
            for (code, counts) in zip(rows.codes(of: kind), counts) {
                table.add(counts, of: code, in: group)
            }
        }
        return table
    }

    private static func count(
        _ row: RowTable.Row, _ index: Int, _ truth: Truth, studies: Int,
        in counts: inout [RowTable.Kind: [QualityCounts]]
    ) {
        counts[
            row.kind, default: Array(repeating: QualityCounts(), count: row.answers.count)
        ][index].add(row.answers[index].word, truth, studies: studies)
    }
}
