internal import KafkaTransport
internal import Settings
internal import Telemetry
internal import VigilCore
internal import WorkerCore

extension StudyPlacement {
    /// As set.
    init(_ settings: Settings) {
        self.init(
            rule: KeyPartitioner(rawValue: settings.studyPlacement), input: settings.topicsInput,
            urgent: settings.topicsUrgent, others: [settings.topicsOrders].compactMap { $0 })
    }

    /// What is doubtful where partitions of equal number may go to different workers.
    static func warning(_ settings: Settings, _ kafka: KafkaConfiguration) -> SettingWarning? {
        guard settings.studyPlacement != "off", !kafka.assignsAlike else { return nil }
        return SettingWarning(
            setting: "kafka.consumer.partition.assignment.strategy",
            what: "partitions of equal number may go to different workers, and so a study's events",
            remedy: "Remove the setting, which leaves range, or set it to range")
    }
}
