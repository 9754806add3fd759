package import VigilCore

/// The report as one page that asks for nothing from outside: no script, no font, no image.
package struct HTMLReport: Sendable {
    private let report: EvaluationReport
    private let title: String
    private let made: Timestamp

    /// Takes a report.
    /// - Parameters:
    ///   - title: such as the names of truth and run.
    ///   - made: the time that the page shows.
    package init(_ report: EvaluationReport, title: String, made: Timestamp) {
        self.report = report
        self.title = title
        self.made = made
    }

    /// The whole page.
    package var text: String {
        let parts = [
            heading, summary, comparison, delay, report.labels.map(section).joined(), subgroups,
            method,
        ]
        return """
            <!DOCTYPE html>
            <html lang="en"><head><meta charset="utf-8">
            <meta name="viewport" content="width=device-width, initial-scale=1">
            <title>\(HTML.escaped(title))</title>
            <style>
            \(HTML.style)
            </style></head><body>
            \(parts.filter { !$0.isEmpty }.joined(separator: "\n"))
            </body></html>

            """
    }

    private var heading: String {
        let counts = report.counts
        var notes = [
            "\(counts.scored) of \(counts.studies) studies have scores, of \(counts.patients) "
                + "patients."
        ]
        if counts.unmatched > 0 {
            notes.append("\(counts.unmatched) lines of the run name no study of the truth.")
        }
        if counts.failed > 0 { notes.append("\(counts.failed) lines of the run tell of failures.") }
        return """
            <h1>\(HTML.escaped(title))</h1>
            <p class="soft">Vigil evaluation of \(made.description.prefix(10)).
            \(notes.joined(separator: " "))
            Brackets hold \(percent) intervals. Not a statement of fitness for clinical use.</p>
            """
    }

    private var percent: String { (report.options.confidence * 100).text(decimals: 0) + " %" }

    private var summary: String {
        var rows = report.labels.map { label in
            [label.code, "\(label.scores.count)", "\(label.scores.positives)"]
                + [Metric.auroc, .averagePrecision, .brier, .calibrationError].map {
                    label[$0].text()
                }
        }
        if report.labels.count > 1 {
            rows.append([
                "mean of labels", "", "", report.macroAuroc.text(),
                report.macroPrecision.text(), "", "",
            ])
        }
        return "<h2>Labels</h2>"
            + HTML.table(
                [
                    "label", "studies", "with it", "AUROC", "average precision", "Brier",
                    "calibration error",
                ], rows)
    }

    private func section(_ label: EvaluationReport.Label) -> String {
        var heading = [
            "operating point", "threshold", "sensitivity", "specificity", "PPV", "NPV",
        ]
        let prevalence = report.prevalence(of: label.code)
        if let prevalence {
            let share = (prevalence * 100).text(decimals: 1) + " %"
            heading += ["PPV at \(share)", "NPV at \(share)"]
        }
        let rows = report.options.rules.enumerated().map { index, rule in
            [rule.text, label.thresholds[index].text(decimals: 4)]
                + [
                    Metric.sensitivity(index), .specificity(index), .ppv(index), .npv(index),
                ].map { label[$0].text() }
                + (prevalence == nil
                    ? []
                    : [Metric.statedPPV(index), .statedNPV(index)].map { label[$0].text() })
        }
        return """
            <h2>\(HTML.escaped(label.code))</h2>
            \(HTML.table(heading, rows))
            <div class="plots">
            \(LabelPlots(label).all.map(\.svg).joined(separator: "\n"))
            </div>
            """
    }

    private var comparison: String {
        guard !report.comparisons.isEmpty else { return "" }
        return "<h2>Two models</h2>"
            + HTML.table(
                ["label", "studies", "AUROC of A", "AUROC of B", "A - B", "DeLong z", "p"],
                report.comparisons.map(\.cells))
            + "<p class=\"soft\">DeLong's test and the interval of A - B are by patients.</p>"
    }

    private var subgroups: String {
        let columns = report.options.subgroups
        guard !report.subgroups.isEmpty else { return "" }
        return columns.map { column in
            let labels = report.subgroups.filter { $0.subgroup?.column == column }
            let rows = labels.map { label in
                [
                    label.code, label.subgroup?.value ?? "", "\(label.scores.count)",
                    "\(label.scores.positives)",
                ]
                    + [
                        Metric.auroc, .averagePrecision, .sensitivity(0), .specificity(0),
                        .calibrationError,
                    ].map { label[$0].text() }
            }
            let table = HTML.table(
                [
                    "label", column, "studies", "with it", "AUROC", "average precision",
                    "sensitivity", "specificity", "calibration error",
                ], rows)
            return "<h2>By \(HTML.escaped(column))</h2>"
                + ForestPlot(labels: labels, title: "AUROC by \(column)").svg + table
        }.joined()
            + "<p class=\"soft\">Sensitivity and specificity of subgroups are taken at the "
            + "threshold of all studies for the first operating point.</p>"
    }

    private var delay: String {
        guard let delay = report.delay else { return "" }
        func row(_ name: String, _ group: DelayReport.Group) -> [String] {
            [
                name, "\(group.count)", group.notification?.minutes ?? "–",
                group.firstCome.minutes, group.triaged.minutes, group.gain.minutes,
            ]
        }
        let table = HTML.table(
            [
                "minutes", "studies", "to notification", "wait, first come", "wait, triaged",
                "gain",
            ],
            [row("with a finding", delay.positives), row("without", delay.negatives)])
        return """
            <h2>Delay against first come, first served</h2>
            \(table)
            <div class="plots">
            \(DelayPlots(delay).all.map(\.svg).joined(separator: "\n"))
            </div>
            <p class="soft">\(HTML.escaped(Self.explanation(delay)))</p>
            """
    }

    /// What the delays rest on.
    package static func explanation(_ delay: DelayReport) -> String {
        let minutes = (delay.room.readSeconds / 60).text(decimals: 1)
        var text =
            "Simulated reading by \(delay.room.readers) "
            + (delay.room.readers == 1 ? "reader" : "readers")
            + ", \(minutes) minutes a study; \(delay.raised) studies were raised at the first "
            + "operating point. "
        text +=
            delay.hasArrivals
            ? "Studies arrive when the data says. "
            : "The data has no times of arrival: studies arrive at random (Poisson) so that "
                + "readers are busy \((delay.room.load * 100).text(decimals: 0)) % of the time, "
                + "mean of \(delay.room.worlds) such days. "
        if !delay.hasNotifications {
            text += "The run has no times of notification: each is taken as immediate. "
        }
        return text + "A gain below 0 is a longer wait."
    }

    private var method: String {
        """
        <h2>Method</h2>
        <ul class="soft">
        <li>Intervals of shares are Clopper and Pearson's, those of AUROC DeLong's on the logit \
        scale with Newcombe's near the border, both by patients. The others are percentiles of \
        \(report.options.replicates) resamplings of patients with replacement, seed \
        \(report.options.seed), widened at the border to those of a share; thresholds that are set \
        by a rule are found anew in each. Undefined numbers and intervals are a dash.</li>
        <li>AUROC counts ties half; average precision sums precision over the steps of recall; \
        calibration error is over \(RankedScores.binCount) bins of equal width.</li>
        <li>Net benefit is true positives less false positives times the odds of the threshold, \
        a study (Vickers and Elkin 2006).</li>
        </ul>
        """
    }
}

