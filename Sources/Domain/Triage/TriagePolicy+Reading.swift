package import VigilCore

extension TriagePolicy {
    /// No table has more rows than this.
    private static let mostOperatingPoints = 10_000

    /// Reads the rules that an operator keeps in a JSON file:
    /// `{"version": "…", "operating_points": [{"code": "…", "threshold": 0.5, "priority":
    /// "stat"}]}`, and if wanted `"standard_threshold"`. Unlike a message from the bus, a member
    /// that is not known is refused: it may be a rule that was meant to hold.
    package init(
        json: JSONValue, deadlines: ClinicalDeadlines, unvalidatedMayRaise: Bool
    ) throws(TriageError) {
        guard let members = json.objectValue?.members else { throw .badPolicy("no object") }
        let known: Set = ["version", "operating_points", "standard_threshold"]
        guard members.allSatisfy({ known.contains($0.name) }) else {
            throw .badPolicy("a member is unknown")
        }
        guard let version = json["version"]?.stringValue, !version.isEmpty else {
            throw .badPolicy("version is missing or no text")
        }
        guard let rows = json["operating_points"]?.arrayValue,
            rows.count <= Self.mostOperatingPoints
        else { throw .badPolicy("operating_points is missing, no array or too long") }
        var standard: Float = 0.5
        if let value = json["standard_threshold"] {
            guard let number = value.doubleValue, number > 0, number < 1 else {
                throw .badPolicy("standard_threshold is not between 0 and 1")
            }
            standard = Float(number)
        }
        var points: [OperatingPoint] = []
        var codes: Set<String> = []
        for (index, row) in rows.enumerated() {
            let point = try Self.operatingPoint(row, index)
            guard codes.insert(point.code).inserted else {
                throw .badPolicy("operating point \(index) repeats a code")
            }
            points.append(point)
        }
        self.init(
            version: version, operatingPoints: points, standardThreshold: standard,
            deadlines: deadlines, unvalidatedMayRaise: unvalidatedMayRaise)
    }

    private static func operatingPoint(
        _ row: JSONValue, _ index: Int
    ) throws(TriageError) -> OperatingPoint {
        let known: Set = ["code", "threshold", "priority"]
        guard let members = row.objectValue?.members,
            members.allSatisfy({ known.contains($0.name) }),
            let code = row["code"]?.stringValue, let threshold = row["threshold"]?.doubleValue,
            let priority = row["priority"]?.stringValue.flatMap({ Priority(rawValue: $0) }),
            let point = OperatingPoint(
                code: code, threshold: Float(threshold), priority: priority)
        else { throw .badPolicy("operating point \(index) is malformed") }
        return point
    }
}
