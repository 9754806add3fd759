internal import Energy
internal import KafkaTransport
internal import Settings
internal import Telemetry
internal import VigilCore
internal import Wire

extension OutcomePublisher {
    /// As set, on the clock and with the partitions that the transport works with.
    ///
    /// - Parameters:
    ///   - kafka: whose group and slot dead letters name.
    ///   - drafts: makes drafts of reports; nil for none.
    ///   - similar: keeps embeddings of what is published; nil: nobody does.
    ///   - tracer: tells of what is published.
    ///   - budget: counts what it cost.
    init(
        _ settings: Settings, kafka: KafkaConfiguration, transport: TransportContext,
        drafts: ReportDrafts?, similar: SimilarKeeper?, tracer: Tracer, budget: EnergyBudget
    ) {
        func deadLetters(_ topic: String) -> DeadLetterEncoder {
            DeadLetterEncoder(topic: topic, group: kafka.group, instance: kafka.instance ?? "")
        }
        self.init(
            findings: FindingRecords(
                FindingEncoder(
                    topic: settings.topicsFinding, topicV1: settings.topicsFindingV1),
                drafts: drafts, similar: similar),
            energy: EnergyEncoder(topic: settings.topicsEnergy),
            deadLetters: deadLetters(settings.topicsDeadLetter),
            expired: deadLetters(settings.topicsExpired),
            returns: ReturnTopics(settings), partitions: transport.options.partitions,
            worklistTopic: settings.topicsWorklist, clock: transport.clock,
            telemetry: transport.telemetry,
            crash: CrashHook(at: settings.testCrashAt, transaction: settings.testCrashAfter),
            tracer: tracer, budget: budget)
    }
}
