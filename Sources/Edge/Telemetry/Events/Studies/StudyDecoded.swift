package import VigilCore

/// An instance of a study was decoded.
package struct StudyDecoded: TelemetryEvent {
    /// The name of a known transfer syntax, or `other`; never text of the file.
    package let transferSyntax: SafeText
    /// Frames decoded.
    package let frames: Int
    /// From request to pixels.
    package let duration: Duration
    /// Processor time of reading, decoding and normalising it, the decoder's process included.
    package let processor: Duration

    /// All that the event says.
    package init(
        transferSyntax: SafeText, frames: Int, duration: Duration, processor: Duration
    ) {
        self.transferSyntax = transferSyntax
        self.frames = frames
        self.duration = duration
        self.processor = processor
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
            LogField("processor_s", processor),
        ]
    }

    /// Updates the metrics that go with it.
    package func record(into metrics: Metrics) {
        metrics.add(.studiesDecoded, 1, transferSyntax)
        metrics.observe(.decodeDuration, duration, transferSyntax)
        metrics.add(.stageProcessor, processor.seconds, Stage.decode)
    }
}
