package import VigilCore

/// Records of the topic of context were joined into what is known of patients.
package struct ContextJoined: TelemetryEvent {
    /// Statements that are used, and observations that were taken back.
    package let used: Int
    package let takenBack: Int
    /// Statements that are not used, by why.
    package let refused: [ContextRefusal: Int]
    /// Of how many patients something is kept now, and how many values of all.
    package let patients: Int
    package let values: Int

    /// All that the event says.
    package init(
        used: Int, takenBack: Int, refused: [ContextRefusal: Int], patients: Int, values: Int
    ) {
        self.used = used
        self.takenBack = takenBack
        self.refused = refused
        self.patients = patients
        self.values = values
    }

    /// `context_joined`
    package var name: StaticString { "context_joined" }
    /// `debug`: the metrics tell the same.
    package var level: LogLevel { .debug }

    /// What the line says.
    package var fields: [LogField] {
        [
            LogField("used", used), LogField("taken_back", takenBack),
            LogField("refused", refused.values.reduce(0, +)), LogField("patients", patients),
            LogField("values", values),
        ]
    }

    /// Updates the metrics that go with it.
    package func record(into metrics: Metrics) {
        if used > 0 { metrics.add(.contextStatements, Double(used), "used" as SafeText) }
        if takenBack > 0 {
            metrics.add(.contextStatements, Double(takenBack), "taken_back" as SafeText)
        }
        for (reason, count) in refused {
            metrics.add(.contextStatements, Double(count), reason)
        }
        metrics.set(.contextPatients, Double(patients))
        metrics.set(.contextValues, Double(values))
    }
}
