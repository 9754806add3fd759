internal import VigilCore

/// What one record says of a study, as far as quality is counted by it.
struct StudyRow: Sendable {
    /// How the study stands by the record.
    let standing: StudyStanding
    /// Sorted, and for each what is answered.
    let codes: [String]
    let answers: [CodeAnswer]
    /// What the record does not tell is missing.
    let traits: [QualityTrait: String]

    /// Of a record that says nothing of findings.
    init(_ standing: StudyStanding) {
        self.init(standing, answers: [], traits: [:])
    }

    init(_ finding: Finding) {
        guard finding.assessed != nil else {
            self.init(
                finding.isWithdrawn ? .withdrawn : finding.isRecalled ? .recalled : .notAssessed)
            return
        }
        self.init(
            .answered, answers: CodeAnswer.all(of: finding.findings),
            traits: QualityTrait.all(of: finding))
    }

    /// Of a record whose priority is less urgent than what was ordered: nothing that it says else
    /// is counted.
    init(lowered finding: Finding) {
        self.init(.lowered, answers: [], traits: QualityTrait.all(of: finding))
    }

    private init(
        _ standing: StudyStanding, answers: [(code: String, answer: CodeAnswer)],
        traits: [QualityTrait: String]
    ) {
        self.standing = standing
        codes = answers.map(\.code)
        self.answers = answers.map(\.answer)
        self.traits = traits
    }
}

/// How a study stands by its newest record.
package enum StudyStanding: String, Sendable, Hashable, CaseIterable {
    case answered
    case notAssessed = "not_assessed"
    /// The study itself was taken back.
    case withdrawn
    /// What was said of it was taken back.
    case recalled
    /// Its priority is less urgent than what was ordered, which no worker may write.
    case lowered
    /// Its record has no value: retention has made room, or version 1 took it back.
    case gone
    /// Its record cannot be read.
    case unreadable
}

/// What a record answers of one finding, in two bytes.
struct CodeAnswer: Sendable, Hashable {
    /// One word of ``Finding/Answer``.
    enum Word: UInt8, Sendable {
        case notFlagged, abstained, flagged

        init(_ answer: Finding.Answer) {
            self =
                switch answer {
                case .flagged: .flagged
                case .notFlagged: .notFlagged
                case .abstained: .abstained
                }
        }
    }

    /// Several words.
    struct Words: OptionSet, Hashable {
        let rawValue: UInt8

        static let notFlagged = Words(.notFlagged)
        static let flagged = Words(.flagged)

        init(rawValue: UInt8) { self.rawValue = rawValue }
        init(_ word: Word) { rawValue = 1 << word.rawValue }
    }

    /// No record has more codes than a calibration may; the rest of them is not counted.
    static let codesMax = 512

    /// Heads' answers stand for the model's own. Of several the one that says most stands.
    let word: Word
    /// Every word that a person is shown beside the code, the model's own included.
    let shown: Words

    /// The answers of a record's results by their codes, sorted.
    static func all(of results: [Finding.Result]) -> [(code: String, answer: CodeAnswer)] {
        let byCode = Dictionary(grouping: results, by: \.code)
        return byCode.sorted { $0.key < $1.key }.prefix(codesMax).map { code, all in
            let ofHeads = all.filter { $0.head != nil }
            let words = (ofHeads.isEmpty ? all : ofHeads).map { Word($0.answer) }
            let answer = CodeAnswer(
                word: words.max { $0.rawValue < $1.rawValue } ?? .abstained,
                shown: all.reduce(into: []) { $0.insert(Words(Word($1.answer))) })
            return (code, answer)
        }
    }

    /// What persons' verdicts tell of the finding in the study. Those that cannot be said of the
    /// answers that were shown tell nothing, and neither does agreeing with two answers at once.
    func truth(by verdicts: Set<FindingVerdict.Word>) -> Truth {
        let isAgreed = verdicts.contains(.agree)
        let isThere =
            isAgreed && shown == [.flagged]
            || verdicts.contains(.missed) && shown != [.flagged]
        let isNotThere =
            isAgreed && shown == [.notFlagged]
            || verdicts.contains(.notThere) && shown.contains(.flagged)
        return switch (isThere, isNotThere) {
        case (true, true): .disputed
        case (true, false): .present
        case (false, true): .absent
        case (false, false): .unknown
        }
    }
}

/// What is known of a finding in a study.
enum Truth: Sendable {
    case present, absent, disputed, unknown
}
