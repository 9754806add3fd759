package import VigilCore

/// A decoder process ended and another took its place.
package struct DecoderRestarted: TelemetryEvent {
    /// Such as `signal`, `timeout` or `memory`: a word of a short list.
    package let reason: SafeText

    /// All that the event says.
    package init(reason: SafeText) {
        self.reason = reason
    }

    /// `decoder_restarted`
    package var name: StaticString { "decoder_restarted" }
    /// `warning`
    package var level: LogLevel { .warning }

    /// What the line says.
    package var fields: [LogField] {
        [LogField("reason", reason)]
    }

    /// Updates the metrics that go with it.
    package func record(into metrics: Metrics) {
        metrics.add(.decoderRestarts, 1, reason)
    }
}
