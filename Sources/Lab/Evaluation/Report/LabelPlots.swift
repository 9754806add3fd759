/// The plots of one label.
struct LabelPlots {
    private let label: EvaluationReport.Label

    init(_ label: EvaluationReport.Label) { self.label = label }

    /// ROC, calibration and decision curve.
    var all: [SVGPlot] { [roc, calibration, decision] }

    private static let diagonal = [(x: 0.0, y: 0.0), (x: 1.0, y: 1.0)]

    private var roc: SVGPlot {
        let curve = label.scores.rocCurve.map { (x: $0.falsePositives, y: $0.truePositives) }
        return SVGPlot(
            title: "ROC, area \(label[.auroc].text())", xName: "1 - specificity",
            yName: "sensitivity",
            lines: [
                .init(name: "", look: .reference, points: Self.diagonal),
                .init(name: "", look: .first, points: Self.thinned(curve)),
            ])
    }

    /// At most 400 points of a long curve; the first and the last stay.
    private static func thinned(
        _ points: [(x: Double, y: Double)]
    ) -> [(x: Double, y: Double)] {
        let limit = 400
        guard points.count > limit, let last = points.last else { return points }
        let step = Double(points.count) / Double(limit - 1)
        return (0..<limit - 1).map { points[Int(Double($0) * step)] } + [last]
    }

    private var calibration: SVGPlot {
        SVGPlot(
            title: "Calibration, error \(label[.calibrationError].text())", xName: "mean score",
            yName: "share with the finding",
            lines: [
                .init(name: "", look: .reference, points: Self.diagonal),
                .init(
                    name: "", look: .first,
                    points: label.scores.calibrationCurve.map { (x: $0.score, y: $0.frequency) },
                    hasDots: true),
            ])
    }

    private var decision: SVGPlot {
        let thresholds = EvaluationReport.decisionThresholds
        let share = Double(label.scores.positives) / Double(max(1, label.scores.count))
        let everyone = thresholds.map { (x: $0, y: share - (1 - share) * $0 / (1 - $0)) }
        let model = zip(thresholds, label.scores.netBenefit(at: thresholds)).map {
            (x: $0, y: $1)
        }
        let top = max(share * 1.15, 0.01)
        return SVGPlot(
            title: "Decision curve", xName: "threshold probability", yName: "net benefit",
            yRange: (-0.25 * top)...top,
            lines: [
                .init(
                    name: "act on all", look: .reference,
                    points: everyone.filter { $0.y >= -0.25 * top }),
                .init(name: "act on none", look: .second, points: [(x: 0, y: 0), (x: 1, y: 0)]),
                .init(name: "act on scores", look: .first, points: model),
            ])
    }
}

/// The plots of delays: which share of studies is read within how many minutes.
struct DelayPlots {
    private let delay: DelayReport

    init(_ delay: DelayReport) { self.delay = delay }

    /// With a finding, and without.
    var all: [SVGPlot] {
        [
            plot("With a finding", delay.positives), plot("Without a finding", delay.negatives),
        ]
    }

    private func plot(_ title: String, _ group: DelayReport.Group) -> SVGPlot {
        let longest = max(group.firstComeWaits.last ?? 0, group.triagedWaits.last ?? 0) / 60
        return SVGPlot(
            title: title, xName: "minutes from arrival", yName: "share being read",
            xRange: 0...max(longest, 1),
            lines: [
                .init(
                    name: "first come", look: .second, points: Self.shares(group.firstComeWaits)),
                .init(name: "triaged", look: .first, points: Self.shares(group.triagedWaits)),
            ])
    }

    /// The cumulative curve at 200 steps.
    private static func shares(_ sorted: [Double]) -> [(x: Double, y: Double)] {
        guard !sorted.isEmpty else { return [] }
        return (0...200).map { step in
            let place = min(sorted.count - 1, step * sorted.count / 200)
            return (x: sorted[place] / 60, y: Double(place + 1) / Double(sorted.count))
        }
    }
}
