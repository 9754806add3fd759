package import VigilCore

/// A routine study went to the deferral topic, to wait for a cleaner hour or the next day.
package struct StudyDeferred: TelemetryEvent {
    /// Until when it waits.
    package let notBefore: Timestamp
    /// Grams a kilowatt hour now; nil when not known.
    package let intensity: Double?
    /// Grams a kilowatt hour then, by the forecast; nil when not known.
    package let expected: Double?
    /// What it waits for: `hour` or `budget`.
    package let reason: SafeText

    /// All that the event says.
    package init(
        notBefore: Timestamp, intensity: Double?, expected: Double?, reason: SafeText
    ) {
        self.reason = reason
        self.notBefore = notBefore
        self.intensity = intensity
        self.expected = expected
    }

    /// `study_deferred`
    package var name: StaticString { "study_deferred" }

    /// What the line says.
    package var fields: [LogField] {
        [LogField("not_before", notBefore), LogField("reason", reason)]
            + (intensity.map { [LogField("intensity_g_per_kwh", $0)] } ?? [])
            + (expected.map { [LogField("expected_g_per_kwh", $0)] } ?? [])
    }

    /// Updates the metrics that go with it.
    package func record(into metrics: Metrics) {
        metrics.add(.studiesDeferred, 1, reason)
    }
}
