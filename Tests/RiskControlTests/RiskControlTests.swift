import Testing
import VigilCore

@testable import RiskControl

/// Thresholds and what they promise.
struct RiskControlTests {
    private let claim = RiskClaim(alpha: 0.05, delta: 0.05)

    private func plan(
        fpr: Double? = nil, sequences: Int = 1, floor: Double = 0
    ) throws -> RiskController {
        RiskController(
            try RiskPlan(
                fnr: 0.05, fpr: fpr, delta: 0.05, sequences: sequences, coverageFloor: floor))
    }

    /// Studies of which those with the finding score higher by a shift.
    private func made(
        _ count: Int, seed: UInt64 = 3, shift: Double = 0.4, stratum: Int? = nil,
        patient: Int = 0
    ) -> [ScoredStudy] {
        var generator = SplitMix64(seed: seed)
        return (0..<count).map { index in
            let isPositive = index % 4 == 0
            let score = 0.6 * generator.unit() + (isPositive ? shift : 0)
            return ScoredStudy(
                score: Float(score), isPositive: isPositive, patient: patient + index,
                stratum: stratum)
        }
    }

    private func finding(_ studies: [ScoredStudy], at point: Float = 0.5) -> FindingScores {
        FindingScores(
            code: "effusion", head: nil, operatingPoint: point, operatingPointBy: .policy,
            studies: studies)
    }

    private func below(_ rule: StratumRule) -> (threshold: Float, proof: RiskProof)? {
        if case .below(let threshold, let proof) = rule.clearing { (threshold, proof) } else { nil }
    }

    @Test("the threshold is the last that every safer one allows, as a search finds it")
    func threshold() throws {
        let claim = try #require(claim)
        var generator = SplitMix64(seed: 9)
        for round in 0..<200 {
            let count = 59 + generator.below(300)
            // Few different scores, so that many are equal.
            let scores = (0..<count).map { _ in
                Float(generator.below(round % 2 == 0 ? 12 : 100_000)) / 100_000
            }
            let found = try RiskThresholds.clearing(positives: scores, claim: claim).get()
            let candidates = Set(scores).sorted()
            let passing = candidates.prefix { candidate in
                claim.pValue(losses: scores.count { $0 < candidate }, of: count) <= 0.05
            }
            #expect(found.below == passing.last)
            #expect(found.proof.losses == scores.count { $0 < found.below })
            #expect(found.proof.stands)
        }
    }

