package import VigilCore

/// An event stood elsewhere than in the partition that owns its study.
package struct StudyPlaced: TelemetryEvent {
    /// What was done about it.
    package enum Outcome: String, Sendable, CaseIterable, SafeToLog {
        /// It went to the owner.
        case forwarded
        /// It had been forwarded, or waited, when the input topic had other partitions: it was
        /// decided where it stood.
        case outgrown
        /// There was no partition to forward it to: it was decided where it stood.
        case nowhere
    }

    /// What was done about it.
    package let outcome: Outcome
    /// The topic, from configuration.
    package let topic: SafeText
    /// Where the record stands.
    package let partition: Int32
    /// Where the record stands.
    package let offset: Int64

    /// All that the event says.
    package init(_ outcome: Outcome, topic: SafeText, partition: Int32, offset: Int64) {
        self.outcome = outcome
        self.topic = topic
        self.partition = partition
        self.offset = offset
    }

    /// `study_placed`
    package var name: StaticString { "study_placed" }
    /// `debug`
    package var level: LogLevel { .debug }

    /// What the line says.
    package var fields: [LogField] {
        [
            LogField("outcome", outcome), LogField("topic", topic),
            LogField("partition", partition), LogField("offset", offset),
        ]
    }

    /// Updates the metrics that go with it.
    package func record(into metrics: Metrics) {
        metrics.add(.eventsPlaced, 1, outcome)
    }
}
