package import Triage
import VigilCore

/// A calibration for a person at a terminal.
package struct CalibrationTable {
    private let file: CalibrationFile

    package init(_ file: CalibrationFile) { self.file = file }

    /// What it is of, a row a finding and stratum, and what it says in words.
    package var text: String { "\(heading)\n\(table)\n\(promise)\n" }

    private var heading: String {
        let counts = file.counts
        let pooled = file.columns.isEmpty ? "" : ", by \(file.columns.joined(separator: ", "))"
        return """
            site        \(file.site)
            population  \(file.population)
            studies     \(counts.studies) of \(counts.patients) patients; \(counts.unscored) \
            without scores\(pooled)
            valid       \(file.validity.made) until \(file.validity.expires)
            model       \(file.scorer.model.hex)

            """
    }

    private var table: String {
        var table = TextTable([
            .init("finding"), .init("stratum"), .init("with it", isNumber: true),
            .init("without", isNumber: true), .init("not flagged", isNumber: true),
            .init("flagged", isNumber: true), .init("missed", isNumber: true),
            .init("p", isNumber: true), .init("answered", isNumber: true),
        ])
        for finding in file.findings {
            for rule in finding.rules {
                table.add(
                    cells(finding, rule), below: [abstained(rule)].filter { !$0.isEmpty })
            }
        }
        return table.text
    }

    private func cells(_ finding: CalibratedFinding, _ rule: StratumRule) -> [String] {
        var (below, missed, value) = ("never", "–", "–")
        if case .below(let threshold, let proof) = rule.clearing {
            below = "< \(Double(threshold).text(decimals: 5))"
            missed = "\(proof.losses)"
            value = proof.pValue.text(decimals: 4)
        }
        return [
            OperatingPoint.key(code: finding.code, head: finding.head),
            file.name(of: rule.stratum), "\(rule.positives.count)", "\(rule.negatives.count)",
            below, "≥ \(Double(rule.flagging.from).text(decimals: 5))", missed, value,
            "\((rule.coverage * 100).text(decimals: 1)) %",
        ]
    }

    private func abstained(_ rule: StratumRule) -> String {
        var parts: [String] = []
        if case .refused(let reason) = rule.clearing {
            parts.append("not flagged is never said: \(reason.rawValue)")
        }
        if let refusal = rule.flagging.refusal {
            parts.append("flagged by the operating point: \(refusal.rawValue)")
        }
        if rule.positives.abstained > 0 {
            let (all, some) = (rule.missedOrAbstained, rule.missedOfAnswered)
            parts.append(
                "nothing said of \(rule.positives.abstained) with it: missed "
                    + "\(all.text(decimals: 3)) counting those, \(some.text(decimals: 3)) "
                    + "leaving them out")
        }
        return parts.joined(separator: "; ")
    }

    private var promise: String {
        let alphas = file.findings.lazy.flatMap(\.rules).compactMap { rule -> Double? in
            guard case .below(_, let proof) = rule.clearing else { return nil }
            return proof.claim.alpha
        }
        guard let alpha = alphas.first else { return "No finding is ever called not flagged." }
        func percent(_ share: Double) -> String { "\((share * 100).text(decimals: 2)) %" }
        let scope =
            file.promise.isJoint
            ? "all \(file.promise.sequences) promises together"
            : "each finding and stratum by itself"
        return """
            Of studies with a finding at most \(percent(alpha)) are called not flagged, but for a \
            probability of
            \(percent(file.promise.delta)) (\(scope)), for studies that come as these did.
            Where fewer than \(percent(file.promise.coverageFloor)) of studies would get an \
            answer, not flagged is never said.
            """
    }
}