    @Test("58 studies with the finding clear nothing, and 59 do")
    func least() throws {
        let claim = try #require(claim)
        let scores = [Float](repeating: 0.9, count: 59)
        #expect(
            RiskThresholds.clearing(positives: Array(scores.dropLast()), claim: claim)
                == .tooFewPositives)
        #expect(try RiskThresholds.clearing(positives: scores, claim: claim).get().below == 0.9)
        let strict = try #require(RiskClaim(alpha: 0.01, delta: 0.05))
        let many = [Float](repeating: 0.9, count: 299)
        #expect(
            RiskThresholds.clearing(positives: Array(many.dropLast()), claim: strict)
                == .tooFewPositives)
        #expect(try RiskThresholds.clearing(positives: many, claim: strict).get().below == 0.9)
    }

    @Test("flagging by risk is the mirror of clearing, and stays within 0 to 1")
    func flagging() throws {
        let claim = try #require(claim)
        let scores = (0..<500).map { Float($0) / 1000 }
        let found = try RiskThresholds.flagging(negatives: scores, claim: claim).get()
        #expect(scores.count { $0 >= found.from } == found.proof.losses && found.proof.stands)
        let mirrored = try RiskThresholds.clearing(
            positives: scores.map { 1 - $0 }, claim: claim
        ).get()
        #expect(found.proof.losses == mirrored.proof.losses)
        let ones = [Float](repeating: 1, count: 100)
        #expect(RiskThresholds.flagging(negatives: ones, claim: claim) == .noThreshold)
        let few = [Float](repeating: 0.1, count: 20)
        #expect(RiskThresholds.flagging(negatives: few, claim: claim) == .tooFewNegatives)
    }

    @Test("what is flagged is not cleared: the lower threshold gives way and misses fewer")
    func crossed() throws {
        let studies = made(1200, shift: 0.4)
        let rule = try plan().rules(for: finding(studies, at: 0.05), strata: 0)[0]
        let (threshold, proof) = try #require(below(rule))
        #expect(threshold == 0.05 && proof.stands)
        #expect(rule.positives.abstained == 0 && rule.negatives.abstained == 0)
        #expect(rule.coverage == 1 && rule.missed == 0)
    }

    @Test("of a patient one study of each class counts, whatever their order of scores")
    func patients() throws {
        let studies = made(1200)
        let twice = studies.flatMap { study in
            [study, study, study]
        }
        let once = try plan().rules(for: finding(studies), strata: 0)
        #expect(try plan().rules(for: finding(twice), strata: 0) == once)
        #expect(once[0].positives.count == 300 && once[0].negatives.count == 900)
    }

    @Test("a stratum with too few studies has no rule of its own, and one with enough has")
    func strata() throws {
        let studies =
            made(1200, stratum: 0)
            + made(100, seed: 4, shift: 0.1, stratum: 1, patient: 1200)
            + made(800, seed: 5, shift: 0.2, stratum: 2, patient: 1300)
        let rules = try plan().rules(for: finding(studies), strata: 3)
        #expect(rules.map(\.stratum) == [nil, 0, 2])
        #expect(rules.map(\.positives.count) == [525, 300, 200])
        let (easy, hard) = (try #require(below(rules[1])), try #require(below(rules[2])))
        #expect(hard.threshold < easy.threshold)
    }

    @Test("a joint promise has a stricter threshold and needs more studies")
    func joint() throws {
        let studies = made(1200)
        let alone = try #require(below(try plan().rules(for: finding(studies), strata: 0)[0]))
        let ten = try plan(sequences: 10).rules(for: finding(studies), strata: 0)[0]
        let joint = try #require(below(ten))
        #expect(joint.threshold < alone.threshold && joint.proof.claim.delta == 0.005)
        let few = try plan(sequences: 10).rules(for: finding(made(260)), strata: 0)[0]
        #expect(few.clearing == .refused(.tooFewPositives))
    }

    @Test("abstaining on everything fails by the floor of coverage")
    func floor() throws {
        let same = made(1200).map {
            ScoredStudy(
                score: 0.3, isPositive: $0.isPositive, patient: $0.patient, stratum: nil)
        }
        let free = try plan(floor: 0).rules(for: finding(same), strata: 0)[0]
        #expect(below(free)?.threshold == 0.3 && free.coverage == 0 && free.missed == 0)
        #expect(free.missedOrAbstained == 1)
        let bound = try plan(floor: 0.01).rules(for: finding(same), strata: 0)[0]
        #expect(bound.clearing == .refused(.coverageBelowFloor))
    }

    @Test("a promise of false alarms that cannot be made leaves the operating point, and says so")
    func refusedFlagging() throws {
        let positives = (0..<100).map {
            ScoredStudy(score: 0.8, isPositive: true, patient: $0, stratum: nil)
        }
        let rule = try plan(fpr: 0.1).rules(for: finding(positives), strata: 0)[0]
        #expect(rule.flagging.by == .policy && rule.flagging.refusal == .tooFewNegatives)
        let made = try plan(fpr: 0.1).rules(for: finding(made(1200)), strata: 0)[0]
        #expect(made.flagging.by == .risk && made.flagging.proof?.stands == true)
        #expect(made.negatives.flagged == made.flagging.proof?.losses)
    }

    @Test("of 400 calibrations no more than delta and its noise exceed the risk")
    func promise() throws {
        // Positives are even on 0.4...1, so the share below a score is known.
        let controller = try plan()
        let exceeded = try (0..<400).count { round in
            let rule = controller.rules(
                for: finding(made(800, seed: UInt64(round) + 100)), strata: 0)[0]
            return (Double(try #require(below(rule)).threshold) - 0.4) / 0.6 > 0.05
        }
        #expect(exceeded > 0 && exceeded <= 33, "\(exceeded) of 400")
    }

    @Test("a promise beyond what can be counted is refused")
    func outside() {
        #expect(throws: RiskControlError.self) {
            try RiskPlan(
                fnr: 0.05, fpr: nil, delta: 0.05, sequences: 100_000_000, coverageFloor: 0)
        }
        #expect(throws: RiskControlError.self) {
            try RiskPlan(fnr: .nan, fpr: nil, delta: 0.05, sequences: 1, coverageFloor: 0)
        }
    }
}

/// The reason of a refusal, to compare by.
private func == <Value>(
    found: Result<Value, RiskThresholds.Refusal>, reason: RiskRefusal
) -> Bool {
    if case .failure(let refusal) = found { refusal.reason == reason } else { false }
}
