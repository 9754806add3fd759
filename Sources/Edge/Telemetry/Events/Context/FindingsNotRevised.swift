internal import VigilCore

/// Findings stand as they are, whatever becomes known of their patients from now on.
package struct FindingsNotRevised: TelemetryEvent {
    /// Why.
    package enum Reason: String, Sendable, Hashable, CaseIterable, SafeToLog {
        /// `context.revise-max-mb` is full, and the oldest go.
        case crowded
        /// They were decided by another model, by another policy, calibration or weights, or by a
        /// calibration that is past its time.
        case otherRules = "other_rules"
        /// The revision is larger than the broker takes.
        case tooLarge = "too_large"
        /// The record tells what this version does not know.
        case unreadable
    }

    /// Why, and how many.
    package let reason: Reason
    package let count: Int

    /// All that the event says.
    package init(_ reason: Reason, _ count: Int = 1) {
        self.reason = reason
        self.count = count
    }

    /// `findings_not_revised`
    package var name: StaticString { "findings_not_revised" }
    /// `warning`
    package var level: LogLevel { .warning }

    /// What the line says.
    package var fields: [LogField] { [LogField("reason", reason), LogField("count", count)] }

    /// Updates the metrics that go with it.
    package func record(into metrics: Metrics) {
        metrics.add(.contextRevisions, Double(count), reason)
    }
}
