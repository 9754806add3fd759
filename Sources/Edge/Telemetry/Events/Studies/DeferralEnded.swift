package import VigilCore

/// The finding of a study that waited for a cleaner hour is out.
package struct DeferralEnded: TelemetryEvent {
    /// Why it waited no longer.
    package let reason: SafeText
    /// How long it waited.
    package let waited: Duration
    /// Grams saved against not waiting; nil when the intensity is not known now.
    package let saved: Double?

    /// All that the event says.
    package init(reason: SafeText, waited: Duration, saved: Double?) {
        self.reason = reason
        self.waited = waited
        self.saved = saved
    }

    /// `deferral_ended`
    package var name: StaticString { "deferral_ended" }

    /// What the line says.
    package var fields: [LogField] {
        [LogField("reason", reason), LogField("waited_s", waited.seconds)]
            + (saved.map { [LogField("saved_grams", $0)] } ?? [])
    }

    /// Updates the metrics that go with it.
    package func record(into metrics: Metrics) {
        metrics.add(.deferralsEnded, 1, reason)
        if let saved { metrics.change(.deferralGramsSaved, by: saved) }
    }
}
