package import VigilCore

/// A routine study went to the deferral topic, to wait for a cleaner hour.
package struct StudyDeferred: TelemetryEvent {
    /// The cleaner hour.
    package let notBefore: Timestamp
    /// Grams a kilowatt hour now.
    package let intensity: Double
    /// Grams a kilowatt hour then, by the forecast.
    package let expected: Double

    /// All that the event says.
    package init(notBefore: Timestamp, intensity: Double, expected: Double) {
        self.notBefore = notBefore
        self.intensity = intensity
        self.expected = expected
    }

    /// `study_deferred`
    package var name: StaticString { "study_deferred" }

    /// What the line says.
    package var fields: [LogField] {
        [
            LogField("not_before", notBefore), LogField("intensity_g_per_kwh", intensity),
            LogField("expected_g_per_kwh", expected),
        ]
    }

    /// Updates the metrics that go with it.
    package func record(into metrics: Metrics) {
        metrics.add(.studiesDeferred, 1)
    }
}
