package import VigilCore

/// A draft report was published with its finding, or could not be made, and the finding went alone.
package struct ReportDrafted: TelemetryEvent {
    /// What became of a draft.
    package enum Outcome: Sendable {
        /// How many sentences of a site's own generator it is without, by why.
        case draft(dropped: [(reason: SafeText, count: Int)])
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
        switch outcome {
        case .draft(let dropped):
            return fields + [LogField("dropped", dropped.reduce(0) { $0 + $1.count })]
        case .notDrafted: return fields
        case .failed(let code, let what, let remedy):
            return fields + [
                LogField("code", code), LogField("what", what), LogField("remedy", remedy),
            ]
        }
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
        guard case .draft(let dropped) = outcome else { return }
        for (reason, count) in dropped {
            metrics.add(.reportSentencesDropped, Double(count), reason)
        }
    }
}
