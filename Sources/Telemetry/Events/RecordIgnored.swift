package import VigilCore

/// Something that was read back from Kafka is passed over, since no worker wrote it so. What it
/// would have told is not known then; nothing else depends on it.
package struct RecordIgnored: TelemetryEvent {
    /// What it was read from.
    package enum Place: String, Sendable, CaseIterable, SafeToLog {
        /// The topic of findings.
        case finding
        /// The topic of orders.
        case order
        /// The note of a record on a retry topic.
        case retry
        /// The note of a record on the deferral topic.
        case deferral
        /// The note of a record on a topic of placed events.
        case placement
        /// What the group has committed beside an offset.
        case offsets
    }

    /// Why.
    package enum Reason: String, Sendable, CaseIterable, SafeToLog {
        /// It is not of the form that workers write.
        case unreadable
        /// It is readable, and asks for what no worker asks for.
        case outOfBounds = "out_of_bounds"
    }

    /// What it was read from.
    package let place: Place
    /// Why.
    package let reason: Reason
    /// Where it stands; the topic from configuration.
    package let position: RecordPosition

    /// All that the event says.
    package init(_ place: Place, _ reason: Reason, at position: RecordPosition) {
        self.place = place
        self.reason = reason
        self.position = position
    }

    /// `record_ignored`
    package var name: StaticString { "record_ignored" }
    /// `warning`
    package var level: LogLevel { .warning }

    /// What the line says.
    package var fields: [LogField] {
        [
            LogField("place", place), LogField("reason", reason),
            LogField("topic", SafeText(operatorProvided: position.topic)),
            LogField("partition", position.partition), LogField("offset", position.offset),
        ]
    }

    /// Updates the metrics that go with it.
    package func record(into metrics: Metrics) {
        metrics.add(.recordsIgnored, 1, place, reason)
    }
}
