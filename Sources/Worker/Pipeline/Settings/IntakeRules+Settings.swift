internal import Control
internal import Settings
internal import Signing
internal import Triage
internal import VigilCore
internal import Wire
internal import WorkerCore

extension IntakeRules {
    /// As set.
    ///
    /// - Parameters:
    ///   - senders: how events name their sources.
    ///   - keys: those of operators, who alone may recall.
    init(_ settings: Settings, _ senders: SenderIDs, operators keys: [VerifyingKey]) {
        let deadlines = ClinicalDeadlines(settings)
        func byPriority(_ duration: (Priority) -> Duration) -> [Priority: Duration] {
            Dictionary(uniqueKeysWithValues: Priority.allCases.map { ($0, duration($0)) })
        }
        self.init(
            deadlines: byPriority { deadlines[$0] },
            partWaits: byPriority { $0 == .stat ? settings.studyWaitStat : settings.studyWait },
            clock: ProducerClock(skewMax: settings.studyClockSkewMax),
            placement: StudyPlacement(settings),
            rights: OrderRights(
                topic: settings.topicsOrders,
                sources: Set(settings.ordersSources.map { senders.told(source: $0) })),
            mayRecall: { RecallOrder.allows($0, by: keys) })
    }
}
