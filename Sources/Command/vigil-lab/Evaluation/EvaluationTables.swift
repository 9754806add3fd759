import Commands
import Evaluation
import VigilCore

/// A report for a person at a terminal.
struct EvaluationTables {
    private let report: EvaluationReport

    init(_ report: EvaluationReport) { self.report = report }

    /// All tables, one below another.
    var text: String {
        [counts, labels, points, subgroups, comparison, delay].filter { !$0.isEmpty }
            .joined(separator: "\n")
    }

    private var counts: String {
        let counts = report.counts
        var text = "\(counts.scored) of \(counts.studies) studies have scores, "
        text += "\(counts.patients) patients"
        if counts.unmatched > 0 { text += "; \(counts.unmatched) lines name no study" }
        if counts.failed > 0 { text += "; \(counts.failed) lines tell of failures" }
        let share = (report.options.confidence * 100).text(decimals: 0)
        return text + ". [\(share) % intervals, by patients; – is undefined]\n"
    }

    private func table(_ names: [String], text: Int = 1) -> TextTable {
        TextTable(
            names.enumerated().map { TextTable.Column($1, isNumber: $0 >= text) })
    }

    private var labels: String {
        var table = table([
            "label", "studies", "with it", "AUROC", "average precision", "Brier", "ECE",
        ])
        for label in report.labels {
            table.add(
                [label.code, "\(label.scores.count)", "\(label.scores.positives)"]
                    + [Metric.auroc, .averagePrecision, .brier, .calibrationError].map {
                        label[$0].text()
                    })
        }
        if report.labels.count > 1 {
            table.add([
                "mean of labels", "", "", report.macroAuroc.text(), report.macroPrecision.text(),
            ])
        }
        return table.text
    }

    private var points: String {
        let isStated = report.labels.contains { report.prevalence(of: $0.code) != nil }
        var table = table(
            [
                "label", "operating point", "threshold", "sensitivity", "specificity", "PPV",
                "NPV",
            ] + (isStated ? ["at prevalence", "PPV", "NPV"] : []), text: 2)
        for label in report.labels {
            for (index, rule) in report.options.rules.enumerated() {
                var cells = [label.code, rule.text, label.thresholds[index].text(decimals: 4)]
                cells += [
                    Metric.sensitivity(index), .specificity(index), .ppv(index), .npv(index),
                ].map { label[$0].text() }
                if let prevalence = report.prevalence(of: label.code) {
                    cells += [
                        prevalence.text(decimals: 4), label[.statedPPV(index)].text(),
                        label[.statedNPV(index)].text(),
                    ]
                }
                table.add(cells)
            }
        }
        return table.text
    }

    private var subgroups: String {
        guard !report.subgroups.isEmpty else { return "" }
        var table = table(
            [
                "subgroup", "value", "label", "studies", "with it", "AUROC", "sensitivity",
                "specificity",
            ], text: 3)
        for label in report.subgroups {
            table.add(
                [
                    label.subgroup?.column ?? "", label.subgroup?.value ?? "", label.code,
                    "\(label.scores.count)", "\(label.scores.positives)",
                ]
                    + [Metric.auroc, .sensitivity(0), .specificity(0)].map { label[$0].text() })
        }
        return table.text
    }

    private var comparison: String {
        guard !report.comparisons.isEmpty else { return "" }
        var table = table([
            "label", "studies", "AUROC of A", "AUROC of B", "A - B", "DeLong z", "p",
        ])
        for item in report.comparisons {
            table.add(item.cells)
        }
        return table.text
    }

    private var delay: String {
        guard let delay = report.delay else { return "" }
        var table = table([
            "minutes", "studies", "to notification", "wait, first come", "wait, triaged", "gain",
        ])
        for (name, group) in [
            ("with a finding", delay.positives), ("without", delay.negatives),
        ] {
            table.add([
                name, "\(group.count)", group.notification?.minutes ?? "–",
                group.firstCome.minutes, group.triaged.minutes, group.gain.minutes,
            ])
        }
        return table.text + HTMLReport.explanation(delay) + "\n"
    }
}
