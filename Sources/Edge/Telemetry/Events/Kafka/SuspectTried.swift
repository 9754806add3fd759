package import VigilCore

/// A record at which workers died is tried alone, or given up.
package struct SuspectTried: TelemetryEvent {
    /// What is done with it.
    package enum Way: String, Sendable, CaseIterable, SafeToLog {
        /// It is worked on, and nothing else is.
        case alone
        /// It becomes a dead letter, and its study is not assessed.
        case givenUp = "given_up"
        /// It becomes a dead letter without having been read.
        case givenUpUnread = "given_up_unread"
    }

    /// What is done with it.
    package let way: Way
    /// Where it stands; the topic from configuration.
    package let position: RecordPosition
    /// How many workers died while they worked on it alone.
    package let deaths: Int

    /// All that the event says.
    package init(_ way: Way, at position: RecordPosition, deaths: Int) {
        self.way = way
        self.position = position
        self.deaths = deaths
    }

    /// `suspect_tried`
    package var name: StaticString { "suspect_tried" }
    /// `warning`
    package var level: LogLevel { .warning }

    /// What the line says.
    package var fields: [LogField] {
        [
            LogField("way", way),
            LogField("topic", SafeText(operatorProvided: position.topic)),
            LogField("partition", position.partition), LogField("offset", position.offset),
            LogField("deaths", deaths),
        ]
    }

    /// Updates the metrics that go with it.
    package func record(into metrics: Metrics) { metrics.add(.suspectsTried, 1, way) }
}
