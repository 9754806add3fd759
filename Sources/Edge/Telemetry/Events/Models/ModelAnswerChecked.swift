internal import VigilCore

/// The model was asked at the start for the answer that its folder records. Another answer ends the
/// start, so this tells of a right one or of none.
package struct ModelAnswerChecked: TelemetryEvent {
    /// Whether an answer is recorded; it is the right one then.
    package let isRecorded: Bool

    /// All that the event says.
    package init(isRecorded: Bool) {
        self.isRecorded = isRecorded
    }

    /// `model_answer_checked`
    package var name: StaticString { "model_answer_checked" }
    /// `warning` without a recorded answer.
    package var level: LogLevel { isRecorded ? .info : .warning }

    /// What the line says.
    package var fields: [LogField] {
        [LogField("answer", isRecorded ? "matches" : "not_recorded" as StaticString)]
            + (isRecorded
                ? [] : [LogField("remedy", "vigil model verify --record DIR" as StaticString)])
    }

    /// Updates the metrics that go with it.
    package func record(into metrics: Metrics) {
        metrics.set(.knownAnswer, isRecorded ? 1 : 0)
    }
}
