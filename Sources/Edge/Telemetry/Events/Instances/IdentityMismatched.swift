package import VigilCore

/// A study's files belong to another study, or to several patients: it is not assessed, and whoever
/// sends such events must be told.
package struct IdentityMismatched: TelemetryEvent {
    /// What differs, a code of a closed list.
    package let kind: SafeText

    /// All that the event says.
    package init(kind: SafeText) {
        self.kind = kind
    }

    /// `identity_mismatched`
    package var name: StaticString { "identity_mismatched" }
    /// `error`
    package var level: LogLevel { .error }

    /// What the line says.
    package var fields: [LogField] { [LogField("kind", kind)] }

    /// Updates the metrics that go with it.
    package func record(into metrics: Metrics) {
        metrics.add(.identityMismatches, 1, kind)
    }
}
