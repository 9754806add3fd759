package import Settings
package import Triage

extension ClinicalDeadlines {
    /// The deadlines as set.
    package init(_ settings: Settings) {
        self.init(
            stat: settings.triageDeadlineStat, urgent: settings.triageDeadlineUrgent,
            asap: settings.triageDeadlineAsap, routine: settings.triageDeadlineRoutine)
    }
}
