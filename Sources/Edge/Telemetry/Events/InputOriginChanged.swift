package import VigilCore

/// An origin of instances is left alone since it gives no answers, or answers again.
package struct InputOriginChanged: TelemetryEvent {
    /// Scheme, host and port as the operator has listed them.
    package let origin: SafeText
    /// What it last failed with, such as `origin_away`; nil: it answers again.
    package let trouble: SafeText?

    /// All that the event says.
    package init(origin: SafeText, trouble: SafeText?) {
        self.origin = origin
        self.trouble = trouble
    }

    /// `input_origin_changed`
    package var name: StaticString { "input_origin_changed" }
    /// `error`, or `info` when it answers again.
    package var level: LogLevel { trouble == nil ? .info : .error }

    /// What the line says.
    package var fields: [LogField] {
        [LogField("origin", origin), LogField("trouble", trouble ?? "none")]
    }

    /// Updates the metric that goes with it.
    package func record(into metrics: Metrics) {
        metrics.set(.inputOriginAway, trouble == nil ? 0 : 1, origin)
    }
}
