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

    /// What the call was about, where that is known.
    package let subject: KafkaSubject?

    /// Why no broker could be spoken to, where that is known.
    package let trouble: ConnectionTrouble?

    init(
        operation: SafeText, code: rd_kafka_resp_err_t, message: String? = nil,
        subject: KafkaSubject? = nil, trouble: ConnectionTrouble? = nil
    ) {
        self.operation = operation
        self.subject = subject
        self.trouble = trouble
        number = code.rawValue
        name = SafeText(fixedMessage: String(cString: rd_kafka_err2name(code)))
        self.message = SafeText(fixedMessage: message ?? String(cString: rd_kafka_err2str(code)))
    }

    /// What librdkafka says of a code by itself.
    ///
    /// - Parameter number: an `rd_kafka_resp_err_t`.
    package init(operation: SafeText, number: Int32) {
        self.init(operation: operation, code: rd_kafka_resp_err_t(number))
    }

    /// The same, with what it was about.
    func about(_ subject: KafkaSubject) -> KafkaFault {
        KafkaFault(
            operation: operation, code: code, message: message.text, subject: subject,
            trouble: trouble)
    }

    /// The same, with why no broker could be spoken to.
    func after(_ trouble: ConnectionTrouble) -> KafkaFault {
        KafkaFault(
            operation: operation, code: code, message: "\(message). \(trouble.what)",
            subject: subject, trouble: trouble)
    }

    var code: rd_kafka_resp_err_t { rd_kafka_resp_err_t(number) }
}
