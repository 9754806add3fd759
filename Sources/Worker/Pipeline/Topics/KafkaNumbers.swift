package import Telemetry
internal import VigilCore

/// What a worker takes from librdkafka's statistics. They tell no lag: for librdkafka this consumer
/// never commits, since its offsets go with the producer's transactions.
package struct KafkaNumbers: TelemetryEvent {
    /// Brokers with an open connection.
    package let brokersUp: Int

    /// Reads a report of `statistics.interval.ms`; nil when it is none.
    package init?(json: [UInt8]) {
        let limits = JSONLimits(bytes: 16 << 20, depth: 16, values: 1_000_000)
        guard let report = try? JSONParser.parse(json, limits: limits) else { return nil }
        let brokers = report["brokers"]?.objectValue?.members ?? []
        brokersUp = brokers.count { $0.value["state"]?.stringValue == "UP" }
    }

    package var name: StaticString { "kafka_statistics" }
    package var level: LogLevel { .debug }
    package var fields: [LogField] { [LogField("brokers_up", brokersUp)] }
}
