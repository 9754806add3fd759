package import VigilCore

/// How long after a study is available its finding should be published.
package struct ClinicalDeadlines: Sendable, Hashable {
    package let stat: Duration
    package let urgent: Duration
    package let asap: Duration
    package let routine: Duration

    /// The defaults are the worker's own goals, not a clinical standard: 1 minute, 10 minutes, 30
    /// minutes, 4 hours. A less urgent priority never gets less time than a more urgent one: such a
    /// figure is raised to its neighbour's.
    package init(
        stat: Duration = .seconds(60), urgent: Duration = .seconds(600),
        asap: Duration = .seconds(1800), routine: Duration = .seconds(14_400)
    ) {
        self.stat = max(.zero, stat)
        self.urgent = max(self.stat, urgent)
        self.asap = max(self.urgent, asap)
        self.routine = max(self.asap, routine)
    }

    /// The time that a priority allows.
    package subscript(priority: Priority) -> Duration {
        switch priority {
        case .stat: stat
        case .urgent: urgent
        case .asap: asap
        case .routine: routine
        }
    }
}
