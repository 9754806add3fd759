package import VigilCore

/// The topic of context was read to its end, or cannot be: then studies are answered without it,
/// and their findings say so.
package struct ContextTopicFollowed: TelemetryEvent {
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

    /// `context_topic_followed`
    package var name: StaticString { "context_topic_followed" }
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
        metrics.set(.contextCurrent, isCurrent ? 1 : 0)
    }
}
