package import VigilCore

/// An instance of a study was decoded.
package struct StudyDecoded: TelemetryEvent {
    /// The name of a known transfer syntax, or `other`; never text of the file.
    package let transferSyntax: SafeText
    /// Frames decoded.
    package let frames: Int
    /// From request to pixels.
    package let duration: Duration

    /// All that the event says.
    package init(transferSyntax: SafeText, frames: Int, duration: Duration) {
        self.transferSyntax = transferSyntax
        self.frames = frames
        self.duration = duration
    }

    /// `study_decoded`
    package var name: StaticString { "study_decoded" }
    /// `debug`
    package var level: LogLevel { .debug }

    /// What the line says.
    package var fields: [LogField] {
        [
            LogField("transfer_syntax", transferSyntax),
            LogField("frames", frames),
            LogField("duration_s", duration),
        ]
    }

    /// Updates the metrics that go with it.
    package func record(into metrics: Metrics) {
        metrics.add(.studiesDecoded, 1, transferSyntax)
        metrics.observe(.decodeDuration, duration, transferSyntax)
    }
}
