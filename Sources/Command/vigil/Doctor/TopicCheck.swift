import Commands
import Control
import KafkaTransport
import Pipeline
import Settings
import VigilCore

/// The worker's topics, by what `vigil topics create` would make.
enum TopicCheck: String, DoctorCheck, CaseIterable {
    /// All are there.
    case present = "topics-present"
    /// Brokers tell this identity of all of them.
    case told = "topics-told"
    /// There are as many partitions as the settings ask for, at least.
    case partitions = "topics-partitions"
    /// Topics of events have as many as the input topic.
    case equal = "topics-equal"
    /// What needs one order has one partition.
    case single = "topics-single"
    /// There are as many copies as wanted.
    case copies = "topics-copies"
    /// So many copies must have a record as leave room for one to be away.
    case insync = "topics-insync"
    /// What is read as a table is compacted, and what is not is not.
    case cleanup = "topics-cleanup"
    /// Records are kept as long as the settings ask for.
    case retention = "topics-retention"
    /// The largest records fit.
    case recordSize = "topics-record-size"
    /// Findings are kept for as long as they may be revised.
    case revision = "revision-window"
    /// No alarm stands against a calibration that is set.
    case alarms = "quality-alarms"

    func examine(_ worker: DoctorCase) throws -> DoctorVerdict {
        let cluster = try worker.need(worker.cluster, BrokerCheck.reachable)
        let settings = worker.settings
        let (lanes, single) = (
            TopicPlan.topicsOfEvents(settings), TopicPlan.topicsOfOne(settings)
        )
        func there() throws(DoctorSkip) -> [ClusterFacts.Topic] {
            let there = cluster.topics.filter { $0.shape != nil }
            guard !there.isEmpty else { throw DoctorSkip(needs: TopicCheck.present) }
            return there
        }
        switch self {
        case .present: return present(cluster)
        case .told: return told(cluster)
        case .partitions:
            let others = try there().filter { !(lanes + single).contains($0.wanted.name) }
            return verdict(others, "partitions") { $0 < $1 ? .warn : .ok }
        case .equal:
            let own = try there().filter { lanes.contains($0.wanted.name) }
            return verdict(own, "partitions") { _, _ in .warn }
        case .single:
            guard !single.isEmpty else { throw DoctorSkip("no such topic is set") }
            let own = try there().filter { single.contains($0.wanted.name) }
            return verdict(own, "partitions") { _, _ in .fail }
        case .copies: return verdict(try there(), "replication") { $0 < $1 ? .warn : .ok }
        case .insync: return insync(try there())
        case .cleanup: return verdict(try there(), "cleanup.policy") { _, _ in .fail }
        case .retention:
            return verdict(try there(), "retention.ms") { Self.isLess($0, $1) ? .warn : .ok }
        case .recordSize:
            return verdict(try there(), "max.message.bytes") { $0 < $1 ? .warn : .ok }
        case .revision: return try revision(there(), worker)
        case .alarms: return try alarms(cluster, worker)
        }
    }

    private func alarms(
        _ cluster: ClusterFacts, _ worker: DoctorCase
    ) throws -> DoctorVerdict {
        guard let topic = worker.settings.qualityAlarmTopic else {
            throw DoctorSkip.notSet("quality.alarm-topic")
        }
        guard cluster.survey.topics[topic] != nil else {
            throw DoctorSkip(needs: TopicCheck.present)
        }
        guard let alarms = try? cluster.alarms?.get() else {
            throw DoctorSkip(needs: KeysCheck.alarms)
        }
        let used = try worker.need(worker.calibrations, RulesCheck.calibrations).digests
        let standing = alarms.standing.filter { entry in
            entry.calibrations.map { !$0.isDisjoint(with: used) } ?? true
        }
        guard standing.isEmpty, !alarms.isCrowded else {
            return .warn(
                "\(standing.count) alarms stand against calibrations here, which do not answer",
                """
                See 'vigil quality alarms'; calibrate anew, or once a person has looked, \
                'vigil quality clear'
                """)
        }
        return .ok("no alarm stands against the \(used.count) calibrations")
    }

