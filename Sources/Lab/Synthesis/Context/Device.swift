/// A device in its proper place: it catches the eye and is no finding.
package enum Device: String, Sendable, Hashable, CaseIterable {
    case trachealTube = "tracheal_tube"
    case gastricTube = "gastric_tube"
    case centralLine = "central_line"
    case pacemaker
    case electrodes
    case sternalWires = "sternal_wires"

    /// How a report mentions it.
    var sentences: [String] {
        switch self {
        case .trachealTube: ["Tracheal tube above the carina.", "ETT in good position."]
        case .gastricTube:
            ["Nasogastric tube below the diaphragm.", "Feeding tube in the stomach."]
        case .centralLine:
            ["Right central line in the SVC.", "CVC tip at the cavoatrial junction."]
        case .pacemaker: ["Left-sided pacemaker with two leads.", "Pacing device noted."]
        case .electrodes: ["ECG leads overlie the chest."]
        case .sternalWires: ["Median sternotomy wires.", "Previous sternotomy."]
        }
    }

    /// The devices of a patient.
    static func draw(
        _ scenario: Scenario, age: Int, findings: [Finding], _ random: inout StudyRandom
    ) -> [Device] {
        var out: [Device] = []
        let isCritical = scenario == .intensiveCare
        let misplaced = findings.first { $0.kind == .misplacedTube }?.variety
        if isCritical, misplaced != "tracheal" { out.append(.trachealTube) }
        if isCritical, misplaced != "nasogastric", random.chance(0.7) { out.append(.gastricTube) }
        if random.chance(isCritical ? 0.8 : 0.06) { out.append(.centralLine) }
        if age > 60, random.chance(0.1) { out.append(.pacemaker) }
        let isWatched = [.intensiveCare, .trauma, .heartFailure].contains(scenario)
        if random.chance(isWatched ? 0.6 : 0.1) { out.append(.electrodes) }
        if age > 55, random.chance(0.08) { out.append(.sternalWires) }
        return out
    }
}

/// An earlier study of the same patient.
package struct Prior: Sendable, Hashable {
    package let studyUID: String
    package let daysBefore: Int
    /// Whether the findings were there already.
    package let hadFindings: Bool
}
