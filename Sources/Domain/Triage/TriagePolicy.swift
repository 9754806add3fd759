package import VigilCore

/// The rules that turn scores into a priority: a table with a version and a digest. Pure.
package struct TriagePolicy: Sendable, Hashable {
    /// The operator's name of this version of the table.
    package let version: String
    /// By code, each code once.
    package let operatingPoints: [String: OperatingPoint]
    /// For findings that the table does not name: positive from this probability on, and routine.
    package let standardThreshold: Float
    package let deadlines: ClinicalDeadlines
    /// Whether a model that is not validated may move the worklist. Off unless the operator says
    /// so.
    package let unvalidatedMayRaise: Bool
    /// SHA-256 of the rules, for the finding record.
    package let digest: Digest

    /// - Parameters:
    ///   - operatingPoints: of two with one code the later stands.
    ///   - standardThreshold: taken as 0.5 when it is not between 0 and 1.
    package init(
        version: String = "chest-1", operatingPoints: [OperatingPoint] = Self.chest,
        standardThreshold: Float = 0.5, deadlines: ClinicalDeadlines = ClinicalDeadlines(),
        unvalidatedMayRaise: Bool = false
    ) {
        let isThreshold = standardThreshold > 0 && standardThreshold < 1
        self.version = version
        self.operatingPoints = Dictionary(operatingPoints.map { ($0.code, $0) }) { $1 }
        self.standardThreshold = isThreshold ? standardThreshold : 0.5
        self.deadlines = deadlines
        self.unvalidatedMayRaise = unvalidatedMayRaise
        digest = Self.digest(
            version, self.operatingPoints, self.standardThreshold, deadlines, unvalidatedMayRaise)
    }

    /// A starting table for chest radiographs, with the acuity that radiology departments commonly
    /// give these findings and a threshold of 0.5. It is not calibrated to any model or site:
    /// whoever lets findings move a worklist sets operating points of their own.
    package static let chest: [OperatingPoint] = [
        ("pneumothorax", Priority.stat), ("pneumoperitoneum", .stat), ("edema", .urgent),
        ("pneumonia", .urgent), ("consolidation", .urgent), ("pleural_effusion", .asap),
        ("fracture", .asap), ("lung_lesion", .asap), ("lung_opacity", .asap),
        ("atelectasis", .routine), ("cardiomegaly", .routine),
        ("enlarged_cardiomediastinum", .routine), ("pleural_other", .routine),
        ("support_devices", .routine), ("no_finding", .routine),
    ].compactMap { OperatingPoint(code: $0.0, threshold: 0.5, priority: $0.1) }

    /// The operating point of a finding, the standard one when the table does not name it.
    func operatingPoint(of code: String) -> OperatingPoint? {
        operatingPoints[code]
            ?? OperatingPoint(
                code: code.isEmpty ? "unnamed" : code, threshold: standardThreshold,
                priority: .routine)
    }

    private static func digest(
        _ version: String, _ points: [String: OperatingPoint], _ standard: Float,
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
            "standard_threshold": .string(standard.description), "deadlines_s": .array(allowed),
            "unvalidated_may_raise": .bool(unvalidatedMayRaise), "algorithm": 1,
        ]
        return Digest(of: JSONWriter.bytes(rules, order: .sorted))
    }
}
