package import VigilCore

/// The day's energy or carbon is spent: routine work waits or is done with less until it ends.
package struct BudgetSpent: TelemetryEvent {
    /// `joules` or `grams`.
    package let kind: SafeText
    /// When the next day begins.
    package let until: Timestamp

    /// All that the event says.
    package init(kind: SafeText, until: Timestamp) {
        self.kind = kind
        self.until = until
    }

    /// `budget_spent`
    package var name: StaticString { "budget_spent" }
    /// `warning`
    package var level: LogLevel { .warning }

    /// What the line says.
    package var fields: [LogField] { [LogField("kind", kind), LogField("until", until)] }

    /// Updates the metrics that go with it.
    package func record(into metrics: Metrics) { metrics.add(.budgetsSpent, 1, kind) }
}
