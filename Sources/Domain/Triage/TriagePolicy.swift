package import VigilCore

/// The rules that turn scores into a priority: a table with a version and a digest. Pure.
package struct TriagePolicy: Sendable, Hashable {
    /// The operator's name of this version of the table.
    package let version: String
    /// By code, each code once.
    package let operatingPoints: [String: OperatingPoint]
    package let deadlines: ClinicalDeadlines
    /// Whether a model that is not validated may move the worklist. Off unless the operator says
    /// so.
    package let unvalidatedMayRaise: Bool
    /// SHA-256 of the rules, for the finding record.
    package let digest: Digest

    /// - Parameter operatingPoints: of two with one code the later stands.
    package init(
        version: String, operatingPoints: [OperatingPoint],
        deadlines: ClinicalDeadlines = ClinicalDeadlines(), unvalidatedMayRaise: Bool = false
    ) {
        self.version = version
        self.operatingPoints = Dictionary(operatingPoints.map { ($0.code, $0) }) { $1 }
        self.deadlines = deadlines
        self.unvalidatedMayRaise = unvalidatedMayRaise
        digest = Self.digest(version, self.operatingPoints, deadlines, unvalidatedMayRaise)
    }

    /// The operating point of a finding; of one that has none, which a worker does not let happen,
    /// the standard threshold and routine.
    func operatingPoint(of code: String) -> OperatingPoint? {
        operatingPoints[code]
            ?? OperatingPoint(
                code: code.isEmpty ? "unnamed" : code,
                threshold: FindingTable.standardThreshold, priority: .routine)
    }

    private static func digest(
        _ version: String, _ points: [String: OperatingPoint],
        _ deadlines: ClinicalDeadlines, _ unvalidatedMayRaise: Bool
    ) -> Digest {
        let rows = points.values.sorted { $0.code.utf8.lexicographicallyPrecedes($1.code.utf8) }
            .map { point -> JSONValue in
                [
                    "code": .string(point.code), "priority": .string(point.priority.rawValue),
                    "threshold": .string(point.threshold.description),
                ]
            }
        let allowed = Priority.allCases.map { JSONValue.number(deadlines[$0].seconds) }
        let rules: JSONValue = [
            "version": .string(version), "operating_points": .array(rows),
            "deadlines_s": .array(allowed), "unvalidated_may_raise": .bool(unvalidatedMayRaise),
            "algorithm": 3,
        ]
        return Digest(of: JSONWriter.bytes(rules, order: .sorted))
    }
}
