import VigilCore

/// Findings of studies that do not exist.
enum MadeRecord {
    private static let key = Array("a key of 32 bytes for tests only".utf8)
    /// When all are published, unless a test says otherwise.
    static let time = Timestamp(milliseconds: 1_795_500_000_000)

    static func pseudonym(_ number: Int) -> Pseudonym { Pseudonym(of: uid(number), key: key) }

    private static func uid(_ number: Int) -> DicomUID {
        guard let uid = DicomUID("1.2.826.0.1.3680043.8.498.78.\(number)") else {
            fatalError("the number makes no UID")
        }
        return uid
    }

    /// - Parameters:
    ///   - ordered: what persons ordered, as the worker knew it.
    ///   - effective: nil: as it was ordered.
    ///   - isKnown: whether the worker knew all orders.
    ///   - isAssessed: else the model was unavailable.
    static func make(
        _ study: Int, ordered: Priority = .routine, effective: Priority? = nil,
        isKnown: Bool = true, revision: Int = 1, deadline: Timestamp? = nil,
        published: Timestamp = time, isAssessed: Bool = true
    ) -> Finding {
        let order = Finding.Order(highest: ordered, ofEvent: ordered, isKnown: isKnown)
        var run = Finding.Run()
        run.timeline.published = published
        run.deadline = deadline
        var decision = Finding.Decision()
        decision.decidedAt = published
        let cause = EventIdentity(id: "Canary^Jane \(revision)", source: "urn:Canary^Jane")
        guard isAssessed else {
            return Finding.notAssessed(
                [Finding.Reason(.modelUnavailable)], study: uid(study),
                pseudonym: pseudonym(study), cause: cause, order: order, decision: decision,
                revision: revised(revision), run: run)
        }
        return Finding(
            findingID: FindingIdentity.notAssessed(pseudonym(study)), study: uid(study),
            pseudonym: pseudonym(study), cause: cause,
            priority: Finding.Priorities(
                order: order, ai: effective, effective: effective ?? ordered),
            urgency: 0.5, reasons: [Finding.Reason(code: "finding_positive", text: "It is so.")],
            decision: decision, assessed: assessed,
            instances: [
                Finding.Instance(
                    series: nil, sop: nil, pixels: digest("pixels"), modality: "CR", frames: 1,
                    flags: [])
            ], leftOut: [Finding.LeftOut(.report)], revision: revised(revision), run: run)
    }

    private static func digest(_ text: String) -> Digest { Digest(of: Array(text.utf8)) }

    private static func revised(_ number: Int) -> Finding.Revision {
        Finding.Revision(
            number: number, previous: number > 1 ? digest("\(number)") : nil, closing: .complete,
            isComplete: true, series: 1, expectedSeries: 1, expectedInstances: nil, missing: 0,
            answers: [
                Finding.Revision.Answer(
                    event: EventIdentity(id: "e", source: "urn:s"),
                    position: RecordPosition(topic: "in", partition: 0, offset: 1))
            ], parts: [])
    }

    private static var assessed: Finding.Assessed {
        let guarantee = Finding.Guarantee(
            risk: .falseNegatives, alpha: 0.05, delta: 0.1, count: 300, isJoint: false,
            abstentionRate: 0.1, coverageFloor: 0.5)
        let calibrated = Finding.Calibrated(
            digest: digest("calibration"), stratum: "pooled", probability: 0.8,
            guarantee: guarantee)
        func result(_ code: String, _ answer: Finding.Answer) -> Finding.Result {
            Finding.Result(
                code: code, label: "Label \(code)", probability: 0.7, logitDifference: 0.5,
                threshold: 0.5, answer: answer, calibrated: calibrated, evidence: nil)
        }
        return Finding.Assessed(
            model: Finding.Model(
                name: "cxr", digest: digest("model"), family: "clip", precision: "fp32",
                isValidated: true, trainedOn: nil, intendedUse: "Tests"),
            preprocessing: digest("pre"), prompts: nil, output: digest("out"),
            numericMode: "fast",
            findings: [
                result("pneumothorax", .flagged), result("effusion", .notFlagged),
                result("nodule", .abstained([.uncertain])),
            ])
    }
}
