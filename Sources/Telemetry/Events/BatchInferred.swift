package import VigilCore

/// A batch went through the model.
package struct BatchInferred: TelemetryEvent {
    /// Images.
    package let size: Int
    /// In the model.
    package let duration: Duration
    /// Of the whole batch.
    package let joules: Joules
    /// How the joules were obtained.
    package let energyMethod: EnergyMethod

    /// All that the event says.
    package init(size: Int, duration: Duration, joules: Joules, energyMethod: EnergyMethod) {
        self.size = size
        self.duration = duration
        self.joules = joules
        self.energyMethod = energyMethod
    }

    /// `batch_inferred`
    package var name: StaticString { "batch_inferred" }
    /// `debug`
    package var level: LogLevel { .debug }

    /// What the line says.
    package var fields: [LogField] {
        [
            LogField("size", size),
            LogField("duration_s", duration),
            LogField("joules", joules.value),
            LogField("energy_method", energyMethod),
        ]
    }

    /// Updates the metrics that go with it.
    package func record(into metrics: Metrics) {
        metrics.observe(.inferenceDuration, duration)
        metrics.add(.energyJoules, joules.value, energyMethod, "inference" as StaticString)
        if size > 0 {
            metrics.set(.energyPerInference, joules.value / Double(size), energyMethod)
        }
    }
}
