package import Energy
package import VigilCore
package import Wire
package import WorkerCore

/// Decides which studies go to the deferral topic: to wait for a cleaner hour, or for the next day
/// when this day's energy is spent.
package struct Deferrer: Sendable {
    /// Where they wait.
    package let topic: DeferralTopic
    private let policy: DeferralPolicy
    private let waitsForHours: Bool
    private let budget: EnergyBudget
    private let intensity: IntensityCache

    /// - Parameters:
    ///   - waitsForHours: whether studies wait for cleaner hours.
    ///   - intensity: with the forecast.
    package init(
        topic: DeferralTopic, policy: DeferralPolicy, waitsForHours: Bool, budget: EnergyBudget,
        intensity: IntensityCache
    ) {
        self.topic = topic
        self.policy = policy
        self.waitsForHours = waitsForHours
        self.budget = budget
        self.intensity = intensity
    }

    /// Whether studies may wait. If not, those that wait already are taken at once.
    package var isOn: Bool { waitsForHours || budget.isBounded }

    /// The part of the day's budget that is used.
    func budgetShare(at now: Timestamp) -> Double { budget.share(at: now) }

    /// The note with which a study goes to wait; nil when it is to be worked on.
    ///
    /// - Parameter waiting: the work that waits already.
    package func note(
        for study: DeferralPolicy.Study, waiting: Duration, record: InboundRecord, now: Timestamp
    ) -> DeferralNote? {
        let forecast = intensity.forecast
        func note(_ until: Timestamp, _ reason: DeferralNote.Reason) -> DeferralNote {
            DeferralNote(
                origin: record.position, timestamp: record.timestamp, decided: now,
                notBefore: until, intensity: intensity.reading(at: now)?.grams,
                expected: forecast?.point(at: until).grams, reason: reason)
        }
        let tomorrow = EnergyBudget.nextDay(after: now)
        if budget.isSpent(at: now), policy.mayWait(study, until: tomorrow, waiting: waiting) {
            return note(tomorrow, .budget)
        }
        guard waitsForHours else { return nil }
        return policy.notBefore(study, now: now, waiting: waiting, forecast: forecast)
            .map { note($0, .hour) }
    }
}
