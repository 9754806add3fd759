import Quality
import Testing
import VigilCore

/// Studies, what is answered of them and what persons say of it, as tests need them.
enum MadeStudies {
    /// What a test answers of one finding.
    struct Said {
        var code = "pneumothorax"
        var answer = Finding.Answer.flagged
        var head: String?
        var stratum: String?
    }

    /// One record or verdict, as it comes by a topic.
    enum Input {
        case record(LateTruth.Content, of: Pseudonym, at: RecordPosition, published: Timestamp)
        case verdict(FindingVerdict)
    }

    static let uncertain = Finding.Answer.abstained([.uncertain])

    static func pseudonym(_ number: Int) throws -> Pseudonym {
        Pseudonym(of: try #require(DicomUID("1.2.\(number)")), key: [1])
    }

    static func digest(_ text: String) -> Digest { Digest(of: Array(text.utf8)) }

    /// A finding as its answers make it; which study it names is not looked at.
    static func finding(_ answers: [Said], modality: String = "DX") throws -> Finding {
        let uid = try #require(DicomUID("1.2.3"))
        let name = Pseudonym(of: uid, key: [1])
        let results = answers.map { said in
            Finding.Result(
                code: said.code, label: said.code, probability: nil, logitDifference: nil,
                threshold: nil, answer: said.answer,
                calibrated: said.stratum.map {
                    Finding.Calibrated(
                        digest: Digest(of: [4]), stratum: $0, probability: nil, guarantee: nil)
                }, evidence: nil, head: said.head)
        }
        return Finding(
            findingID: FindingIdentity.notAssessed(name), study: uid, pseudonym: name,
            cause: EventIdentity(id: "1", source: "urn:x"),
            priority: Finding.Priorities(
                order: Finding.Order(event: .routine), ai: nil, effective: .routine),
            urgency: nil, reasons: [], decision: Finding.Decision(),
            assessed: Finding.Assessed(
                model: Finding.Model(
                    name: "m", digest: Digest(of: [1]), family: "clip", precision: "fp32",
                    isValidated: true, trainedOn: nil, intendedUse: "tests"),
                preprocessing: Digest(of: [2]), prompts: nil, output: Digest(of: [3]),
                numericMode: "fast", findings: results),
            instances: [
                Finding.Instance(
                    series: nil, sop: nil, pixels: Digest(of: [5]), modality: modality, frames: 1,
                    flags: [])
            ], run: Finding.Run())
    }

    /// A result with a raw score, which is not flagged.
    static func result(score: Double) -> Finding.Result {
        Finding.Result(
            code: "pneumothorax", label: "pneumothorax", probability: nil,
            logitDifference: Float(score), threshold: nil, answer: .notFlagged, evidence: nil)
    }

    /// That a study was read before.
    static func revision(_ number: Int) -> Finding.Revision {
        Finding.Revision(
            number: number, previous: nil, closing: .late, isComplete: true, series: 1,
            expectedSeries: nil, expectedInstances: nil, missing: 0, answers: [], parts: [])
    }

    static func notAssessed(_ why: Finding.NotAssessed) throws -> Finding {
        let uid = try #require(DicomUID("1.2.3"))
        return Finding.notAssessed(
            [Finding.Reason(why)], study: uid, pseudonym: Pseudonym(of: uid, key: [1]),
            cause: EventIdentity(id: "1", source: "urn:x"),
            order: Finding.Order(event: .routine))
    }

    static func position(_ offset: Int64, partition: Int32 = 0) -> RecordPosition {
        RecordPosition(topic: "findings", partition: partition, offset: offset)
    }

    static func verdict(
        _ word: FindingVerdict.Word, on record: Digest, of study: Pseudonym,
        code: String? = "pneumothorax", revision: Int = 1
    ) -> FindingVerdict {
        FindingVerdict(
            study: study, finding: .vigil, revision: revision, record: record, word: word,
            code: word == .seen ? nil : code, at: Timestamp(milliseconds: 0))
    }
}

extension LateTruth {
    /// Takes what came by a topic.
    mutating func take(_ input: MadeStudies.Input) {
        switch input {
        case .record(let content, let study, let position, let published):
            take(content, of: study, at: position, published: published)
        case .verdict(let verdict): take(verdict)
        }
    }

    /// Takes a study with one record.
    mutating func take(_ finding: Finding, of study: Pseudonym, named digest: Digest) {
        take(
            .finding(finding, digest), of: study, at: MadeStudies.position(0),
            published: Timestamp(milliseconds: 0))
    }

    /// The figures of a finding.
    func figures(
        _ code: String = "pneumothorax", by grouping: StudyGrouping? = nil, group: String = "",
        smallBelow: Int = 1, thinBelow: Int = 1
    ) throws -> QualityFigures {
        QualityFigures(
            try #require(table(by: grouping).groups[group]?[code]),
            QualityFigures.Telling(smallBelow: smallBelow, thinBelow: thinBelow))
    }
}
