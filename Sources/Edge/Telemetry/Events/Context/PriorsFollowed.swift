package import VigilCore

/// The topic of findings was read to its end for patients' earlier studies, or cannot be: then
/// studies are compared with none, and their findings say so.
package struct PriorsFollowed: TelemetryEvent {
    /// Whether what it says is known.
    package let isCurrent: Bool
    /// Why it is not.
    package let why: SafeText?
    /// Since it was first asked for.
    package let duration: Duration

    /// All that the event says.
    package init(isCurrent: Bool, why: SafeText?, duration: Duration) {
        self.isCurrent = isCurrent
        self.why = why
        self.duration = duration
    }

    /// `priors_followed`
    package var name: StaticString { "priors_followed" }
    /// `warning` when it cannot be read.
    package var level: LogLevel { isCurrent ? .info : .warning }

    /// What the line says.
    package var fields: [LogField] {
        var fields = [LogField("current", isCurrent), LogField("duration_s", duration.seconds)]
        if let why { fields.append(LogField("why", why)) }
        return fields
    }

    /// Updates the metrics that go with it.
    package func record(into metrics: Metrics) {
        metrics.set(.priorsCurrent, isCurrent ? 1 : 0)
    }
}