extension Estimate {
    /// The number, and its interval in brackets.
    package func text(decimals: Int = 3) -> String {
        guard value.isFinite else { return "–" }
        let number = value.text(decimals: decimals)
        guard let low, let high else { return isUndefined ? number + " [–]" : number }
        var decimals = decimals
        // Two ends that differ are never shown as one number.
        while decimals < 12, low.text(decimals: decimals) == high.text(decimals: decimals) {
            decimals += 1
        }
        return "\(value.text(decimals: decimals)) [\(low.text(decimals: decimals)), "
            + "\(high.text(decimals: decimals))]"
    }

    /// Seconds as minutes.
    package var minutes: String {
        guard let low, let high else {
            return isUndefined && value.isFinite
                ? (value / 60).text(decimals: 1) + " [–]"
                : Estimate(value: value / 60).text(decimals: 1)
        }
        return Estimate(value: value / 60, low: low / 60, high: high / 60).text(decimals: 1)
    }
}

extension EvaluationReport.Comparison {
    /// Label, studies, both areas, their difference, DeLong's z and p; a dash where undefined.
    package var cells: [String] {
        [
            code, "\(count)", Estimate(value: first).text(), Estimate(value: second).text(),
            difference.text(), delong?.z?.text(decimals: 2) ?? "–", delong?.pText ?? "–",
        ]
    }
}
