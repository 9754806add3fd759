internal import KafkaTransport
internal import VigilCore
internal import Wire

/// Writes the dead letters of one role.
struct DeadLetterWriter: ~Copyable {
    private static let patience = Duration.seconds(30)

    private let role: RoleSettings
    private let topic: String
    private let producer: PlainProducer

    init(
        role: RoleSettings, topic: String, configuration: KafkaConfiguration
    ) throws(KafkaError) {
        self.role = role
        self.topic = topic
        producer = try PlainProducer(configuration: configuration)
    }

    /// Writes one and waits until the broker has it.
    func write(
        _ record: GatewayRecord, reason: SafeText, attempts: Int, time: Timestamp
    ) throws(KafkaError) {
        let names = record.names
        let letter = GatewayDeadLetter(
            role: role.name, kind: "\(role.kind)", reason: reason, attempts: attempts,
            record: record.position, study: names.study, finding: names.finding,
            delivery: record.delivery)
        try producer.send(
            letter.outbound(topic: topic, source: WireNames.gatewaySource, time: time),
            within: Self.patience)
        try producer.flush(within: Self.patience)
    }
}
