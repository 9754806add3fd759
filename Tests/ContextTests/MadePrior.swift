import Context
import Testing
import VigilCore

/// Findings of patients' studies as tests of earlier studies need them.
enum MadePrior {
    static let kind = Finding.StudyKind(view: "PA", modality: "DX")
    static let lateral = Finding.StudyKind(view: "LATERAL", modality: "DX")
    static let rules = Finding.ScoreRules(
        model: Digest(of: [1]), preprocessing: Digest(of: [2]), answers: Digest(of: [3]))

    static func pseudonym(_ number: Int) -> Pseudonym { MadeContext.patient(number) }

    static func time(_ hours: Int) -> Timestamp {
        Timestamp(microseconds: 1_795_500_000_000_000).later(by: .seconds(3600 * hours))
    }

    /// An earlier study: its record's digest is of its number and hour.
    static func study(
        _ number: Int, of patient: Int, at hours: Int, kind: Finding.StudyKind = kind,
        scores: [Finding.ImageScore] = []
    ) -> EarlierStudy {
        EarlierStudy(
            patient: pseudonym(patient),
            record: Finding.Earlier(
                study: pseudonym(number), record: Digest(of: Array("\(number) \(hours)".utf8)),
                time: time(hours), kind: kind, rules: rules),
            scores: scores)
    }

    /// A finding of one result by the prompts and one by a head.
    static func finding(
        _ study: Int = 9, probability: Float? = 0.9, answer: Finding.Answer = .flagged,
        fused: Finding.Fused? = nil, model: UInt8 = 1, preprocessing: UInt8 = 2,
        calibration: UInt8 = 3
    ) throws -> Finding {
        let uid = try #require(DicomUID("1.2.\(study)"))
        func result(_ head: String?) -> Finding.Result {
            Finding.Result(
                code: "effusion", label: "Effusion", probability: probability,
                logitDifference: nil, threshold: 0.5, answer: answer, fused: fused, evidence: nil,
                head: head)
        }
        var decision = Finding.Decision()
        decision.calibration = Finding.Input(digest: Digest(of: [calibration]))
        return Finding(
            findingID: UUIDv5(namespace: .vigil, fields: ["\(study)"]), study: uid,
            pseudonym: pseudonym(study), cause: EventIdentity(id: "e", source: "s"),
            priority: Finding.Priorities(
                order: Finding.Order(event: .routine), ai: nil, effective: .routine),
            urgency: nil, reasons: [], decision: decision,
            assessed: Finding.Assessed(
                model: Finding.Model(
                    name: "m", digest: Digest(of: [model]), family: "clip", precision: "fp32",
                    isValidated: true, trainedOn: nil, intendedUse: "tests"),
                preprocessing: Digest(of: [preprocessing]), prompts: nil, output: Digest(of: []),
                numericMode: "reproducible", findings: [result(nil), result("probe")]),
            instances: [], run: Finding.Run())
    }

    /// The same as an earlier study of patient 1, an hour of which is told.
    static func asEarlier(_ finding: Finding, at hours: Int) throws -> EarlierStudy {
        var told = finding
        told.assessed?.prior = Finding.Prior(
            state: .noneKnown, asked: question(hours), earlier: nil, changes: [])
        guard case .study(let study) = EarlierStudy.read(told, digest: Digest(of: [7])) else {
            throw NotRead()
        }
        return study
    }

    struct NotRead: Error {}

    static func question(_ hours: Int, spread: Double? = 0.5) -> Finding.PriorQuestion {
        Finding.PriorQuestion(
            patient: pseudonym(1), time: time(hours), kind: kind, spread: spread)
    }
}
