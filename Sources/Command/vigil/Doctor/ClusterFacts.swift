import Commands
import Control
import KafkaTransport
import Pipeline
import Processes
import Settings
import Signing
import VigilCore
import Wire

/// What brokers tell a worker of themselves, of its topics and of its group, asked once in all.
/// Nothing is written, no group is joined and no transactional id is taken, which would fence a
/// worker that runs.
struct ClusterFacts: Sendable {
    /// A topic as it is wanted and as it is.
    struct Topic: Sendable {
        let wanted: TopicSpecification
        /// Nil of one that is not there, or of which brokers do not tell.
        let shape: ClusterSurvey.Shape?
        let configuration: [String: String]?
        /// Nil of one that is there.
        let absence: TopicSurvey.Presence?

        var name: SafeText { SafeText(operatorProvided: wanted.name) }
        /// In what it differs from what is wanted, as `vigil topics create` tells it.
        var differences: [TopicDifferences.Difference] {
            guard shape != nil else { return [] }
            return TopicDifferences(wanted, shape: shape, configuration: configuration).all
        }
    }

    /// What waits to be read.
    struct Lag: Sendable {
        /// Records after what the group has committed.
        let waiting: Int64
        /// Records that were deleted before they were read.
        let lost: Int64
    }

    let survey: ClusterSurvey
    let topics: [Topic]
    /// Of one broker; nil where it does not tell.
    let broker: [String: String]?
    /// Nil where its coordinator does not tell in time.
    let group: Result<GroupStanding?, KafkaError>
    let lag: Result<Lag, KafkaError>
    /// Which alarms stand; nil where none are followed.
    let alarms: Result<AlarmTable, any Error>?

    /// - Parameter timeout: how long brokers may take over all of it.
    /// - Throws: why no broker answers, or refuses; ``DoctorSkip`` for properties that no client
    ///   takes.
    init(_ settings: Settings, _ kafka: KafkaConfiguration, within timeout: Duration) throws {
        do { try kafka.validate() } catch { throw DoctorSkip(needs: SettingsCheck.properties) }
        let deadline = Deadline(after: timeout)
        let access = try BrokerAccess(kafka, timeout: timeout / 2)
        let survey = access.survey
        self.survey = survey
        let wanted = TopicPlan(
            settings, brokers: survey.brokers,
            inputPartitions: survey.topics[settings.topicsInput]?.partitions
        ).topics
        let admin = try TopicAdmin(configuration: kafka)
        let there = wanted.map(\.name).filter { survey.topics[$0] != nil }
        let told = try? admin.configurations(of: there, timeout: deadline.remaining)
        broker = survey.numbers.first.flatMap {
            try? admin.configuration(ofBroker: $0, timeout: deadline.remaining)
        }
        let asking = try TopicSurvey(configuration: kafka)
        let absent = wanted.map(\.name).filter { survey.topics[$0] == nil }
        let presence = try? asking.presence(of: absent, timeout: deadline.remaining)
        topics = wanted.map { topic in
            let shape = survey.topics[topic.name]
            return Topic(
                wanted: topic, shape: shape, configuration: told?[topic.name],
                absence: shape == nil ? presence?[topic.name] ?? .unknown : nil)
        }
        group = Result { () throws(KafkaError) in
            try Self.patiently(until: deadline) { () throws(KafkaError) in
                try asking.standing(ofGroup: kafka.group, timeout: deadline.remaining)
            }
        }
        let events = [settings.topicsInput] + TopicPlan.topicsOfEvents(settings)
        let places = events.flatMap { topic in
            (0..<Int32(clamping: survey.topics[topic]?.partitions ?? 0)).map {
                TopicPartition(topic: topic, partition: $0)
            }
        }
        lag = Result { () throws(KafkaError) in
            try Self.patiently(until: deadline) { () throws(KafkaError) in
                try Self.lag(places, asking, deadline)
            }
        }
        alarms = Self.alarms(settings, access)
    }

    private static func alarms(
        _ settings: Settings, _ access: BrokerAccess
    ) -> Result<AlarmTable, any Error>? {
        settings.qualityAlarmTopic.map { topic in
            Result {
                guard access.survey.topics[topic] != nil else {
                    throw DoctorSkip(needs: TopicCheck.present)
                }
                let keys = try KeyFile.verifying(settings.qualityAlarmKeys)
                return try AlarmTopic(topic, access, keys: keys).table
            }
        }
    }

    /// Asks again for what has just moved to another broker, as long as there is time.
    private static func patiently<Answer>(
        until deadline: Deadline, _ ask: () throws(KafkaError) -> Answer
    ) throws(KafkaError) -> Answer {
        while true {
            do throws(KafkaError) {
                return try ask()
            } catch {
                guard error.isRetriable, !deadline.isOver else { throw error }
                _ = try? WakeUp.wait(on: [], timeout: min(.milliseconds(100), deadline.remaining))
            }
        }
    }

    private static func lag(
        _ places: [TopicPartition], _ asking: borrowing TopicSurvey, _ deadline: Deadline
    ) throws(KafkaError) -> Lag {
        let bounds = try asking.bounds(of: places, timeout: deadline.remaining)
        let committed = try asking.committed(places, timeout: deadline.remaining)
        var (waiting, lost) = (Int64(0), Int64(0))
        for place in committed {
            guard let range = bounds[place.partition] else { continue }
            // What was never read is read from the log's beginning.
            let next = place.nextOffset ?? range.lowerBound
            lost += max(0, range.lowerBound - next)
            waiting += max(0, range.upperBound - max(next, range.lowerBound))
        }
        return Lag(waiting: waiting, lost: lost)
    }
}
