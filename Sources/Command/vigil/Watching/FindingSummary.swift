import VigilCore

/// What a finding says, in one line for a person.
struct FindingSummary {
    private let finding: Finding

    init(_ finding: Finding) { self.finding = finding }

    /// What is flagged, how much is not, and what the model abstains from with why; and the words
    /// that warn of a model nobody has trained or validated. What a head says of a finding stands
    /// for what the model itself says of it.
    var text: String {
        guard let model = finding.assessed?.model else {
            return "not assessed: " + finding.reasons.map(\.code).joined(separator: ", ")
        }
        let ofHeads = Set(finding.findings.filter { $0.head != nil }.map(\.code))
        let results = finding.findings.filter { $0.head != nil || !ofHeads.contains($0.code) }
        let warning =
            model.isValidated
            ? "" : model.trainedOn == nil ? " (untrained)" : " (not validated)"
        let flags = Set(finding.instances.flatMap(\.flags)).sorted().map { " [\($0)]" }
        return Self.answers(results).joined(separator: "; ") + warning + flags.joined()
    }

    /// The calibrated probability where there is one.
    private static func probability(_ result: Finding.Result) -> Double? {
        result.calibrated?.probability ?? result.probability.map { Double($0) }
    }

    /// The three answers, each where there is one.
    private static func answers(_ results: [Finding.Result]) -> [String] {
        let flagged = results.filter { $0.answer == .flagged }
            .sorted { (probability($0) ?? 0) > (probability($1) ?? 0) }
            .map { "\($0.label) \(probability($0).map { $0.text(decimals: 2) } ?? "–")" }
        let cleared = results.count { $0.answer == .notFlagged }
        var parts: [String] = []
        if !flagged.isEmpty { parts.append("flagged: " + flagged.joined(separator: ", ")) }
        if cleared > 0 { parts.append("\(cleared) not flagged") }
        let reasons = results.compactMap { result -> String? in
            guard case .abstained(let because) = result.answer else { return nil }
            return because.map(\.rawValue).joined(separator: ", ")
        }
        for (reason, same) in Dictionary(grouping: reasons, by: \.self).sorted(by: {
            $0.key < $1.key
        }) {
            parts.append("abstains from \(same.count): \(reason)")
        }
        return parts
    }
}