    /// -1 is without end.
    private static func isLess(_ found: Int64, _ asked: Int64) -> Bool {
        found >= 0 && (asked < 0 || found < asked)
    }

    private func present(_ cluster: ClusterFacts) -> DoctorVerdict {
        let missing = cluster.topics.filter { $0.absence == .missing }.map(\.name)
        guard missing.isEmpty else {
            return .fail("not there: \(missing.line)", "Make them by 'vigil topics create'")
        }
        return .ok("\(cluster.topics.count { $0.shape != nil }) topics")
    }

    private func told(_ cluster: ClusterFacts) -> DoctorVerdict {
        let hidden = cluster.topics.filter { $0.absence == .unknown }.map(\.name)
        guard hidden.isEmpty else {
            return .fail(
                "brokers do not tell of \(hidden.line)",
                "Give this identity what Deploy/acls prints for a worker")
        }
        let unconfigured = cluster.topics.filter { $0.shape != nil && $0.configuration == nil }
        guard unconfigured.isEmpty else {
            return .warn(
                "brokers do not tell the configuration of \(unconfigured.map(\.name).line)",
                "Let this identity DescribeConfigs, or run the doctor as an administrator")
        }
        return .ok("Describe on all; Read and Write are proved by reading and writing alone")
    }

    /// One verdict of all differences in one property, the worst of theirs.
    ///
    /// - Parameter grade: of what is found and asked; what is no number is 0 and the largest.
    private func verdict(
        _ topics: [ClusterFacts.Topic], _ property: String,
        _ grade: (_ found: Int64, _ asked: Int64) -> DoctorVerdict.Grade
    ) -> DoctorVerdict {
        var (lines, worst): ([SafeText], DoctorVerdict.Grade) = ([], .ok)
        for topic in topics {
            for difference in topic.differences where difference.name == property {
                let grade = grade(
                    Int64(difference.found) ?? 0, Int64(difference.asked) ?? .max)
                guard grade != .ok else { continue }
                if worst != .fail { worst = grade }
                lines.append("\(topic.name): \(SafeText(operatorProvided: difference.line))")
            }
        }
        let name = SafeText(operatorProvided: property)
        guard worst != .ok else { return .ok("\(name) of \(topics.count) topics as asked for") }
        return DoctorVerdict(
            grade: worst, found: lines.line,
            remedy: "Change it with Kafka's own tool for topics, or the settings that ask for it")
    }

    private func insync(_ topics: [ClusterFacts.Topic]) -> DoctorVerdict {
        let name = "min.insync.replicas"
        let stuck = topics.filter { topic in
            guard let shape = topic.shape, let least = topic.configuration?[name].flatMap(Int.init)
            else { return false }
            return least > shape.replication
        }
        guard stuck.isEmpty else {
            return .fail(
                """
                no record can be written: more copies must have it than there are of \
                \(stuck.map(\.name).line)
                """,
                "Lower min.insync.replicas of them, or give them more replicas")
        }
        return verdict(topics, name) { $0 < $1 ? .warn : .ok }
    }

    private func revision(
        _ topics: [ClusterFacts.Topic], _ worker: DoctorCase
    ) throws -> DoctorVerdict {
        guard let window = worker.settings.contextReviseFor else {
            throw DoctorSkip.notSet("context.revise-hours")
        }
        let kept = topics.first { $0.wanted.name == worker.settings.topicsFinding }?
            .configuration?["retention.ms"].flatMap { Int64($0) }
        guard let kept else { throw DoctorSkip("brokers do not tell how long findings are kept") }
        guard kept >= 0, Duration.milliseconds(kept) < window else {
            return .ok("findings are kept for as long as they may be revised, \(window)")
        }
        return .fail(
            "findings are kept for \(Duration.milliseconds(kept)) and revised for \(window)",
            "Lengthen retention.ms of the topic of findings, or lower context.revise-hours")
    }
}
