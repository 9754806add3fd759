import Signing
import Triage
import VigilCore

/// A calibration as tests need it, whole unless they change it.
enum MadeCalibration {
    static let made = Timestamp(microseconds: 1_790_000_000_000_000)
    static let expires = Timestamp(microseconds: 1_800_000_000_000_000)
    static let scorer = ScoringModel(
        model: Digest(of: [1]), preprocessing: Digest(of: [2]), adapters: [Digest(of: [3])])

    static func claim(_ alpha: Double = 0.05, _ delta: Double = 0.05) throws -> RiskClaim {
        guard let claim = RiskClaim(alpha: alpha, delta: delta) else { throw SigningError.unsigned }
        return claim
    }

    /// 300 studies with the finding, 8 of them below the lower threshold.
    static func rule(
        stratum: Int? = nil, below: Float = 0.1, from: Float = 0.5, positives: Int = 300,
        lost: Int = 8
    ) throws -> StratumRule {
        StratumRule(
            stratum: stratum,
            clearing: .below(
                below, RiskProof(claim: try claim(), count: positives, losses: lost)),
            flagging: .init(from: from, by: .policy),
            positives: .init(flagged: positives - lost - 20, notFlagged: lost, abstained: 20),
            negatives: .init(flagged: 50, notFlagged: 500, abstained: 150))
    }

    static func finding(
        _ code: String = "effusion", head: String? = nil, rules: [StratumRule]? = nil
    ) throws -> CalibratedFinding {
        CalibratedFinding(
            code: code, head: head, map: .beta(a: 1.25, b: 0.5, c: -0.125),
            loss: .init(before: 0.5, after: 0.4),
            rules: try rules ?? [rule(), rule(stratum: 1, below: 0.05)])
    }

    static func file(
        findings: [CalibratedFinding]? = nil, site: String = "north",
        columns: [String] = ["site", "view"], made: Timestamp = made,
        expires: Timestamp = expires, promise: CalibrationFile.Promise? = nil
    ) throws -> CalibrationFile {
        let strata = [["north", "frontal"], ["south", "frontal"], ["south", "lateral"]]
        return CalibrationFile(
            site: site, population: "adults in the emergency room, 2026",
            validity: .init(made: made, expires: expires), scorer: scorer,
            rules: FindingTable.version,
            promise: promise
                ?? .init(delta: 0.05, isJoint: false, sequences: 1, coverageFloor: 0.25),
            counts: .init(studies: 1000, patients: 900, unscored: 3), columns: columns,
            strata: columns.isEmpty ? [] : strata.map { .init(values: $0, studies: 300) },
            findings: try findings ?? [finding(), finding("pneumothorax", head: "site-probe")])
    }

    /// The file as one that was opened.
    static func opened(_ file: CalibrationFile) -> SignedCalibration {
        SignedCalibration(
            file: file, digest: Digest(of: JSONWriter.bytes(file.json)), signer: Digest(of: [9]))
    }
}
