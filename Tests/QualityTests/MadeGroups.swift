import Testing
import VigilCore

@testable import Quality

/// Studies of groups, with what is answered and what is true of them.
struct MadeGroups {
    /// A study by its answer and what persons say of it.
    enum Cell: String, CaseIterable {
        case confirmed, refuted, cleared, missed, unspoken, abstained

        var answer: Finding.Answer {
            switch self {
            case .confirmed, .refuted: .flagged
            case .cleared, .missed, .unspoken: .notFlagged
            case .abstained: MadeStudies.uncertain
            }
        }

        var word: FindingVerdict.Word? {
            switch self {
            case .confirmed, .cleared: .agree
            case .refuted: .notThere
            case .missed: .missed
            case .unspoken, .abstained: nil
            }
        }
    }

    /// All that came by the topics, in the order in which it was made.
    private(set) var inputs: [MadeStudies.Input] = []
    private var count = 0
    private var findings: [String: Finding] = [:]

    mutating func add(_ cell: Cell, of group: String, studies: Int) throws {
        let key = "\(group)/\(cell.answer)"
        let finding =
            try findings[key]
            ?? MadeStudies.finding([.init(answer: cell.answer, stratum: "site=\(group)")])
        findings[key] = finding
        for _ in 0..<studies {
            count += 1
            let study = try MadeStudies.pseudonym(count)
            let name = MadeStudies.digest("\(count)")
            inputs.append(
                .record(
                    .finding(finding, name), of: study, at: MadeStudies.position(Int64(count)),
                    published: Timestamp(milliseconds: 0)))
            guard let word = cell.word else { continue }
            inputs.append(.verdict(MadeStudies.verdict(word, on: name, of: study)))
        }
    }

    /// What is known once all came.
    func truth(fields: StudyFields = StudyFields()) -> LateTruth {
        var truth = LateTruth(fields: fields)
        for input in inputs { truth.take(input) }
        return truth
    }
}

extension QualityCounts {
    /// Of so many studies of each kind.
    init(_ cells: [MadeGroups.Cell: Int]) {
        self.init()
        for (cell, studies) in cells {
            switch cell {
            case .confirmed: add(.flagged, .present, studies: studies)
            case .refuted: add(.flagged, .absent, studies: studies)
            case .cleared: add(.notFlagged, .absent, studies: studies)
            case .missed: add(.notFlagged, .present, studies: studies)
            case .unspoken: add(.notFlagged, .unknown, studies: studies)
            case .abstained: add(.abstained, .unknown, studies: studies)
            }
        }
    }
}

extension [String: QualityCounts] {
    /// How all rates differ between groups.
    func fairness(smallBelow: Int = 1, thinBelow: Int = 1) -> [FairnessRate: FairnessFigures] {
        let telling = QualityFigures.Telling(smallBelow: smallBelow, thinBelow: thinBelow)
        return FairnessRate.allCases.reduce(into: [:]) {
            $0[$1] = FairnessFigures($1, self, telling)
        }
    }
}

extension LateTruth {
    /// How rates of the one finding differ between groups.
    func fairness(
        by grouping: StudyGrouping = .trait(.site), smallBelow: Int = 1, thinBelow: Int = 1
    ) -> [FairnessRate: FairnessFigures] {
        table(by: grouping).groups.compactMapValues { $0["pneumothorax"] }
            .fairness(smallBelow: smallBelow, thinBelow: thinBelow)
    }
}
