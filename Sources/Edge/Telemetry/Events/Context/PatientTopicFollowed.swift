package import VigilCore

/// A topic that tells of patients was read to its end, or cannot be: then studies are answered
/// without it, and their findings say so.
package struct PatientTopicFollowed: TelemetryEvent {
    /// What such a topic tells.
    package enum Content: Sendable {
        /// Laboratory values and vital signs.
        case context
        /// Earlier studies, as the topic of findings has them.
        case priors
    }

    private let content: Content
    /// Whether what it says is known.
    package let isCurrent: Bool
    /// Why it is not.
    package let why: SafeText?
    /// Since it was first asked for.
    package let duration: Duration

    /// All that the event says.
    package init(_ content: Content, isCurrent: Bool, why: SafeText?, duration: Duration) {
        self.content = content
        self.isCurrent = isCurrent
        self.why = why
        self.duration = duration
    }

    /// `context_topic_followed` or `priors_followed`
    package var name: StaticString {
        switch content {
        case .context: "context_topic_followed"
        case .priors: "priors_followed"
        }
    }
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
        let gauge: GaugeMetric =
            switch content {
            case .context: .contextCurrent
            case .priors: .priorsCurrent
            }
        metrics.set(gauge, isCurrent ? 1 : 0)
    }
}
