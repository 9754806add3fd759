internal import VigilCore

/// An earlier study as the table keeps it: what many records have in common stands in memory once.
struct KeptStudy: Sendable {
    /// Which finding a score is of.
    struct Name: Sendable, Hashable {
        let code: String
        let head: String?
    }

    /// What is said of it.
    struct Said: Sendable {
        let probability: Float?
        let answer: Finding.ImageScore.Answer
    }

    let record: Finding.Earlier
    let names: [Name]
    /// One for each name.
    let said: [Said]

    /// As it came.
    func whole(of patient: Pseudonym) -> EarlierStudy {
        EarlierStudy(
            patient: patient, record: record,
            scores: zip(names, said).map {
                Finding.ImageScore(
                    code: $0.code, head: $0.head, answer: $1.answer, probability: $1.probability)
            })
    }
}

/// What many records have in common: rules and the names of findings.
struct SharedParts: Sendable {
    /// Of more it is forgotten which they were: records of outside may each have others.
    private static let countMax = 64

    private var names: Set<[KeptStudy.Name]> = []
    private var rules: Set<Finding.ScoreRules> = []

    /// What is kept of a study.
    mutating func kept(_ study: EarlierStudy) -> KeptStudy {
        let (record, scores) = (study.record, study.scores)
        let names = Self.one(
            of: scores.map { KeptStudy.Name(code: $0.code, head: $0.head) }, in: &names)
        return KeptStudy(
            record: Finding.Earlier(
                study: record.study, record: record.record, time: record.time, kind: record.kind,
                rules: Self.one(of: record.rules, in: &rules)),
            names: names,
            said: scores.map { KeptStudy.Said(probability: $0.probability, answer: $0.answer) })
    }

    /// The one that was there before, where one was.
    private static func one<Part: Hashable>(of part: Part, in parts: inout Set<Part>) -> Part {
        if let known = parts.firstIndex(of: part) { return parts[known] }
        if parts.count >= countMax { parts = [] }
        parts.insert(part)
        return part
    }
}
