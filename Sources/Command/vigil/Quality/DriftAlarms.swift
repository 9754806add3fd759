import Commands
import KafkaTransport
import Quality
import VigilCore
import Wire

/// The topic of alarms, to which each is written once, whoever found it before.
struct DriftAlarms {
    private let topic: String
    private let access: BrokerAccess
    /// The streams of which an alarm stands there.
    private var known: Set<QualityAlarm.Stream> = []

    /// Makes the topic where there is none, and reads what stands there. Blocks.
    init(topic: String, _ access: BrokerAccess) throws {
        self.topic = topic
        self.access = access
        let admin = try TopicAdmin(configuration: access.configuration)
        if try admin.describe(timeout: access.timeout)[topic] == nil {
            let wanted = TopicSpecification(
                name: topic, partitions: 1, config: ["cleanup.policy": "compact"])
            let outcome = try admin.createTopics([wanted], timeout: access.timeout)
            if case .failed(let error)? = outcome[topic] { throw error }
        }
        try readOn()
    }

    /// Reads all of it anew: another one may have published since.
    private mutating func readOn() throws {
        var reader = try RecordReader(configuration: access.configuration)
        try reader.open([topic], timeout: access.timeout)
        for record in try reader.readToEnd(timeout: access.timeout) {
            // What cannot be read is no alarm of ours, and hides none.
            guard let alarm = try? AlarmDecoder.decode(record) else { continue }
            known.insert(alarm.stream)
        }
    }

    /// Publishes the alarms that do not stand there, and waits until the brokers have them. Blocks.
    ///
    /// - Returns: how many there were.
    mutating func publish(_ standings: [DriftStanding]) throws -> Int {
        let alarms = standings.compactMap { $0.published }
        guard alarms.contains(where: { !known.contains($0.stream) }) else { return 0 }
        try readOn()
        let producer = try PlainProducer(configuration: access.configuration)
        var count = 0
        for alarm in alarms where !known.contains(alarm.stream) {
            try producer.send(alarm.outbound(topic: topic), within: access.timeout)
            count += 1
        }
        try producer.flush(within: access.timeout)
        known.formUnion(alarms.map(\.stream))
        return count
    }
}

extension DriftStanding {
    /// Its alarm as it is published; nil: it had none.
    fileprivate var published: QualityAlarm? {
        alarm.map {
            QualityAlarm(
                stream: QualityAlarm.Stream(
                    group: name.group, quantity: name.quantity.rawValue, code: name.code),
                evidence: QualityAlarm.Evidence(
                    value: $0.evidence, bound: $0.bound, level: DriftMonitor.level,
                    studies: $0.studies), since: $0.since, at: $0.at,
                calibrations: $0.calibrations)
        }
    }
}
