import VigilCore

/// Findings of every shape that a worker publishes, of studies that do not exist.
enum MadeFinding {
    enum Shape: CaseIterable {
        case flagged, calibrated, abstained, notAssessed, revised, withdrawn
    }

    static let key = Digest(of: "a key for tests only".utf8).bytes

    static func uid(_ number: Int) -> DicomUID {
        guard let uid = DicomUID("1.2.826.0.1.3680043.8.498.77.\(number)") else {
            fatalError("the number makes no UID")
        }
        return uid
    }

    static func pseudonym(_ number: Int) -> Pseudonym { Pseudonym(of: uid(number), key: key) }

    /// - Parameters:
    ///   - study: its number.
    ///   - revision: nil for an event that was complete by itself.
    static func make(
        _ shape: Shape, study: Int = 1, revision: Int? = nil, label: String = "Pneumothorax"
    ) -> Finding {
        let study = (uid: uid(study), pseudonym: pseudonym(study))
        let number = revision ?? (shape == .revised ? 2 : shape == .withdrawn ? 3 : nil)
        let cause = EventIdentity(id: "event-\(number ?? 1)", source: "urn:hospital:pacs")
        let id = FindingIdentity.finding(
            study: study.pseudonym, series: [] as [Pseudonym], model: digest("model"),
            preprocessing: digest("pre"), prompts: nil)
        let order = Finding.Order(
            highest: .asap, ofEvent: .routine, before: .asap, isKnown: true)
        var run = Finding.Run()
        run.timeline.published = time
        if shape == .notAssessed || shape == .withdrawn {
            return Finding.notAssessed(
                [Finding.Reason(shape == .withdrawn ? .withdrawn : .modelUnavailable)],
                study: study.uid, pseudonym: study.pseudonym, cause: cause, order: order,
                findingID: id, decision: decision, revision: number.map(revised), run: run)
        }
        return Finding(
            findingID: id, study: study.uid, pseudonym: study.pseudonym, cause: cause,
            priority: Finding.Priorities(order: order, ai: .stat, effective: .stat),
            urgency: 0.73,
            reasons: [Finding.Reason(code: "finding_positive", text: "\(label) reaches 0.5.")],
            decision: decision, assessed: assessed(shape, label),
            instances: [
                Finding.Instance(
                    series: nil, sop: pseudonym(1000), pixels: digest("pixels"), modality: "CR",
                    frames: 1, flags: [])
            ], revision: number.map(revised), run: run)
    }

    static func digest(_ text: String) -> Digest { Digest(of: Array(text.utf8)) }

    static let time = Timestamp(microseconds: 1_795_500_000_000_123)

    private static var decision: Finding.Decision {
        var decision = Finding.Decision()
        decision.decidedAt = time
        return decision
    }

    private static func revised(_ number: Int) -> Finding.Revision {
        Finding.Revision(
            number: number, previous: number > 1 ? digest("record \(number - 1)") : nil,
            closing: .complete, isComplete: true, series: 1, expectedSeries: 1,
            expectedInstances: nil, missing: 0,
            answers: [
                Finding.Revision.Answer(
                    event: EventIdentity(id: "event-\(number)", source: "urn:hospital:pacs"),
                    position: RecordPosition(topic: "in", partition: 0, offset: Int64(number)))
            ], parts: [])
    }

    private static func assessed(_ shape: Shape, _ label: String) -> Finding.Assessed {
        let image = Finding.Evidence(instance: 0, frame: 0)
        let box = EvidenceBox(
            image: image, matrix: .init(columns: 2048, rows: 2500),
            corner: .init(columns: 100, rows: 40), size: .init(columns: 300, rows: 200),
            share: 0.75)
        let told = Finding.Attribution(
            boxes: [box].compactMap { $0 }, patches: 0.75, terms: [], layers: 1,
            grid: EvidenceGrid(rows: 7, columns: 7), map: digest("map"))
        let calibrated = Finding.Calibrated(
            digest: digest("calibration"), stratum: "pooled", probability: 0.0000125,
            guarantee: Finding.Guarantee(
                risk: .falseNegatives, alpha: 0.05, delta: 0.1, count: 300, isJoint: false,
                abstentionRate: 0.1, coverageFloor: 0.5))
        let isAbstained = shape == .abstained
        var results = [
            Finding.Result(
                code: "pneumothorax", label: label, probability: isAbstained ? nil : 0.73,
                logitDifference: 0.75, threshold: 0.5,
                answer: isAbstained ? .abstained([.uncertain, .viewUnknown]) : .flagged,
                calibrated: shape == .calibrated ? calibrated : nil, evidence: image,
                explained: isAbstained ? nil : .told(told))
        ]
        // A revision says of fewer findings than what it stands instead of.
        if shape != .revised {
            results.append(
                Finding.Result(
                    code: "site_only", label: "Known to the site alone", probability: 0.00001,
                    logitDifference: -2, threshold: 0.4, answer: .notFlagged, evidence: nil,
                    head: "probe"))
        }
        return Finding.Assessed(
            model: Finding.Model(
                name: "cxr-clip", digest: digest("model"), family: "clip", precision: "fp32",
                isValidated: false, trainedOn: nil, intendedUse: "Triage of chest films"),
            preprocessing: digest("pre"), prompts: nil, output: digest("output"),
            numericMode: "fast", findings: results)
    }
}
