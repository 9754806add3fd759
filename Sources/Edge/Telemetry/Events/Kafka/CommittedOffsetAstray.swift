package import VigilCore

/// A partition's committed offset is none of its records: somebody deleted records before they were
/// read, or made the topic anew.
package struct CommittedOffsetAstray: TelemetryEvent {
    /// How a committed offset can be astray.
    package enum Kind: String, Sendable, SafeToLog {
        /// Records between it and the log's first were deleted unread.
        case expired
        /// The log ends before it: reading begins at the log's first record.
        case logReset = "log_reset"
        /// The topic was made anew, and other records stand at its offsets: reading begins at the
        /// log's first record, also under a running worker.
        case madeAnew = "made_anew"
    }

    /// How.
    package let kind: Kind
    /// The topic, from configuration.
    package let topic: SafeText
    /// The partition.
    package let partition: Int32
    /// The committed offset.
    package let committed: Int64
    /// The log's first offset.
    package let first: Int64

    /// All that the event says.
    package init(
        kind: Kind, topic: SafeText, partition: Int32, committed: Int64, first: Int64
    ) {
        self.kind = kind
        self.topic = topic
        self.partition = partition
        self.committed = committed
        self.first = first
    }

    /// `committed_offset_astray`
    package var name: StaticString { "committed_offset_astray" }
    /// `error`
    package var level: LogLevel { .error }

    /// What the line says.
    package var fields: [LogField] {
        [
            LogField("kind", kind), LogField("topic", topic), LogField("partition", partition),
            LogField("committed", committed), LogField("first", first),
        ]
    }

    /// Updates the metrics that go with it.
    package func record(into metrics: Metrics) {
        metrics.add(.offsetsAstray, 1, kind)
    }
}
