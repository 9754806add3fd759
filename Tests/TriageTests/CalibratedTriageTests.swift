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
    ) -> CalibratedTriage.Answer {
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

    @Test("of a million cases none lowers an order, abstains and raises, or falls with a score")
    func properties() throws {
        var generator = SplitMix64(seed: 2026)
        var (lowered, raisedByAbstaining, fell, unusable) = (0, 0, 0, 0)
        for _ in 0..<1000 {
            let rules = try (0..<3).map { _ in try anyRule(&generator) }
            for _ in 0..<1000 {
                let ordered = Priority.allCases[generator.below(4)]
                let asks = Priority.allCases[generator.below(4)]
                let rule = rules[generator.below(3)]
                let score = anyScore(rule, &generator)
                let said = rule.answer(to: score)
                let effective = CalibratedTriage.effective(
                    ordered: ordered, [(said, asks), (.abstained([.uncertain]), .stat)])
                if effective > ordered { lowered += 1 }
                if said != .flagged, effective != ordered { raisedByAbstaining += 1 }
                if said == .flagged, effective != min(ordered, asks) { fell += 1 }
                guard let score, (0...1).contains(score) else {
                    if said != .abstained([.noUsableScore]) { unusable += 1 }
                    continue
                }
                let more = min(1, max(score, score + Float(generator.unit()) * (1 - score)))
                let after = rule.answer(to: more)
                if rank(after) < rank(said) { fell += 1 }
                let raised = CalibratedTriage.effective(ordered: ordered, [(after, asks)])
                if raised > effective { fell += 1 }
            }
        }
        #expect([lowered, raisedByAbstaining, fell, unusable] == [0, 0, 0, 0])
    }
}
