package import Energy
package import VigilCore
package import Wire
package import WorkerCore

/// Where studies wait for a cleaner hour, or for the next day when this day's energy is spent, and
/// what is known when that is decided.
package struct Deferrer: Sendable {
    /// Where they wait.
    package let topic: DeferralTopic
    private let waitsForHours: Bool
    private let budget: EnergyBudget
    private let intensity: IntensityCache

    /// - Parameters:
    ///   - waitsForHours: whether studies wait for cleaner hours.
    ///   - intensity: with the forecast.
    package init(
        topic: DeferralTopic, waitsForHours: Bool, budget: EnergyBudget, intensity: IntensityCache
    ) {
        self.topic = topic
        self.waitsForHours = waitsForHours
        self.budget = budget
        self.intensity = intensity
    }

    /// What is known now; nil where studies wait for nothing, and those that wait already are taken
    /// at once.
    package func outlook(at now: Timestamp) -> EnergyOutlook? {
        guard waitsForHours || budget.isBounded else { return nil }
        return EnergyOutlook(
            waitsForHours: waitsForHours,
            spentUntil: budget.isSpent(at: now) ? EnergyBudget.nextDay(after: now) : nil,
            intensity: intensity.reading(at: now)?.grams, forecast: intensity.forecast)
    }

    /// The part of the day's budget that is used.
    func budgetShare(at now: Timestamp) -> Double { budget.share(at: now) }
}
