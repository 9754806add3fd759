package import VigilCore

/// How a study's findings were answered; a burst of abstained ones tells of images or a calibration
/// that do not fit.
package struct FindingsAnswered: TelemetryEvent {
    package let flagged: Int
    package let notFlagged: Int
    package let abstained: Int
    private let told: Int
    private let untold: [Finding.NoEvidence]

    /// All that the event says.
    ///
    /// - Parameter explained: what is told of evidence, where it is asked for.
    package init(
        flagged: Int, notFlagged: Int, abstained: Int, explained: [Finding.Explained] = []
    ) {
        self.flagged = flagged
        self.notFlagged = notFlagged
        self.abstained = abstained
        untold = explained.compactMap { if case .untold(let reason) = $0 { reason } else { nil } }
        told = explained.count - untold.count
    }

    /// `findings_answered`
    package var name: StaticString { "findings_answered" }
    /// `debug`: the metric tells the same; `warning` where evidence failed.
    package var level: LogLevel { hasFailed ? .warning : .debug }

    /// Whether evidence is missing for another reason than what model it is.
    private var hasFailed: Bool { untold.contains { ![.family, .head].contains($0) } }

    /// What the line says.
    package var fields: [LogField] {
        [
            LogField("flagged", flagged), LogField("not_flagged", notFlagged),
            LogField("abstained", abstained), LogField("explained", told),
            LogField("unexplained", untold.count),
        ] + (untold.first.map { [LogField("reason", $0)] } ?? [])
    }

    /// Updates the metrics that go with it.
    package func record(into metrics: Metrics) {
        metrics.add(.findingAnswers, Double(flagged), "flagged" as SafeText)
        metrics.add(.findingAnswers, Double(notFlagged), "not_flagged" as SafeText)
        metrics.add(.findingAnswers, Double(abstained), "abstained" as SafeText)
        if told > 0 { metrics.add(.findingEvidence, Double(told), "told" as SafeText) }
        for reason in untold { metrics.add(.findingEvidence, 1, reason) }
    }
}
