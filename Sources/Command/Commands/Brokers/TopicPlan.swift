package import KafkaTransport
import Pipeline
package import Settings
import VigilCore
import Wire

/// The topics that the worker reads and writes, as the settings want them.
package struct TopicPlan {
    /// All of them.
    package let topics: [TopicSpecification]

    /// Copies of a topic where there are brokers enough for them: one may then be away, and another
    /// one lost.
    package static let copiesWanted = 3

    /// - Parameters:
    ///   - brokers: how many there are, which decides on copies where no setting does.
    ///   - inputPartitions: how many partitions the input topic has, if it is there: all topics of
    ///     events are to have as many, so that one worker reads all of a study.
    package init(_ settings: Settings, brokers: Int, inputPartitions: Int? = nil) {
        let copies =
            settings.topicsReplication ?? min(Self.copiesWanted, max(1, brokers))
        // With three copies a record is acknowledged when two have it, and one may be away.
        let safety = copies >= Self.copiesWanted ? ["min.insync.replicas": "2"] : [:]
        let ofEvents = Set(Self.topicsOfEvents(settings))
        let single = Set(Self.topicsOfOne(settings))
        topics = Self.configurations(settings).map { name, config in
            let fixed = single.contains(name) ? 1 : ofEvents.contains(name) ? inputPartitions : nil
            return TopicSpecification(
                name: name, partitions: Int32(clamping: fixed ?? settings.topicsPartitions),
                replication: Int16(clamping: copies), config: config.merging(safety) { $1 })
        }
    }

    /// The topics that have one partition: in it all leaves of a log, all orders of operators, and
    /// all alarms with what was decided of them, have one order.
    package static func topicsOfOne(_ settings: Settings) -> [String] {
        [settings.topicsAudit, settings.controlTopic, settings.qualityAlarmTopic]
            .compactMap { $0 }
    }

    /// The topics of events besides the input topic, which are to have as many partitions.
    package static func topicsOfEvents(_ settings: Settings) -> [String] {
        [settings.topicsUrgent, settings.topicsOrders].compactMap { $0 }
            + ReturnTopics(settings).names
    }

    /// Input and dead letters keep what nobody has looked at yet; findings are compacted to the
    /// latest of each study and kept besides for the retention, so that a new reader sees every
    /// study once.
    private static func configurations(_ settings: Settings) -> [(String, [String: String])] {
        let (seconds, _) = settings.topicsRetention.components
        let retention = String(seconds * 1000)
        let plain = ["cleanup.policy": "delete", "retention.ms": retention]
        // A dead letter holds its original and headers of our own besides, so it must be allowed
        // more.
        let roomy = plain.merging([
            "max.message.bytes": String(KafkaConfiguration.deadLetterBytesMax)
        ]) { $1 }
        // A finding lists its instances, and a CT has thousands.
        let compacted = roomy.merging(["cleanup.policy": "compact,delete"]) { $1 }
        let own = [
            (settings.topicsInput, plain),
            (settings.topicsWorklist, ["cleanup.policy": "compact"]),
            (settings.topicsEnergy, plain), (settings.topicsDeadLetter, roomy),
            (settings.topicsExpired, roomy),
        ]
        let inputs = [settings.topicsUrgent, settings.topicsOrders].compactMap { $0 }
        let compact =
            settings.topicsOfFindings
            + [settings.topicsReport, settings.topicsEvidence].compactMap { $0 }
        let context = [settings.contextTopic, settings.controlTopic, settings.qualityAlarmTopic]
            .compactMap { $0 }
        // An audit log that loses its oldest leaves can no longer be proved from its beginning.
        let forever = ["cleanup.policy": "delete", "retention.ms": "-1", "retention.bytes": "-1"]
        let audit = [settings.topicsAudit].compactMap { $0 }.map { ($0, forever) }
        return own + audit + context.map { ($0, ["cleanup.policy": "compact"]) }
            + compact.map { ($0, compacted) }
            + inputs.map { ($0, plain) }
            + ReturnTopics(settings).names.map { ($0, roomy) }
    }
}
