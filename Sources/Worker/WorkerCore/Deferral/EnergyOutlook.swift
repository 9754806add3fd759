package import VigilCore

/// What is known of this day's energy and of the grid when it is decided whether a study waits.
package struct EnergyOutlook: Sendable, Hashable {
    /// Whether studies wait for cleaner hours.
    package let waitsForHours: Bool
    /// When the next day begins, if this day's energy is spent; nil while it is not.
    package let spentUntil: Timestamp?
    /// Grams of CO2 equivalent a kilowatt hour now; nil when not known.
    package let intensity: Double?
    /// The same in the time to come; nil when not known, and then nothing waits for an hour.
    package let forecast: IntensitySeries?

    package init(
        waitsForHours: Bool, spentUntil: Timestamp?, intensity: Double?,
        forecast: IntensitySeries?
    ) {
        self.waitsForHours = waitsForHours
        self.spentUntil = spentUntil
        self.intensity = intensity
        self.forecast = forecast
    }

    /// Until when a study waits and for what: for a cleaner hour, or for the next day when this
    /// day's energy is spent. Nil when it is to be worked on.
    ///
    /// - Parameter waiting: the work that waits already.
    package func wait(
        of study: DeferralPolicy.Study, by policy: DeferralPolicy, waiting: Duration,
        now: Timestamp
    ) -> (until: Timestamp, reason: DeferralNote.Reason)? {
        if let spentUntil, policy.mayWait(study, until: spentUntil, waiting: waiting) {
            return (spentUntil, .budget)
        }
        guard waitsForHours else { return nil }
        return policy.notBefore(study, now: now, waiting: waiting, forecast: forecast)
            .map { ($0, .hour) }
    }
}
