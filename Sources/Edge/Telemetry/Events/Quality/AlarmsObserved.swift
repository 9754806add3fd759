internal import VigilCore

/// Which alarms stand, where that changed.
package struct AlarmsObserved: TelemetryEvent, Hashable {
    /// Whom an alarm that stands is against.
    package enum Against: String, Sendable, Hashable, CaseIterable, SafeToLog {
        /// A calibration of this worker, which does not answer.
        case inUse = "in_use"
        /// None of this worker's.
        case others
    }

    /// How many alarms stand.
    package let standing: [Against: Int]
    /// Whether the topic was read to its end and answers.
    package let isKnown: Bool
    /// Whether more alarms came than are remembered.
    package let isCrowded: Bool

    /// All that the event says.
    package init(standing: [Against: Int], isKnown: Bool, isCrowded: Bool) {
        self.standing = standing
        self.isKnown = isKnown
        self.isCrowded = isCrowded
    }

    /// `quality_alarms_observed`
    package var name: StaticString { "quality_alarms_observed" }
    /// `warning` while a calibration in use does not answer.
    package var level: LogLevel {
        isKnown && !isCrowded && standing[.inUse] ?? 0 == 0 ? .info : .warning
    }

    /// What the line says.
    package var fields: [LogField] {
        [
            LogField("known", isKnown), LogField("in_use", standing[.inUse] ?? 0),
            LogField("others", standing[.others] ?? 0), LogField("crowded", isCrowded),
        ]
    }

    /// Updates the metrics that go with it.
    package func record(into metrics: Metrics) {
        metrics.set(.alarmsKnown, isKnown && !isCrowded ? 1 : 0)
        for against in Against.allCases {
            metrics.set(.alarmsStanding, Double(standing[against] ?? 0), against)
        }
    }
}
