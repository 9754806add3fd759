internal import Settings
internal import Triage

extension ClinicalDeadlines {
    /// The deadlines as set.
    init(_ settings: Settings) {
        self.init(
            stat: settings.triageDeadlineStat, urgent: settings.triageDeadlineUrgent,
            asap: settings.triageDeadlineAsap, routine: settings.triageDeadlineRoutine)
    }
}
