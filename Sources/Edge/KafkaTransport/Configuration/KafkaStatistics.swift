internal import CRdKafka
internal import VigilCore

/// Numbers of librdkafka, every `statistics.interval.ms`
/// (https://github.com/confluentinc/librdkafka/blob/v2.0.2/STATISTICS.md).
package struct KafkaStatistics: Sendable {
    package let client: ClientRole
    /// The whole report, JSON in UTF-8.
    package let json: [UInt8]

    init(client: ClientRole, json: UnsafePointer<CChar>) {
        self.init(client: client, json: Array(String(cString: json).utf8))
    }

    /// Holds a report.
    package init(client: ClientRole, json: [UInt8]) {
        self.client = client
        self.json = json
    }
}
