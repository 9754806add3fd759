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
    private let fields: StudyFields

    /// - Parameter fields: what a site says of its studies itself.
    package init(fields: StudyFields = StudyFields()) { self.fields = fields }

    /// What a record of a study comes to.
    package enum Content: Sendable {
        /// A finding, and the digest that verdicts name it by.
        case finding(Finding, Digest)
        /// A finding whose priority was written less urgent than what was ordered.
        case lowered(Finding)
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
            case .lowered(let finding): (StudyRow(lowered: finding), nil)
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
    /// - Parameter grouping: what studies are told apart by; nil: they are counted together.
    package func table(by grouping: StudyGrouping?) -> QualityTable {
        var table = QualityTable()
        var counts: [GroupedKind: [QualityCounts]] = [:]
        // Most studies have no verdict yet: those are counted by what is said of them.
        var unspoken: [GroupedRow: Int] = [:]
        for (name, truth) in self.studies {
            let standing = truth.standing(places)
            table.studies.add(truth, standing?.digest, standing.map { rows[$0.row].standing })
            guard let standing else { continue }
            let place = GroupedRow(row: standing.row, said: said(of: name, by: grouping))
            guard let digest = standing.digest, !truth.said.isEmpty else {
                unspoken[place, default: 0] += 1
                continue
            }
            let row = rows[standing.row]
            for (index, code) in rows.codes(of: row.kind).enumerated() {
                let known = row.answers[index].truth(by: truth.verdicts(on: digest, code))
                Self.count(row, index, known, studies: 1, said: place.said, in: &counts)
            }
        }
        for (place, studies) in unspoken {
            let row = rows[place.row]
            if row.standing == .lowered {
                table.addLowered(studies, in: group(row.kind, place.said, by: grouping))
            }
            for index in row.answers.indices {
                Self.count(row, index, .unknown, studies: studies, said: place.said, in: &counts)
            }
        }
        for (place, counts) in counts {
            let group = group(place.kind, place.said, by: grouping)
            for (code, counts) in zip(rows.codes(of: place.kind), counts) {
                table.add(counts, of: code, in: group)
            }
        }
        return table
    }

    /// A row of studies of which a site's file says the same; no number where it is not asked.
    private struct GroupedRow: Hashable {
        let row: Int32
        let said: Int32?
    }

    /// The same of a kind.
    private struct GroupedKind: Hashable {
        let kind: RowTable.Kind
        let said: Int32?
    }

    private func said(of study: Pseudonym, by grouping: StudyGrouping?) -> Int32? {
        guard case .field = grouping else { return nil }
        return fields.number(of: study)
    }

    /// The name of a group; empty where nothing tells it.
    private func group(_ kind: RowTable.Kind, _ said: Int32?, by grouping: StudyGrouping?) -> String
    {
        switch grouping {
        case nil: ""
        case .trait(let trait): rows.traits(of: kind)[trait] ?? ""
        case .field(let name): said.flatMap { fields.value(of: name, in: $0) } ?? ""
        }
    }

    private static func count(
        _ row: RowTable.Row, _ index: Int, _ truth: Truth, studies: Int, said: Int32?,
        in counts: inout [GroupedKind: [QualityCounts]]
    ) {
        counts[
            GroupedKind(kind: row.kind, said: said),
            default: Array(repeating: QualityCounts(), count: row.answers.count)
        ][index].add(row.answers[index].word, truth, studies: studies)
    }
}
