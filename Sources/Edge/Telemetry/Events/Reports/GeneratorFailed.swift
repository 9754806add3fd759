package import VigilCore

/// A site's own generator of reports gave no sentences for a study, or broke down and was ended.
package struct GeneratorFailed: TelemetryEvent {
    private let reason: SafeText
    private let isEnded: Bool
    private let what: SafeText
    private let remedy: SafeText

    /// - Parameters:
    ///   - reason: of a closed list.
    ///   - isEnded: whether the program was ended for it; it is started again.
    package init(_ reason: SafeText, isEnded: Bool, what: SafeText, remedy: SafeText) {
        self.reason = reason
        self.isEnded = isEnded
        self.what = what
        self.remedy = remedy
    }

    /// `report_generator_failed`
    package var name: StaticString { "report_generator_failed" }
    /// `debug` of a single study, of which `report_drafted` warns.
    package var level: LogLevel { isEnded ? .warning : .debug }

    /// What the line says.
    package var fields: [LogField] {
        [LogField("reason", reason), LogField("what", what), LogField("remedy", remedy)]
    }

    /// Updates the metrics that go with it.
    package func record(into metrics: Metrics) { metrics.add(.reportGeneratorFaults, 1, reason) }
}
