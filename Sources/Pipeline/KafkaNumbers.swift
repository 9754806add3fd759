package import KafkaTransport
package import Telemetry
internal import VigilCore

/// The few numbers of librdkafka's statistics that a dashboard needs.
package struct KafkaNumbers: TelemetryEvent {
    /// Brokers with an open connection.
    package let brokersUp: Int
    /// Records between the committed position and the end that a `read_committed` reader may see.
    package let lags: [TopicPartition: Int64]

    /// Partitions told of at most, so that a hostile or huge cluster cannot fill the metrics.
    static let partitionsMax = 256

    /// More than any partition holds; sums over ``partitionsMax`` of them stay within 64 bits.
    private static let lagMax: Int64 = 1 << 40

    /// Reads a report of `statistics.interval.ms`; nil when it is none.
    package init?(json: [UInt8]) {
        let limits = JSONLimits(bytes: 16 << 20, depth: 16, values: 1_000_000)
        guard let report = try? JSONParser.parse(json, limits: limits) else { return nil }
        let brokers = report["brokers"]?.objectValue?.members ?? []
        brokersUp = brokers.count { $0.value["state"]?.stringValue == "UP" }
        var lags: [TopicPartition: Int64] = [:]
        for topic in report["topics"]?.objectValue?.members ?? [] {
            for partition in topic.value["partitions"]?.objectValue?.members ?? [] {
                guard lags.count < Self.partitionsMax, let number = Int32(partition.name),
                    let lag = partition.value["consumer_lag"]?.outside?.within(0...Self.lagMax),
                    number >= 0
                else { continue }
                lags[TopicPartition(topic: topic.name, partition: number)] = lag
            }
        }
        self.lags = lags
    }

    package var name: StaticString { "kafka_statistics" }
    package var level: LogLevel { .debug }
    package var fields: [LogField] {
        [LogField("brokers_up", brokersUp), LogField("lag", lags.values.reduce(0, +))]
    }

    package func record(into metrics: Metrics) {
        for (partition, lag) in lags {
            metrics.set(
                .consumerLag, Double(lag), SafeText(operatorProvided: partition.topic),
                partition.partition)
        }
    }
}
