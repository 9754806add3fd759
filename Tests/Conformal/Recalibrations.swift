import RiskControl
import Triage
import VigilCore

/// Many calibrations, each on studies of its own, and how often the risk that follows is above
/// what was promised.
struct Recalibrations {
    let times: Int
    let seed: UInt64
    private let alpha = 0.05
    private let delta = 0.05
    private let floor = 0.2
    private let home = SyntheticScores(mean: 1.5, prevalence: 0.2)
    /// A site whose positives score lower, as after a change of scanner.
    private let other = SyntheticScores(mean: 0.7, prevalence: 0.2)

    var json: JSONValue {
        var object = JSONObject()
        for count in [300, 500, 1500, 5000] {
            object["studies_\(count)"] = single(count)
        }
        object["joint_of_five"] = joint(findings: 5, count: 1500)
        object["abstains_on_all"] = constant(count: 1500)
        object["other_site"] = shifted(count: 1500)
        object["by_site"] = stratified(count: 1500)
        return .object(object)
    }

    private func controller(_ sequences: Int = 1, floor: Double? = nil) -> RiskController {
        let plan = try? RiskPlan(
            fnr: alpha, fpr: nil, delta: delta, sequences: sequences,
            coverageFloor: floor ?? self.floor)
        guard let plan else { fatalError("the plan's numbers are within their bounds") }
        return RiskController(plan)
    }

    private func scores(_ studies: [ScoredStudy]) -> FindingScores {
        FindingScores(
            code: "made", head: nil, operatingPoint: 0.9, operatingPointBy: .policy,
            studies: studies)
    }

    private func generator(_ round: Int, _ salt: UInt64) -> SplitMix64 {
        SplitMix64(seed: seed &* 1_000_003 &+ UInt64(round) &* 7919 &+ salt)
    }

    /// Sums over calibrations.
    private struct Tally {
        var refused = 0
        var exceeded = 0
        var (risk, abstained) = (0.0, 0.0)
        var (asMissed, leftOut) = (0.0, 0.0)
        var count = 0

        mutating func add(_ rule: StratumRule, risk found: Double?, above alpha: Double) {
            count += 1
            guard let risk = found else {
                refused += 1
                return
            }
            exceeded += risk > alpha ? 1 : 0
            self.risk += risk
            abstained += rule.abstentionRate
            asMissed += rule.missedOrAbstained
            leftOut += rule.missedOfAnswered
        }

        var json: JSONValue {
            let fitted = Double(max(1, count - refused))
            func mean(_ sum: Double) -> JSONValue { .number((sum / fitted * 1e5).rounded() / 1e5) }
            return [
                "calibrations": .integer(Int64(count)), "refused": .integer(Int64(refused)),
                "exceeded": .number(Double(exceeded) / Double(max(1, count))),
                "mean_risk": mean(risk), "abstention_rate": mean(abstained),
                "missed_abstained_as_missed": mean(asMissed),
                "missed_abstained_left_out": mean(leftOut),
            ]
        }
    }

    private func threshold(_ rule: StratumRule?) -> Float? {
        if case .below(let threshold, _)? = rule?.clearing { threshold } else { nil }
    }

    private func single(_ count: Int) -> JSONValue {
        var tally = Tally()
        let controller = controller()
        for round in 0..<times {
            var generator = generator(round, UInt64(count))
            let rule = controller.rules(
                for: scores(home.draw(count, by: &generator)), strata: 0)[0]
            tally.add(rule, risk: threshold(rule).map { home.missed(below: $0) }, above: alpha)
        }
        return tally.json
    }

    private func joint(findings: Int, count: Int) -> JSONValue {
        var any = 0
        let controller = controller(findings)
        for round in 0..<times {
            var generator = generator(round, 11)
            let risks = (0..<findings).compactMap { _ in
                threshold(
                    controller.rules(
                        for: scores(home.draw(count, by: &generator)), strata: 0)[0]
                ).map { home.missed(below: $0) }
            }
            any += risks.contains { $0 > alpha } ? 1 : 0
        }
        return ["any_exceeded": .number(Double(any) / Double(times))]
    }

