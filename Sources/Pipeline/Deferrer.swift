package import Energy
package import VigilCore
package import Wire

/// Decides which studies go to the deferral topic.
package struct Deferrer: Sendable {
    /// Where they wait.
    package let topic: DeferralTopic
    private let policy: DeferralPolicy?
    private let intensity: IntensityCache

    /// - Parameters:
    ///   - policy: nil when none is to wait; those that wait already are then taken at once.
    ///   - intensity: with the forecast.
    package init(topic: DeferralTopic, policy: DeferralPolicy?, intensity: IntensityCache) {
        self.topic = topic
        self.policy = policy
        self.intensity = intensity
    }

    /// Whether studies may wait.
    package var isOn: Bool { policy != nil }

    /// The note with which a study goes to wait; nil when it is to be worked on.
    ///
    /// - Parameter waiting: the work that waits already.
    package func note(
        for study: DeferralPolicy.Study, waiting: Duration, record: InboundRecord, now: Timestamp
    ) -> DeferralNote? {
        guard let forecast = intensity.forecast,
            let until = policy?.notBefore(study, now: now, waiting: waiting, forecast: forecast)
        else { return nil }
        return DeferralNote(
            origin: record.position, timestamp: record.timestamp, decided: now, notBefore: until,
            intensity: forecast.point(at: now).grams, expected: forecast.point(at: until).grams)
    }
}
