import KafkaTransport
import Settings
import VigilCore

/// The brokers, and the group that the worker joins.
enum BrokerCheck: String, DoctorCheck, CaseIterable {
    /// One answers, and lets this identity in.
    case reachable = "brokers-reachable"
    /// There are as many as copies are asked for.
    case enough = "brokers-enough"
    /// They take transactions as long as the worker's.
    case transactions = "transaction-timeout"
    /// The group is at rest, and this identity may ask for it.
    case group = "group-state"
    /// What waits is being read, and nothing was deleted unread.
    case lag = "group-lag"

    /// The longest transaction that a broker takes.
    private static let limitName = "transaction.max.timeout.ms"

    func examine(_ worker: DoctorCase) throws -> DoctorVerdict {
        func cluster() throws(DoctorSkip) -> ClusterFacts {
            try worker.need(worker.cluster, BrokerCheck.reachable)
        }
        switch self {
        case .reachable:
            let brokers = try worker.cluster.get().survey.brokers
            return .ok("brokers: \(brokers); librdkafka does not tell their versions")
        case .enough: return enough(try cluster(), worker.settings.topicsReplication)
        case .transactions:
            return try transactions(cluster(), worker.kafka.transactionTimeout)
        case .group: return try group(cluster())
        case .lag: return try lag(cluster())
        }
    }

    private func enough(_ cluster: ClusterFacts, _ copies: Int?) -> DoctorVerdict {
        let brokers = cluster.survey.brokers
        guard let copies, copies > brokers else {
            return .ok("brokers for the copies that are asked for: \(brokers)")
        }
        return .fail(
            "topics.replication asks for \(copies) copies, and there are \(brokers) brokers",
            "Leave topics.replication out, which chooses by the brokers there are")
    }

    private func transactions(
        _ cluster: ClusterFacts, _ wanted: Duration
    ) throws -> DoctorVerdict {
        guard let limit = cluster.broker?[Self.limitName].flatMap({ Int64($0) }) else {
            throw DoctorSkip("brokers do not tell it: DescribeConfigs on Cluster may be lacking")
        }
        let most = Duration.milliseconds(limit)
        guard wanted > most else { return .ok("\(wanted) of \(most) that brokers allow") }
        return .fail(
            "the worker asks for \(wanted), and brokers allow \(most)",
            "Lower kafka.producer.transaction.timeout.ms, or raise transaction.max.timeout.ms there"
        )
    }

    private func group(_ cluster: ClusterFacts) throws -> DoctorVerdict {
        guard let group = try cluster.group.get() else {
            throw DoctorSkip("its coordinator does not tell in time")
        }
        switch group.state {
        case .stable: return .ok("members that have their partitions: \(group.members)")
        case .empty, .absent: return .ok("no member yet")
        case .rebalancing:
            return .warn(
                "partitions are just being given out anew",
                "Look again in a minute; if it goes on, a member comes and goes: see its log")
        case .unknown: throw DoctorSkip("its state has no name in this library")
        }
    }

    private func lag(_ cluster: ClusterFacts) throws -> DoctorVerdict {
        let lag = try cluster.lag.get()
        if lag.lost > 0 {
            return .warn(
                "\(lag.lost) records were deleted before the group had read them",
                "Lengthen retention.ms of the topics of events, or start more workers")
        }
        let members = (try? cluster.group.get())??.members
        if lag.waiting > 0, members == 0 {
            return .warn(
                "\(lag.waiting) records wait, and the group has no member",
                "Start a worker: vigil worker")
        }
        return .ok("\(lag.waiting) records wait")
    }
}
