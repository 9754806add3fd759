internal import CRdKafka
package import VigilCore

/// What librdkafka said about a call that failed.
package struct KafkaFault: Sendable, Hashable {
    /// What was tried, such as `commit_transaction`.
    package let operation: SafeText
    /// The numeric `rd_kafka_resp_err_t`: negative from the library, positive from a broker.
    package let number: Int32
    /// Its name, such as `_TIMED_OUT`.
    package let name: SafeText
    /// librdkafka's text. It may name topics, groups and brokers, never what a record holds.
    package let message: SafeText

    init(operation: SafeText, code: rd_kafka_resp_err_t, message: String? = nil) {
        self.operation = operation
        number = code.rawValue
        name = SafeText(fixedMessage: String(cString: rd_kafka_err2name(code)))
        self.message = SafeText(fixedMessage: message ?? String(cString: rd_kafka_err2str(code)))
    }

    var code: rd_kafka_resp_err_t { rd_kafka_resp_err_t(number) }
}
