import Triage
import VigilCore

@testable import Reporting

/// Whether a record says what a sentence does: told from the record's own members, beside the gate
/// and without it.
struct RecordTruth {
    let finding: Finding
    let places: [String: ReportFacts.Location]

    private func results(of code: String) -> [Finding.Result] {
        finding.findings.filter { (FindingTable.concept(of: $0.code)?.code ?? $0.code) == code }
    }

    private var codes: Set<String> {
        Set(finding.findings.map { FindingTable.concept(of: $0.code)?.code ?? $0.code })
            .subtracting(["no_finding"])
    }

    private func isFlagged(_ code: String) -> Bool {
        results(of: code).contains { $0.answer == .flagged }
    }

    /// The codes of all that is flagged.
    var flagged: Set<String> { codes.filter { isFlagged($0) } }

    private var isLegacy: Bool { finding.decision.isUncalibrated }

    private func isAbstained(_ code: String) -> Bool {
        !isFlagged(code) && results(of: code).contains { $0.answer.isAbstained }
    }

    private var saysNothing: Bool { codes.allSatisfy { isAbstained($0) } }

    func says(_ claim: ReportClaim) -> Bool {
        let isDrafted = finding.assessed != nil && !saysNothing
        switch claim {
        case .finding(let claim): return isDrafted && says(claim)
        case .technique(let images): return isDrafted && images == finding.instances.count
        case .noComparison: return isDrafted
        case .nothingFlagged: return isDrafted && flagged.isEmpty
        case .unanswered(let count, let all):
            return isDrafted && count == codes.count(where: isAbstained) && all == codes.count
                && count > 0
        case .notDrafted(.notAssessed): return finding.assessed == nil
        case .notDrafted(.abstained): return finding.assessed != nil && saysNothing
        }
    }

    private func says(_ claim: FindingClaim) -> Bool {
        let results = results(of: claim.code)
        guard !results.isEmpty, codes.contains(claim.code) else { return false }
        let answers = results.map(\.answer)
        let because = answers.flatMap { answer -> [Finding.Abstention] in
            if case .abstained(let reasons) = answer { reasons } else { [] }
        }
        switch claim.statement {
        case .present(let word):
            return isFlagged(claim.code) && word == self.word(of: claim.code)
                && claim.side == places[claim.code]?.side
        case .absent:
            return answers.allSatisfy { $0 == .notFlagged } && isPromised(results)
                && !hasNarrower(claim.code)
        case .notExcluded:
            return answers.allSatisfy { $0 == .notFlagged }
                && (!isPromised(results) || hasNarrower(claim.code))
        case .uncertain: return !isFlagged(claim.code) && because.contains(.uncertain)
        case .notAssessed:
            return !isFlagged(claim.code) && !because.isEmpty && !because.contains(.uncertain)
        }
    }

    private func isPromised(_ results: [Finding.Result]) -> Bool {
        !isLegacy && results.allSatisfy { $0.calibrated?.guarantee?.risk == .falseNegatives }
    }

    private func hasNarrower(_ code: String) -> Bool {
        NarrowerFindings.codes(of: code).contains { isFlagged($0) }
    }

    /// By the scale as Deploy/reports declares it.
    private func word(of code: String) -> ProbabilityWord? {
        guard !isLegacy else { return nil }
        let chances = results(of: code).filter { $0.answer == .flagged }
            .compactMap { $0.calibrated?.probability }
        guard let chance = chances.max() else { return nil }
        if chance < 0.2 { return .lowSuspicion }
        if chance < 0.7 { return .possible }
        return chance < 0.9 ? .probable : .veryProbable
    }
}
