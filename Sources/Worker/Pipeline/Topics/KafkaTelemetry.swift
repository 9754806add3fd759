package import KafkaTransport
package import Telemetry
internal import VigilCore

/// Hands librdkafka's logs and statistics to telemetry.
package struct KafkaTelemetry: KafkaLogSink {
    private let telemetry: Telemetry
    private let health: HealthState

    package init(telemetry: Telemetry, health: HealthState) {
        self.telemetry = telemetry
        self.health = health
    }

    package func kafkaLog(_ line: KafkaLogLine) {
        // syslog(3): 0–3 emergency to error, 4 warning, 5 and 6 notice and information, 7 debug.
        let severity: LogLevel =
            switch line.severity {
            case ...3: .error
            case 4: .warning
            case 5...6: .info
            default: .debug
            }
        telemetry.emit(
            KafkaLog(severity: severity, text: "\(line.client) \(line.facility): \(line.message)"))
    }

    package func kafkaStatistics(_ statistics: KafkaStatistics) {
        guard let numbers = KafkaNumbers(json: statistics.json) else { return }
        if numbers.brokersUp > 0 { health.markBrokerSeen() }
        telemetry.emit(numbers)
    }
}
