import Testing
import Triage
import VigilCore

/// Three answers, and what they may do to an order.
struct CalibratedTriageTests {
    private let now = MadeCalibration.made

    private func triage(_ files: [CalibrationFile]) -> CalibratedTriage {
        CalibratedTriage(files.map(MadeCalibration.opened), scorer: MadeCalibration.scorer)
    }

    private func answer(
        _ triage: CalibratedTriage, _ score: Float?, code: String = "effusion",
        head: String? = nil, at time: Timestamp? = nil,
        _ traits: [String: String] = ["site": "north", "view": "frontal"]
    ) -> CalibratedAnswer {
        triage.answer(code: code, head: head, score: score, traits: traits, at: time ?? now)
    }

    /// How urgent an answer is.
    private func rank(_ answer: Finding.Answer) -> Int {
        switch answer {
        case .notFlagged: 0
        case .abstained: 1
        case .flagged: 2
        }
    }

    @Test("below the lower threshold not flagged, from the upper on flagged, between abstained")
    func threeAnswers() throws {
        let triage = triage([try MadeCalibration.file()])
        #expect(answer(triage, Float(0.1).nextDown).answer == .notFlagged)
        #expect(answer(triage, 0.1).answer == .abstained([.uncertain]))
        #expect(answer(triage, Float(0.5).nextDown).answer == .abstained([.uncertain]))
        #expect(answer(triage, 0.5).answer == .flagged)
        #expect(answer(triage, 0).answer == .notFlagged && answer(triage, 1).answer == .flagged)
        let said = answer(triage, 0.7)
        #expect(said.stratum == "pooled" && said.rule?.stratum == nil)
        #expect(said.probability.map { (0...1).contains($0) } == true)
        #expect(said.calibration != nil)
    }

    @Test(
        "what is no score abstains",
        arguments: [
            nil, Float.nan, .infinity, -.infinity, -0.001, 1.001, .signalingNaN,
        ])
    func noScore(score: Float?) throws {
        let said = answer(triage([try MadeCalibration.file()]), score)
        #expect(said.answer == .abstained([.noUsableScore]) && said.probability == nil)
    }

    @Test("a study's stratum has its own rule, else that of all; an unknown one abstains")
    func strata() throws {
        let triage = triage([try MadeCalibration.file()])
        let own = answer(triage, 0.07, ["site": "south", "view": "frontal"])
        #expect(own.answer == .abstained([.uncertain]))
        #expect(own.stratum == "site=south,view=frontal")
        let small = answer(triage, 0.07, ["site": "south", "view": "lateral"])
        #expect(small.answer == .notFlagged && small.stratum == "pooled")
        for traits in [
            ["site": "east", "view": "frontal"], ["site": "north", "view": "lateral"],
            ["site": "north"], [:], ["site": "north", "view": ""],
        ] {
            for score in [Float(0), 0.7, 1] {
                #expect(answer(triage, score, traits).answer == .abstained([.stratumUnknown]))
            }
        }
    }