    /// A model that gives every study one score misses nothing and says nothing.
    private func constant(count: Int) -> JSONValue {
        var (passed, passedWithoutFloor) = (0, 0)
        for round in 0..<times {
            var generator = generator(round, 13)
            let studies = home.draw(count, by: &generator).map {
                ScoredStudy(
                    score: 0.3, isPositive: $0.isPositive, patient: $0.patient, stratum: nil)
            }
            let same = scores(studies)
            passed += threshold(controller().rules(for: same, strata: 0)[0]) == nil ? 0 : 1
            let free = controller(floor: 0).rules(for: same, strata: 0)[0]
            passedWithoutFloor += threshold(free) == nil ? 0 : 1
        }
        return [
            "passed": .integer(Int64(passed)),
            "passed_without_floor": .integer(Int64(passedWithoutFloor)),
        ]
    }

    /// What a calibration of one site does at another.
    private func shifted(count: Int) -> JSONValue {
        var tally = Tally()
        let controller = controller()
        for round in 0..<times {
            var generator = generator(round, 17)
            let rule = controller.rules(
                for: scores(home.draw(count, by: &generator)), strata: 0)[0]
            tally.add(rule, risk: threshold(rule).map { other.missed(below: $0) }, above: alpha)
        }
        return tally.json
    }

    /// Both sites calibrated, each by itself and pooled.
    private func stratified(count: Int) -> JSONValue {
        var (first, second, pooled) = (Tally(), Tally(), Tally())
        let controller = controller()
        for round in 0..<times {
            var generator = generator(round, 19)
            let studies =
                home.draw(count, stratum: 0, by: &generator)
                + other.draw(count, stratum: 1, patient: count, by: &generator)
            for rule in controller.rules(for: scores(studies), strata: 2) {
                let below = threshold(rule)
                switch rule.stratum {
                case 0: first.add(rule, risk: below.map { home.missed(below: $0) }, above: alpha)
                case 1: second.add(rule, risk: below.map { other.missed(below: $0) }, above: alpha)
                default:
                    pooled.add(rule, risk: below.map { other.missed(below: $0) }, above: alpha)
                }
            }
        }
        return [
            "home": first.json, "other": second.json, "pooled_rule_at_other": pooled.json,
            "after_expiry": expired(count: count),
        ]
    }

    /// What is said by an expired calibration, and of a site that was not calibrated with.
    private func expired(count: Int) -> JSONValue {
        var generator = generator(0, 23)
        let studies = home.draw(count, stratum: 0, by: &generator)
        let finding = controller().calibrate(scores(studies), strata: 1)
        let digest = Digest(of: [])
        let scorer = ScoringModel(model: digest, preprocessing: digest, adapters: [])
        let (made, end) = (Timestamp(microseconds: 0), Timestamp(microseconds: 1_000_000))
        let file = CalibrationFile(
            site: "home", population: "made", validity: .init(made: made, expires: end),
            scorer: scorer, rules: "none",
            promise: .init(delta: delta, isJoint: false, sequences: 1, coverageFloor: floor),
            counts: .init(studies: count, patients: count, unscored: 0), columns: ["site"],
            strata: [.init(values: ["home"], studies: count)], findings: [finding])
        let triage = CalibratedTriage(
            [SignedCalibration(file: file, digest: digest, signer: digest)], scorer: scorer)
        func answered(_ site: String, _ time: Timestamp) -> JSONValue {
            let answers = studies.map {
                triage.answer(
                    code: "made", head: nil, score: $0.score, traits: ["site": site], at: time
                ).answer
            }
            return .integer(
                Int64(answers.count { $0 == .flagged || $0 == .notFlagged }))
        }
        return [
            "studies": .integer(Int64(count)), "answered_before": answered("home", made),
            "answered_after": answered("home", end),
            "answered_of_unknown_site":
                answered("elsewhere", made),
        ]
    }
}
