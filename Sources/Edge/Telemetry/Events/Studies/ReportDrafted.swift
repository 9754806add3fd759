package import VigilCore

/// A draft report was handed to Kafka with its finding, or could not be made, and the finding went
/// alone.
package struct ReportDrafted: TelemetryEvent {
    /// What became of a draft.
    package enum Outcome: Sendable {
        case draft
        /// The sentence that there is none, of a study that nothing is said of.
        case notDrafted
        /// Why there is none, and what to do.
        case failed(code: SafeText, what: SafeText, remedy: SafeText)
    }

    private let finding: UUIDv5
    private let outcome: Outcome

    /// - Parameter finding: whose draft it is.
    package init(_ finding: UUIDv5, _ outcome: Outcome) {
        self.finding = finding
        self.outcome = outcome
    }

    /// `report_drafted`
    package var name: StaticString { "report_drafted" }
    /// `debug`, as the metric tells the same; `warning` where there is none.
    package var level: LogLevel {
        if case .failed = outcome { .warning } else { .debug }
    }

    /// What the line says.
    package var fields: [LogField] {
        let fields = [LogField("finding", finding), LogField("outcome", word)]
        guard case .failed(let code, let what, let remedy) = outcome else { return fields }
        return fields + [
            LogField("code", code), LogField("what", what), LogField("remedy", remedy),
        ]
    }

    private var word: SafeText {
        switch outcome {
        case .draft: "draft"
        case .notDrafted: "not_drafted"
        case .failed: "failed"
        }
    }

    /// Updates the metrics that go with it.
    package func record(into metrics: Metrics) {
        metrics.add(.reportDrafts, 1, word)
    }
}