    @Test("a calibration that tells no sites apart is its own site's alone")
    func foreignSite() throws {
        let rules = [try MadeCalibration.rule()]
        let file = try MadeCalibration.file(
            findings: [MadeCalibration.finding(rules: rules)], columns: [])
        #expect(answer(triage([file]), 0.7, ["site": "north"]).answer == .flagged)
        #expect(
            answer(triage([file]), 0.7, ["site": "south"]).answer == .abstained([.stratumUnknown]))
        #expect(answer(triage([file]), 0.7, [:]).answer == .flagged)
    }

    @Test("expired, of another model, or without the finding: all abstains, with the reason")
    func notStanding() throws {
        let file = try MadeCalibration.file()
        let other = CalibratedTriage(
            [MadeCalibration.opened(file)],
            scorer: ScoringModel(
                model: Digest(of: [8]), preprocessing: MadeCalibration.scorer.preprocessing,
                adapters: MadeCalibration.scorer.adapters))
        for score in stride(from: Float(0), through: 1, by: 0.01) {
            #expect(
                answer(triage([file]), score, at: MadeCalibration.expires).answer
                    == .abstained([.calibrationExpired]))
            #expect(answer(other, score).answer == .abstained([.calibrationOfAnother]))
            #expect(
                answer(triage([file]), score, code: "lung_mass").answer
                    == .abstained([.calibrationMissing]))
            #expect(
                answer(triage([file]), score, head: "other").answer
                    == .abstained([.calibrationMissing]))
            #expect(answer(triage([]), score).answer == .abstained([.calibrationMissing]))
        }
    }

    @Test("of several calibrations the newest that holds counts, in whatever order they come")
    func newest() throws {
        let rule = try MadeCalibration.rule(below: 0.2)
        let old = try MadeCalibration.file()
        let new = try MadeCalibration.file(
            findings: [MadeCalibration.finding(rules: [rule])],
            made: MadeCalibration.made.later(by: .seconds(1)))
        let later = MadeCalibration.made.later(by: .seconds(2))
        for files in [[old, new], [new, old]] {
            #expect(answer(triage(files), 0.15, at: later).answer == .notFlagged)
            #expect(answer(triage(files), 0.15).answer == .abstained([.uncertain]))
        }
    }

    @Test("where clearing was refused, what is not flagged abstains and says why")
    func refusedClearing() throws {
        for (refusal, reason) in [
            (RiskRefusal.tooFewPositives, Finding.Abstention.tooFewPositives),
            (.coverageBelowFloor, .uncertain), (.noThreshold, .uncertain),
        ] {
            let rule = StratumRule(
                stratum: nil, clearing: .refused(refusal),
                flagging: .init(from: 0.5, by: .policy),
                positives: .init(flagged: 5, notFlagged: 0, abstained: 5),
                negatives: .init(flagged: 5, notFlagged: 0, abstained: 5))
            #expect(rule.answer(to: 0) == .abstained([reason]))
            #expect(rule.answer(to: Float(0.5).nextDown) == .abstained([reason]))
            #expect(rule.answer(to: 0.5) == .flagged)
        }
    }

    /// Any float: even ones, odd ones, and those at a threshold.
    private func anyScore(_ rule: StratumRule, _ generator: inout SplitMix64) -> Float? {
        switch generator.below(8) {
        case 0: nil
        case 1: Float(bitPattern: UInt32(truncatingIfNeeded: generator.next()))
        case 2: [.nan, .infinity, -.infinity, -0.0, 0, 1][generator.below(6)]
        case 3: rule.flagging.from
        case 4: rule.flagging.from.nextDown
        default: Float(generator.unit())
        }
    }

    private func anyRule(_ generator: inout SplitMix64) throws -> StratumRule {
        let from = Float(generator.unit()).nextUp
        if generator.below(4) == 0 {
            let refusal = RiskRefusal.allCases[generator.below(RiskRefusal.allCases.count)]
            return StratumRule(
                stratum: nil, clearing: .refused(refusal),
                flagging: .init(from: from, by: .given),
                positives: .init(flagged: 0, notFlagged: 0, abstained: 0),
                negatives: .init(flagged: 0, notFlagged: 0, abstained: 0))
        }
        return try MadeCalibration.rule(below: from * Float(generator.unit()), from: from)
    }

    /// What answers for studies of one finding.
    private struct Decider {
        let policy: TriagePolicy
        let study: CalibratedStudy

        /// A study of one image, with a score or without one.
        func decide(_ score: Float?, ordered: Priority) -> TriageAssessment {
            let scores = score.map {
                [FindingScore(code: "effusion", label: "", probability: $0, logitDifference: 0)]
            }
            return policy.assess(
                [ImageScores(instance: 0, frame: 0, findings: scores ?? [])], ordered: ordered,
                isValidated: true, by: study)
        }
    }

    private func decider(_ rule: StratumRule, asks: Priority) throws -> Decider {
        let file = try MadeCalibration.file(
            findings: [MadeCalibration.finding(rules: [rule])], columns: [])
        let point = OperatingPoint(code: "effusion", threshold: 0.5, priority: asks)
        return Decider(
            policy: TriagePolicy(version: "1", operatingPoints: [point].compactMap { $0 }),
            study: CalibratedStudy(triage([file]), traits: ["site": "north"], at: now))
    }

    @Test("a calibration's thresholds go before the policy's, and only what is flagged raises")
    func beforePolicy() throws {
        let rule = try MadeCalibration.rule(below: 0.1, from: 0.8)
        let decider = try decider(rule, asks: .stat)
        let flagged = decider.decide(0.9, ordered: .routine)
        #expect(flagged.effective == .stat && flagged.findings[0].threshold == 0.8)
        let between = decider.decide(0.7, ordered: .routine)
        #expect(between.findings[0].answer == .abstained([.uncertain]))
        #expect(between.effective == .routine && between.ai == nil && between.urgency == nil)
        #expect(between.reasons == [.abstains(.uncertain)])
        let clear = decider.decide(0.05, ordered: .urgent)
        #expect(clear.findings[0].answer == .notFlagged && clear.effective == .urgent)
        let promised = clear.findings[0].calibrated?.guarantee
        #expect(promised?.risk == .falseNegatives && promised?.alpha == 0.05)
        #expect(promised?.count == 300 && promised?.abstentionRate == 170.0 / 1000)
        // Nothing was promised of false alarms.
        #expect(flagged.findings[0].calibrated?.guarantee == nil)
    }

    @Test("after a calibration's expiry all abstains, nothing is raised, and the reason says so")
    func afterExpiry() throws {
        let file = try MadeCalibration.file(columns: [])
        let study = CalibratedStudy(triage([file]), traits: [:], at: MadeCalibration.expires)
        let score = FindingScore(
            code: "effusion", label: "Effusion", probability: 1, logitDifference: 9)
        let assessment = TriagePolicy(version: "1", operatingPoints: []).assess(
            [ImageScores(instance: 0, frame: 0, findings: [score])], ordered: .asap,
            isValidated: true, by: study)
        #expect(assessment.effective == .asap && assessment.ai == nil)
        #expect(assessment.findings[0].answer == .abstained([.calibrationExpired]))
        #expect(assessment.findings[0].threshold == nil)
        #expect(assessment.findings[0].calibrated?.stratum == nil)
        #expect(assessment.reasons == [.abstains(.calibrationExpired)])
    }

    @Test("a worker refuses what would never answer it: another site's, or by what it cannot know")
    func unusableHere() throws {
        let bySite = try MadeCalibration.file()
        #expect(bySite.refusal(site: nil) == .otherSite)
        #expect(bySite.refusal(site: "anywhere") == nil)
        let whole = try MadeCalibration.file(columns: [])
        #expect(whole.refusal(site: nil) == nil && whole.refusal(site: "north") == nil)
        #expect(whole.refusal(site: "south") == .otherSite)
        let byMaker = try MadeCalibration.file(columns: ["site", "maker"])
        #expect(byMaker.refusal(site: "north") == .unknownColumn)
    }

    @Test("of a million cases none lowers an order, abstains and raises, or falls with a score")
    func properties() throws {
        var generator = SplitMix64(seed: 2026)
        var (lowered, raisedByAbstaining, fell, unusable) = (0, 0, 0, 0)
        for _ in 0..<1000 {
            let rule = try anyRule(&generator)
            let asks = Priority.allCases[generator.below(4)]
            let decider = try decider(rule, asks: asks)
            for _ in 0..<1000 {
                let ordered = Priority.allCases[generator.below(4)]
                let score = anyScore(rule, &generator)
                let said = decider.decide(score, ordered: ordered)
                let isFlagged = said.findings.contains { $0.answer == .flagged }
                if said.effective > ordered { lowered += 1 }
                if !isFlagged, said.effective != ordered { raisedByAbstaining += 1 }
                if isFlagged, said.effective != min(ordered, asks) { fell += 1 }
                let answer = rule.answer(to: score)
                guard let score, (0...1).contains(score) else {
                    if answer != .abstained([.noUsableScore]) { unusable += 1 }
                    continue
                }
                let more = min(1, max(score, score + Float(generator.unit()) * (1 - score)))
                if rank(rule.answer(to: more)) < rank(answer) { fell += 1 }
            }
        }
        #expect([lowered, raisedByAbstaining, fell, unusable] == [0, 0, 0, 0])
    }
}
