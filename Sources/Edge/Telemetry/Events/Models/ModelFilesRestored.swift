package import VigilCore

/// The files of a model are again those that it was loaded from.
package struct ModelFilesRestored: TelemetryEvent {
    /// The model's folder or the adapter's file, as the setting has it.
    package let place: SafeText

    /// All that the event says.
    package init(place: SafeText) {
        self.place = place
    }

    /// `model_files_restored`
    package var name: StaticString { "model_files_restored" }

    /// What the line says.
    package var fields: [LogField] { [LogField("place", place)] }

    /// Updates the metrics that go with it.
    package func record(into metrics: Metrics) {
        metrics.set(.modelFilesChanged, 0, place)
    }
}
