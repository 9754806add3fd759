package import Settings
package import WorkerCore

extension DeferralPolicy {
    /// The policy as set.
    package init(_ settings: Settings) {
        self.init(
            margin: settings.carbonDeferMargin, leastSaving: settings.carbonDeferSaving,
            studiesMax: settings.carbonDeferStudiesMax, idle: settings.carbonDeferIdle)
    }
}
