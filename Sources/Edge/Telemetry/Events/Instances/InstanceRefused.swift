package import VigilCore

/// An instance could not be decoded.
package struct InstanceRefused: TelemetryEvent {
    /// The name of a known transfer syntax, or `other`; never text of the file.
    package let transferSyntax: SafeText
    /// The error's stable code.
    package let code: SafeText

    /// All that the event says.
    package init(transferSyntax: SafeText, code: SafeText) {
        self.transferSyntax = transferSyntax
        self.code = code
    }

    /// `instance_refused`
    package var name: StaticString { "instance_refused" }
    /// `warning`
    package var level: LogLevel { .warning }

    /// What the line says.
    package var fields: [LogField] {
        [LogField("transfer_syntax", transferSyntax), LogField("code", code)]
    }

    /// Updates the metrics that go with it.
    package func record(into metrics: Metrics) {
        metrics.add(.decodeFailures, 1, transferSyntax, code)
    }
}
