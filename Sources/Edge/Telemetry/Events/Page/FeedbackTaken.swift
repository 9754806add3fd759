internal import VigilCore

/// Persons said something at the worklist page.
package struct FeedbackTaken: TelemetryEvent {
    /// Clicks that were sent together.
    package let clicks: Int
    /// Whether the broker has them.
    package let isPublished: Bool

    /// All that the event says.
    package init(clicks: Int, isPublished: Bool) {
        self.clicks = clicks
        self.isPublished = isPublished
    }

    /// `feedback_taken`
    package var name: StaticString { "feedback_taken" }

    /// What the line says.
    package var fields: [LogField] {
        [LogField("clicks", clicks), LogField("published", isPublished)]
    }
}
