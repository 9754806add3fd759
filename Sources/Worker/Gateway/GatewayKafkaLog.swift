internal import KafkaTransport
internal import Telemetry
internal import VigilCore

/// What the gateway's Kafka clients say: warnings go to the log, and a broker that is connected is
/// one that was seen.
struct GatewayKafkaLog: KafkaLogSink {
    /// Warnings and worse, by syslog(3).
    private static let severityMax: Int32 = 4
    private static let connected = Array(#""state":"UP""#.utf8)

    let telemetry: Telemetry
    let health: HealthState

    func kafkaLog(_ line: KafkaLogLine) {
        guard line.severity <= Self.severityMax else { return }
        telemetry.emit(KafkaLog(severity: .warning, text: "\(line.facility): \(line.message)"))
    }

    func kafkaStatistics(_ statistics: KafkaStatistics) {
        let text = statistics.json
        guard let first = Self.connected.first else { return }
        let isConnected = text.indices.contains { index in
            text[index] == first && text[index...].starts(with: Self.connected)
        }
        if isConnected { health.markBrokerSeen() }
    }
}
