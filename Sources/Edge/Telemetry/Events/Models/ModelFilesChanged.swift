package import VigilCore

/// Files of a model that runs here are no longer those that it was loaded from. The worker goes on
/// with what it has in memory.
package struct ModelFilesChanged: TelemetryEvent {
    /// The model's folder or the adapter's file, as the setting has it.
    package let place: SafeText
    /// The first file that differs, within the place.
    package let file: SafeText
    /// How many differ, are gone or were added.
    package let count: Int

    /// All that the event says.
    package init(place: SafeText, file: SafeText, count: Int) {
        self.place = place
        self.file = file
        self.count = count
    }

    /// `model_files_changed`
    package var name: StaticString { "model_files_changed" }
    /// `error`
    package var level: LogLevel { .error }

    /// What the line says.
    package var fields: [LogField] {
        [
            LogField("place", place), LogField("file", file), LogField("files", count),
            LogField(
                "remedy",
                """
                Findings are still of the model that was loaded. Put its files back, or hold the \
                new ones against 'vigil model verify' and start the worker again
                """ as SafeText),
        ]
    }

    /// Updates the metrics that go with it.
    package func record(into metrics: Metrics) {
        metrics.set(.modelFilesChanged, 1, place)
    }
}
