internal import Triage
package import VigilCore

extension ReportFacts {
    /// What a record says.
    ///
    /// - Parameter locations: sides and boxes by the codes of the triage table; a finding without
    ///   one is told of without a side.
    package init(_ finding: Finding, locations: [String: Location] = [:]) {
        var order: [String] = []
        var results: [String: [Finding.Result]] = [:]
        for result in finding.findings {
            guard let code = Self.code(of: result.code) else { continue }
            if results[code] == nil { order.append(code) }
            results[code, default: []].append(result)
        }
        let isLegacy = finding.decision.isUncalibrated
        var facts = order.map {
            Fact($0, results[$0] ?? [], isLegacy: isLegacy, at: locations[$0])
        }
        let present = Set(
            facts.filter { $0.claim.statement.polarity == .present }.map(\.claim.code))
        for index in facts.indices { facts[index].yield(to: present) }
        let says = facts.contains { ![.uncertain, .notAssessed].contains($0.claim.statement) }
        self.init(
            findings: says ? facts : [], images: finding.instances.count,
            notDrafted: finding.assessed == nil ? .notAssessed : says ? nil : .abstained)
    }

    /// The codes that drafts of a model's findings have, in its order.
    static func codes(_ asked: [String]) -> [String] { asked.compactMap { code(of: $0) } }

    /// The code of the triage table's row, or the model's own where that has none; nil of the
    /// "finding" that there is none, which a draft says of each finding on its own.
    private static func code(of code: String) -> String? {
        let code = FindingTable.concept(of: code)?.code ?? code
        return code == "no_finding" ? nil : code
    }
}

extension ReportFacts.Fact {
    /// What several scores of one finding say together: the most cautious of their answers.
    fileprivate init(
        _ code: String, _ results: [Finding.Result], isLegacy: Bool, at place: ReportFacts.Location?
    ) {
        let flagged = results.filter { $0.answer == .flagged }
        let told = flagged.isEmpty ? results : flagged
        // The most probable of those that are flagged.
        let best = told.max { ($0.chance(isLegacy) ?? -1) < ($1.chance(isLegacy) ?? -1) }
        let probability = flagged.isEmpty ? nil : best?.chance(isLegacy)
        let word = probability.flatMap { ProbabilityWord(of: $0) }
        let statement = Self.statement(results, word, isLegacy)
        let box = statement.polarity == .present ? place?.box ?? best?.explained?.box : nil
        self.init(
            claim: FindingClaim(code: code, statement: statement, side: place?.side),
            box: box, calibration: isLegacy ? nil : best?.calibrated,
            sources: told.flatMap { Self.sources($0, word: word, statement, box) },
            region: ReportRegion(of: code),
            priority: FindingTable.concept(of: code)?.priority ?? .routine)
    }

    private static func statement(
        _ results: [Finding.Result], _ word: ProbabilityWord?, _ isLegacy: Bool
    ) -> FindingClaim.Statement {
        let answers = results.map(\.answer)
        if answers.contains(.flagged) { return .present(word) }
        let reasons = answers.compactMap { answer in
            if case .abstained(let because) = answer { because } else { nil }
        }
        if !reasons.isEmpty {
            return reasons.contains { $0.contains(.uncertain) } ? .uncertain : .notAssessed
        }
        let isPromised =
            !isLegacy
            && results.allSatisfy {
                $0.calibrated?.guarantee?.risk == .falseNegatives
            }
        return isPromised ? .absent : .notExcluded
    }

    private static func sources(
        _ result: Finding.Result, word: ProbabilityWord?, _ statement: FindingClaim.Statement,
        _ box: EvidenceBox?
    ) -> [ReportSource] {
        var fields: [ReportSource.Field] = [.answer]
        if word != nil, result.calibrated?.probability != nil { fields.append(.probability) }
        if statement == .absent { fields.append(.guarantee) }
        if box != nil { fields.append(.evidence) }
        return fields.map { ReportSource($0, of: result) }
    }

    /// Says no more that a finding is absent of which a narrower one is present: whoever has a rib
    /// fracture has a fracture.
    fileprivate mutating func yield(to present: Set<String>) {
        guard claim.statement == .absent,
            !present.isDisjoint(with: NarrowerFindings.codes(of: claim.code))
        else { return }
        self = ReportFacts.Fact(
            claim: FindingClaim(code: claim.code, statement: .notExcluded), box: nil,
            calibration: calibration, sources: sources, region: region, priority: priority)
    }
}

extension Finding.Result {
    /// The calibrated probability, where a calibration holds.
    fileprivate func chance(_ isLegacy: Bool) -> Double? {
        isLegacy ? nil : calibrated?.probability
    }
}
