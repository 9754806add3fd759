internal import VigilCore

/// What operators have stopped, where that changed.
package struct ControlObserved: TelemetryEvent, Hashable {
    /// How much of each kind is stopped, such as one `all` or two `finding`.
    package let stopped: [StopKind: Int]
    /// Whether the topic was read to its end and answers.
    package let isKnown: Bool

    /// The kinds of what can be stopped.
    package enum StopKind: String, Sendable, Hashable, CaseIterable, SafeToLog {
        case all, model, finding, site, scanner
    }

    /// All that the event says.
    package init(stopped: [StopKind: Int], isKnown: Bool) {
        self.stopped = stopped
        self.isKnown = isKnown
    }

    /// `control_observed`
    package var name: StaticString { "control_observed" }
    /// `warning` when something is stopped.
    package var level: LogLevel { isKnown && stopped.isEmpty ? .info : .warning }

    /// What the line says.
    package var fields: [LogField] {
        [
            LogField("known", isKnown), LogField("all", stopped[.all] ?? 0),
            LogField("models", stopped[.model] ?? 0),
            LogField("findings", stopped[.finding] ?? 0), LogField("sites", stopped[.site] ?? 0),
            LogField("scanners", stopped[.scanner] ?? 0),
        ]
    }

    /// Updates the metrics that go with it.
    package func record(into metrics: Metrics) {
        metrics.set(.controlKnown, isKnown ? 1 : 0)
        for kind in StopKind.allCases {
            metrics.set(.controlStopped, Double(stopped[kind] ?? 0), kind)
        }
    }
}
