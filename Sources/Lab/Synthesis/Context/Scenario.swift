/// Why a patient comes: it decides which findings are likely together, and what is measured.
package enum Scenario: String, Sendable, Hashable, CaseIterable {
    case checkUp = "check_up"
    case chestPain = "chest_pain"
    case pneumonia
    case heartFailure = "heart_failure"
    case collapsedLung = "collapsed_lung"
    case trauma
    case cancer
    case perforation
    case intensiveCare = "intensive_care"
    case postoperative
    case headInjury = "head_injury"
    case stroke

    /// How often each comes, for films of the chest.
    static let chest: [(element: Scenario, weight: Double)] = [
        (.checkUp, 0.2), (.chestPain, 0.16), (.pneumonia, 0.14), (.heartFailure, 0.11),
        (.collapsedLung, 0.08), (.trauma, 0.08), (.cancer, 0.08), (.perforation, 0.04),
        (.intensiveCare, 0.07), (.postoperative, 0.04),
    ]

    /// Ages that come so.
    var ages: ClosedRange<Double> {
        switch self {
        case .collapsedLung: 17...50
        case .trauma, .headInjury: 16...88
        case .heartFailure: 55...92
        case .cancer, .stroke: 48...90
        case .perforation, .postoperative, .intensiveCare: 30...88
        case .checkUp, .chestPain, .pneumonia: 18...90
        }
    }

    /// How often it is found at all by what was feared.
    private var yield: Double {
        switch self {
        case .checkUp: 0.12
        case .chestPain: 0.25
        case .trauma, .headInjury, .stroke: 0.55
        default: 0.8
        }
    }

    /// What is planted in one such patient.
    func findings(isHead: Bool, _ random: inout StudyRandom) -> [Finding] {
        guard random.chance(yield) else { return [] }
        return isHead ? headFindings(&random) : chestFindings(&random)
    }

    private func headFindings(_ random: inout StudyRandom) -> [Finding] {
        let side: Side = random.chance(0.5) ? .left : .right
        let varieties: [(element: String, weight: Double)] =
            self == .headInjury
            ? [("subdural", 0.4), ("epidural", 0.25), ("subarachnoid", 0.2), ("lobar", 0.15)]
            : [("lobar", 0.75), ("subarachnoid", 0.25)]
        return [
            Finding(
                .haemorrhage, side, severity: random.unit(),
                variety: random.pick(weighted: varieties))
        ]
    }

    private func chestFindings(_ random: inout StudyRandom) -> [Finding] {
        let side: Side = random.chance(0.55) ? .right : .left
        let severity = random.unit()
        var out: [Finding] = []
        func consolidation(_ side: Side) -> Finding {
            Finding(
                .consolidation, side, severity: severity,
                variety: random.pick(["upper", "mid", "lower", "lower"]))
        }
        switch self {
        case .checkUp, .chestPain:
            out = [
                random.pick([
                    Finding(.nodule, side, severity: severity),
                    Finding(.cardiomegaly, .none, severity: severity),
                    Finding(.atelectasis, side, severity: severity * 0.6, variety: "plate"),
                ])
            ]
        case .pneumonia:
            out = [consolidation(side)]
            if random.chance(0.2) { out.append(consolidation(side.opposite)) }
            if random.chance(0.3) { out.append(Finding(.effusion, side, severity: severity * 0.5)) }
        case .heartFailure: out = Self.heartFailure(side, severity: severity, &random)
        case .collapsedLung:
            let tension = random.chance(0.2)
            out = [
                Finding(.pneumothorax, side, severity: severity, variety: tension ? "tension" : "")
            ]
        case .trauma: out = Self.trauma(side, severity: severity, &random)
        case .cancer:
            out = [Finding(random.chance(0.5) ? .mass : .nodule, side, severity: severity)]
            if random.chance(0.3) {
                out.append(Finding(.effusion, side, severity: random.unit()))
            }
        case .perforation:
            out = [Finding(.freeAir, random.chance(0.6) ? .right : .both, severity: severity)]
        case .intensiveCare:
            let tube = random.pick(["tracheal", "nasogastric"])
            out = [Finding(.misplacedTube, .right, severity: severity, variety: tube)]
            if random.chance(0.4) { out.append(Finding(.effusion, side, severity: random.unit())) }
        case .postoperative:
            let kind = random.pick(["plate", "plate", "lobar"])
            out = [Finding(.atelectasis, side, severity: severity, variety: kind)]
            if random.chance(0.3) {
                out.append(Finding(.effusion, side, severity: random.unit() * 0.5))
            }
        case .headInjury, .stroke: break
        }
        return out
    }

    private static func heartFailure(
        _ side: Side, severity: Double, _ random: inout StudyRandom
    ) -> [Finding] {
        var out: [Finding] = []
        if random.chance(0.75) { out.append(Finding(.oedema, .both, severity: severity)) }
        if random.chance(0.8) || out.isEmpty {
            out.append(Finding(.cardiomegaly, .none, severity: random.unit()))
        }
        if random.chance(0.4) {
            out.append(Finding(.effusion, side, severity: random.uniform(0.02...0.5)))
        }
        return out
    }

    private static func trauma(
        _ side: Side, severity: Double, _ random: inout StudyRandom
    ) -> [Finding] {
        var out = [Finding(.ribFracture, side, severity: severity)]
        if random.chance(0.45) {
            let tension = random.chance(0.25)
            out.append(
                Finding(
                    .pneumothorax, side, severity: random.unit(),
                    variety: tension ? "tension" : ""))
        } else if random.chance(0.35) {
            out.append(Finding(.effusion, side, severity: random.unit() * 0.8))
        }
        return out
    }
}
