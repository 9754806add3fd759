internal import Settings
internal import Signing
internal import VigilCore
internal import Wire
internal import WorkerCore

extension TransportOptions {
    /// As set; how many partitions topics have is not known yet.
    ///
    /// - Parameters:
    ///   - senders: how events name their sources.
    ///   - deferrer: which studies wait.
    ///   - patients: what is known of patients.
    ///   - keys: those of operators.
    init(
        _ settings: Settings, senders: SenderIDs, pseudonyms: PseudonymKey, deferrer: Deferrer,
        patients: KnownPatients, operators keys: [VerifyingKey]
    ) {
        self.init(
            inputTopic: settings.topicsInput, urgentTopic: settings.topicsUrgent,
            retries: RetryTopics(settings), deferrer: deferrer,
            rules: IntakeRules(settings, senders, operators: keys), partitions: PartitionCounts(),
            outputTopics: settings.topicsOfFindings + [
                settings.topicsEnergy, settings.topicsDeadLetter, settings.topicsExpired,
                settings.topicsWorklist,
            ] + [settings.topicsReport, settings.topicsAudit].compactMap { $0 },
            startupMax: settings.startupTimeout,
            drainMax: settings.shutdownDrainMax,
            parts: Parts(findingTopics: settings.topicsOfFindings, pseudonyms: pseudonyms),
            orders: Orders(
                topic: settings.topicsWorklist,
                unvalidatedMayRaise: settings.triageUnvalidatedMayRaise),
            patients: patients)
    }
}
