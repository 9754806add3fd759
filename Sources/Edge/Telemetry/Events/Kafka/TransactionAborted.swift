package import VigilCore

/// A Kafka transaction did not commit. Its study events run again, here or elsewhere.
package struct TransactionAborted: TelemetryEvent {
    /// How it ended.
    package enum Outcome: String, Sendable, Hashable, CaseIterable, SafeToLog {
        /// Aborted in order; this worker tries again.
        case aborted
        /// Another producer took the transactional id; this worker must end.
        case fenced
    }

    /// How it ended.
    package let outcome: Outcome
    /// The error's stable code.
    package let code: SafeText
    /// What happened.
    package let what: SafeText

    /// All that the event says.
    package init(outcome: Outcome, error: some VigilError) {
        self.outcome = outcome
        code = error.code
        what = error.what
    }

    /// `transaction_aborted`
    package var name: StaticString { "transaction_aborted" }
    /// `warning`, and `error` for a fenced one.
    package var level: LogLevel { outcome == .fenced ? .error : .warning }

    /// What the line says.
    package var fields: [LogField] {
        [LogField("outcome", outcome), LogField("code", code), LogField("what", what)]
    }

    /// Updates the metrics that go with it.
    package func record(into metrics: Metrics) {
        metrics.add(.transactions, 1, outcome)
    }
}
