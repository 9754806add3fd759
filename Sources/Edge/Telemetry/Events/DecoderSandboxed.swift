package import VigilCore

/// The decoders have put on their protections, or could not.
package struct DecoderSandboxed: TelemetryEvent {
    /// Every protection by its name, and whether it is on.
    package let protections: [(name: SafeText, isOn: Bool)]
    /// What `decode.sandbox` says.
    package let policy: SafeText
    /// The names of those that should be on and are not; nil when none is missing.
    package let missing: SafeText?

    /// All that the event says.
    package init(
        protections: [(name: SafeText, isOn: Bool)], policy: SafeText, missing: SafeText?
    ) {
        self.protections = protections
        self.policy = policy
        self.missing = missing
    }

    /// `decoder_sandboxed`
    package var name: StaticString { "decoder_sandboxed" }
    /// `warning` when one is missing.
    package var level: LogLevel { missing == nil ? .info : .warning }

    /// What the line says.
    package var fields: [LogField] {
        [LogField("policy", policy)] + (missing.map { [LogField("missing", $0)] } ?? [])
    }

    /// Updates the metrics that go with it.
    package func record(into metrics: Metrics) {
        for (name, isOn) in protections { metrics.set(.decoderSandbox, isOn ? 1 : 0, name) }
    }
}
