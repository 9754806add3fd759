package import VigilCore

/// The start took calibrations, by which findings are answered until the first of them expires.
package struct CalibrationsInForce: TelemetryEvent {
    /// How many.
    package let count: Int
    /// When the first of them expires.
    package let expires: Timestamp
    /// Whether that is over already, so that what it would answer abstains.
    package let isOver: Bool

    /// All that the event says.
    package init(count: Int, expires: Timestamp, isOver: Bool) {
        self.count = count
        self.expires = expires
        self.isOver = isOver
    }

    /// `calibrations_in_force`
    package var name: StaticString { "calibrations_in_force" }
    /// `warning` when one has expired.
    package var level: LogLevel { isOver ? .warning : .info }

    /// What the line says.
    package var fields: [LogField] {
        var fields = [LogField("count", count), LogField("expires", expires)]
        if isOver {
            fields.append(LogField("remedy", "calibrate anew: vigil calibrate" as StaticString))
        }
        return fields
    }

    /// Updates the metrics that go with it.
    package func record(into metrics: Metrics) {
        metrics.set(.calibrationExpiry, Double(expires.microseconds) / 1e6)
    }
}
