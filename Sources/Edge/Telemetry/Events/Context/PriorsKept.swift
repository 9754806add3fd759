/// Findings were taken in as earlier studies of their patients.
package struct PriorsKept: TelemetryEvent {
    /// Of how many patients some are kept now, and how many of all.
    package let patients: Int
    package let studies: Int

    /// All that the event says.
    package init(patients: Int, studies: Int) {
        self.patients = patients
        self.studies = studies
    }

    /// `priors_kept`
    package var name: StaticString { "priors_kept" }
    /// `debug`: the metrics tell the same.
    package var level: LogLevel { .debug }

    /// What the line says.
    package var fields: [LogField] {
        [LogField("patients", patients), LogField("studies", studies)]
    }

    /// Updates the metrics that go with it.
    package func record(into metrics: Metrics) {
        metrics.set(.priorPatients, Double(patients))
        metrics.set(.priorStudies, Double(studies))
    }
}
