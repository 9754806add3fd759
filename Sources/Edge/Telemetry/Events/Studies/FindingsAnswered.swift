internal import VigilCore

/// How a study's findings were answered; a burst of abstained ones tells of images or a calibration
/// that do not fit.
package struct FindingsAnswered: TelemetryEvent {
    package let flagged: Int
    package let notFlagged: Int
    package let abstained: Int

    /// All that the event says.
    package init(flagged: Int, notFlagged: Int, abstained: Int) {
        self.flagged = flagged
        self.notFlagged = notFlagged
        self.abstained = abstained
    }

    /// `findings_answered`
    package var name: StaticString { "findings_answered" }
    /// `debug`: the metric tells the same.
    package var level: LogLevel { .debug }

    /// What the line says.
    package var fields: [LogField] {
        [
            LogField("flagged", flagged), LogField("not_flagged", notFlagged),
            LogField("abstained", abstained),
        ]
    }

    /// Updates the metrics that go with it.
    package func record(into metrics: Metrics) {
        metrics.add(.findingAnswers, Double(flagged), "flagged" as SafeText)
        metrics.add(.findingAnswers, Double(notFlagged), "not_flagged" as SafeText)
        metrics.add(.findingAnswers, Double(abstained), "abstained" as SafeText)
    }
}
