import Commands
import RiskControl
import Settings
import Triage
import VigilCore

/// What the arguments of `vigil calibrate` ask for.
struct CalibrateOptions {
    private static let command: SafeText = "vigil calibrate"

    /// The bounds by their names, of which `fnr` is always there.
    private let fnr: Double
    private let fpr: Double?
    private let delta: Double
    private let isJoint: Bool
    private let coverageFloor: Double
    private let site: String
    private let population: String
    private let validity: Duration
    /// Columns that tell strata apart.
    let columns: [String]
    /// From which score on all findings, or one, are flagged.
    let flagAt: (all: Float?, codes: [String: Float])

    init(_ arguments: ParsedArguments) throws {
        var risks: [String: Double] = [:]
        for text in arguments.strings("risk") {
            let (name, share) = try Self.named(text, "risk", "fnr=SHARE or fpr=SHARE")
            guard let name, ["fnr", "fpr"].contains(name), risks[name] == nil,
                RiskClaim.alphas.contains(share)
            else {
                throw Self.refused(text, "risk", "fnr=SHARE or fpr=SHARE, once each, 0.0001 to 0.5")
            }
            risks[name] = share
        }
        guard let fnr = risks["fnr"] else {
            throw UsageError.optionMissing(command: Self.command, option: "risk fnr=SHARE")
        }
        self.fnr = fnr
        fpr = risks["fpr"]
        delta = try arguments.number("delta", in: 1e-6...0.5) ?? 0.05
        isJoint = arguments.has("joint")
        coverageFloor = try arguments.number("coverage", in: 0...1) ?? 0.2
        site = try Self.short(arguments.string("site") ?? "", "site", 128)
        population = try Self.short(
            arguments.string("population") ?? "not stated", "population", 2000)
        validity = .seconds(86_400 * (try arguments.integer("valid-days", in: 1...3650) ?? 180))
        columns = arguments.strings("by").flatMap { $0.split(separator: ",").map(String.init) }
        guard columns.count <= 8, Set(columns).count == columns.count else {
            throw Self.refused(columns.joined(separator: ","), "by", "at most 8 columns, once each")
        }
        var flagAt: (all: Float?, codes: [String: Float]) = (nil, [:])
        for text in arguments.strings("flag-at") {
            let (name, value) = try Self.named(text, "flag-at", "T or CODE=T")
            guard value > 0, value < 1 else {
                throw Self.refused(text, "flag-at", "a score between 0 and 1, both excluded")
            }
            if let name { flagAt.codes[name] = Float(value) } else { flagAt.all = Float(value) }
        }
        self.flagAt = flagAt
    }

    /// `NAME=NUMBER` or a number alone.
    private static func named(
        _ text: String, _ option: SafeText, _ expected: SafeText
    ) throws -> (String?, Double) {
        let parts = text.split(separator: "=", omittingEmptySubsequences: false)
        guard (1...2).contains(parts.count), let number = parts.last.flatMap({ Double($0) }),
            number.isFinite, parts.count == 1 || !parts[0].isEmpty
        else { throw refused(text, option, expected) }
        return (parts.count == 2 ? String(parts[0]) : nil, number)
    }

    private static func short(_ text: String, _ option: SafeText, _ most: Int) throws -> String {
        guard (1...most).contains(text.utf8.count) else {
            throw refused(text, option, "a text of 1 to \(most) bytes")
        }
        return text
    }

    private static func refused(
        _ text: String, _ option: SafeText, _ expected: SafeText
    ) -> UsageError {
        .valueRefused(
            command: command, option: option, found: SafeText(operatorProvided: text),
            expected: expected)
    }

    /// How many promises there can be: for each finding of all studies and of each stratum, and of
    /// each risk. That they are counted before any score is looked at keeps the split valid.
    private func sequences(findings: Int, strata: Int) -> Int {
        isJoint ? findings * (strata + 1) * (fpr == nil ? 1 : 2) : 1
    }

    /// What is to be promised.
    func plan(findings: Int, strata: Int) throws -> RiskPlan {
        try RiskPlan(
            fnr: fnr, fpr: fpr, delta: delta,
            sequences: sequences(findings: findings, strata: strata),
            coverageFloor: coverageFloor)
    }

    /// What is signed.
    func file(
        _ findings: [CalibratedFinding], of data: CalibrationData, made: Timestamp
    ) -> CalibrationFile {
        CalibrationFile(
            site: site, population: population,
            validity: .init(made: made, expires: made.later(by: validity)), scorer: data.scorer,
            rules: data.rules.version,
            promise: .init(
                delta: delta, isJoint: isJoint,
                sequences: sequences(findings: data.findings.count, strata: data.strata.count),
                coverageFloor: coverageFloor),
            counts: data.counts, columns: columns, strata: data.strata, findings: findings)
    }
}
