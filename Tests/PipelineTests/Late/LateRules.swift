import Context
import Pipeline
import Triage
import VigilCore

/// The rules of the worker of a ``LateScene``, and what its model says.
enum LateRules {
    private static let model = Finding.Model(
        name: "made", digest: Digest(of: [1]), family: "clip", precision: "fp32",
        isValidated: true, trainedOn: nil, intendedUse: "tests")
    private static let preprocessing = Digest(of: [2])
    private static let gain = ContextFit.Gain(
        studies: 900, positives: 200, image: 0.8, fused: 0.9, low: 0.05, high: 0.15)

    private static func term(
        _ item: ContextItem, _ weight: Double, center: Double, spread: Double
    ) -> ContextTerm {
        ContextTerm(item: item, scale: .linear, center: center, spread: spread, weight: weight)
    }

    private static let weights = ContextWeights(
        site: "north", made: Timestamp(microseconds: 1_790_000_000_000_000), model: model.digest,
        fits: [
            ContextFit(
                code: "opacity", head: nil, intercept: -0.25, slope: 1.5,
                terms: [
                    term(.lactate, 0.5, center: 1, spread: 1),
                    term(.reactiveProtein, 0.5, center: 5, spread: 50),
                ], gain: gain),
            ContextFit(
                code: "oedema", head: nil, intercept: 0, slope: 1,
                terms: [term(.saturation, -1, center: 97, spread: 4)], gain: gain),
        ])

    static let policy = TriagePolicy(
        version: "1",
        operatingPoints: [
            OperatingPoint(code: "opacity", threshold: 0.5, priority: .urgent),
            OperatingPoint(code: "oedema", threshold: 0.5, priority: .asap),
        ].compactMap { $0 })

    static let rules = StudyRules(
        policy, calibrations: nil, site: nil,
        context: ContextRule(weights, topic: LateScene.topic, tellsValues: true),
        isValidated: true)

    static let late = LateRule(
        window: .seconds(86_400), rules, model: model, preprocessing: preprocessing, prompts: nil)

    private static let scores = [
        ImageScores(
            instance: 0, frame: 0,
            findings: [
                ("opacity", "Opacity", 0.3), ("oedema", "Oedema", 0.2), ("mass", "Mass", 0.1),
            ]
            .map { code, label, probability in
                FindingScore(
                    code: code, label: label, probability: probability,
                    logitDifference: probability - 0.5)
            })
    ]

    /// The same held against a study of an hour before with the same scores.
    static func withPrior(
        _ finding: Finding, of patient: Pseudonym, at time: Timestamp
    ) -> Finding {
        func asked(_ time: Timestamp) -> Finding.PriorQuestion {
            Finding.PriorQuestion(
                patient: patient, time: time,
                kind: Finding.StudyKind(view: "PA", modality: "DX"), spread: 0.5)
        }
        var (now, before) = (finding, finding)
        before.decision.context = nil
        before.assessed?.prior = Finding.Prior(
            state: .noneKnown, asked: asked(time.later(by: .seconds(-3600))), earlier: nil,
            changes: [])
        if case .study(let study) = EarlierStudy.read(before, digest: Digest(of: [5])) {
            let prior = KnownPrior(.study(study), asked(time)).prior(of: finding)
            now.assessed?.prior = prior
        }
        return now
    }

    /// The finding of a study.
    static func finding(
        _ event: StudyEvent, _ name: Pseudonym, _ known: PatientContext?, at time: Timestamp
    ) -> Finding {
        let said = rules.assess(scores, traits: [:], known, ordered: event.priority, at: time)
        var run = Finding.Run()
        run.position = RecordPosition(topic: LateScene.place.topic, partition: 0, offset: 0)
        return Finding(
            findingID: FindingIdentity.finding(
                study: name, series: [SafeText](), model: model.digest,
                preprocessing: preprocessing, prompts: nil),
            study: event.study, pseudonym: name, cause: EventIdentity(of: event),
            priority: Finding.Priorities(
                order: Finding.Order(event: event.priority), ai: said.ai,
                effective: said.effective),
            urgency: said.urgency, reasons: said.reasons.map { Finding.Reason($0) },
            decision: rules.decision(known, at: time),
            assessed: Finding.Assessed(
                model: model, preprocessing: preprocessing, prompts: nil,
                output: Digest(of: [3]), numericMode: "reproducible",
                findings: said.findings.map { Finding.Result($0, isOfSeries: false) }),
            instances: [
                Finding.Instance(
                    series: nil, sop: nil, pixels: Digest(of: [4]), modality: "CR", frames: 1,
                    flags: [])
            ], run: run)
    }
}
