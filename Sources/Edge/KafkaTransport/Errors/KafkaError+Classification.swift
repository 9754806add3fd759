internal import CRdKafka
package import VigilCore

extension KafkaError {
    /// Takes over an error object of librdkafka: reads and destroys it. Nil stands for success.
    static func check(
        _ pointer: OpaquePointer?, operation: SafeText
    ) throws(KafkaError) {
        guard let pointer else { return }
        let error = RichError(taking: pointer)
        throw error.classified(operation: operation)
    }

    /// Throws unless the code stands for success.
    static func check(
        _ code: rd_kafka_resp_err_t, operation: SafeText
    ) throws(KafkaError) {
        if code == RD_KAFKA_RESP_ERR_NO_ERROR { return }
        throw KafkaError(code, operation: operation)
    }

    /// Classifies an error that came as a bare code, without librdkafka's flags.
    init(_ code: rd_kafka_resp_err_t, operation: SafeText, message: String? = nil) {
        let fault = KafkaFault(operation: operation, code: code, message: message)
        self =
            Self.byCode(fault)
            ?? (Self.passing.contains(code) ? .retriable(fault) : .unexpected(fault))
    }

    /// Whether a right is lacking, and not the proof of who one is.
    var isOfRights: Bool {
        switch fault?.code {
        case RD_KAFKA_RESP_ERR_GROUP_AUTHORIZATION_FAILED?,
            RD_KAFKA_RESP_ERR_TRANSACTIONAL_ID_AUTHORIZATION_FAILED?:
            true
        default: false
        }
    }

    /// What waiting for a broker ended with.
    package static func timedOut(operation: SafeText) -> KafkaError {
        KafkaError(RD_KAFKA_RESP_ERR__TIMED_OUT, operation: operation)
    }

    /// The classes that go before librdkafka's flags, because trying again or starting again cannot
    /// help.
    static func byCode(_ fault: KafkaFault) -> KafkaError? {
        switch fault.code {
        case RD_KAFKA_RESP_ERR_TOPIC_AUTHORIZATION_FAILED,
            RD_KAFKA_RESP_ERR_GROUP_AUTHORIZATION_FAILED,
            RD_KAFKA_RESP_ERR_CLUSTER_AUTHORIZATION_FAILED,
            RD_KAFKA_RESP_ERR_TRANSACTIONAL_ID_AUTHORIZATION_FAILED,
            RD_KAFKA_RESP_ERR_SASL_AUTHENTICATION_FAILED,
            RD_KAFKA_RESP_ERR__AUTHENTICATION,
            RD_KAFKA_RESP_ERR_UNSUPPORTED_SASL_MECHANISM:
            .notPermitted(fault)
        case RD_KAFKA_RESP_ERR_UNKNOWN_TOPIC_OR_PART, RD_KAFKA_RESP_ERR__UNKNOWN_TOPIC,
            RD_KAFKA_RESP_ERR__UNKNOWN_PARTITION, RD_KAFKA_RESP_ERR_TOPIC_EXCEPTION:
            .unknownTopic(fault)
        case RD_KAFKA_RESP_ERR_MSG_SIZE_TOO_LARGE:
            .tooLarge(fault)
        case RD_KAFKA_RESP_ERR__FENCED, RD_KAFKA_RESP_ERR__FATAL,
            RD_KAFKA_RESP_ERR_FENCED_INSTANCE_ID:
            .fatal(fault)
        case RD_KAFKA_RESP_ERR__STATE, RD_KAFKA_RESP_ERR__INVALID_ARG:
            .misuse(reason: "\(fault.operation): \(fault.message)")
        default:
            ofLimits(fault)
        }
    }

    /// Properties that are beyond what the brokers allow: no restart mends them.
    static func ofLimits(_ fault: KafkaFault) -> KafkaError? {
        switch fault.code {
        case RD_KAFKA_RESP_ERR_INVALID_TRANSACTION_TIMEOUT:
            .property(
                name: "transaction.timeout.ms",
                reason: "it is above the brokers' transaction.max.timeout.ms",
                remedy: """
                    Lower kafka.producer.transaction.timeout.ms, or raise \
                    transaction.max.timeout.ms on the brokers, which is 900000 unless set
                    """)
        case RD_KAFKA_RESP_ERR_INVALID_SESSION_TIMEOUT:
            .property(
                name: "session.timeout.ms",
                reason: """
                    it is outside of the brokers' group.min.session.timeout.ms and \
                    group.max.session.timeout.ms
                    """,
                remedy: """
                    Bring kafka.consumer.session.timeout.ms between them, which are 6000 and \
                    1800000 unless set
                    """)
        default: nil
        }
    }

    /// Codes that a later attempt may not meet.
    private static let passing: [rd_kafka_resp_err_t] = [
        RD_KAFKA_RESP_ERR__TRANSPORT, RD_KAFKA_RESP_ERR__ALL_BROKERS_DOWN,
        RD_KAFKA_RESP_ERR__TIMED_OUT, RD_KAFKA_RESP_ERR__TIMED_OUT_QUEUE,
        RD_KAFKA_RESP_ERR__MSG_TIMED_OUT, RD_KAFKA_RESP_ERR__RESOLVE,
        RD_KAFKA_RESP_ERR__QUEUE_FULL, RD_KAFKA_RESP_ERR__WAIT_COORD,
        RD_KAFKA_RESP_ERR__RETRY, RD_KAFKA_RESP_ERR__PREV_IN_PROGRESS,
        RD_KAFKA_RESP_ERR__IN_PROGRESS, RD_KAFKA_RESP_ERR__SSL,
        RD_KAFKA_RESP_ERR__MAX_POLL_EXCEEDED, RD_KAFKA_RESP_ERR__ASSIGNMENT_LOST,
        RD_KAFKA_RESP_ERR__AUTO_OFFSET_RESET, RD_KAFKA_RESP_ERR__BAD_MSG,
        RD_KAFKA_RESP_ERR_REQUEST_TIMED_OUT, RD_KAFKA_RESP_ERR_LEADER_NOT_AVAILABLE,
        RD_KAFKA_RESP_ERR_NOT_LEADER_FOR_PARTITION, RD_KAFKA_RESP_ERR_BROKER_NOT_AVAILABLE,
        RD_KAFKA_RESP_ERR_NETWORK_EXCEPTION, RD_KAFKA_RESP_ERR_COORDINATOR_LOAD_IN_PROGRESS,
        RD_KAFKA_RESP_ERR_COORDINATOR_NOT_AVAILABLE, RD_KAFKA_RESP_ERR_NOT_COORDINATOR,
        RD_KAFKA_RESP_ERR_NOT_ENOUGH_REPLICAS, RD_KAFKA_RESP_ERR_NOT_CONTROLLER,
        RD_KAFKA_RESP_ERR_NOT_ENOUGH_REPLICAS_AFTER_APPEND,
        RD_KAFKA_RESP_ERR_REBALANCE_IN_PROGRESS, RD_KAFKA_RESP_ERR_ILLEGAL_GENERATION,
        RD_KAFKA_RESP_ERR_UNKNOWN_MEMBER_ID, RD_KAFKA_RESP_ERR_CONCURRENT_TRANSACTIONS,
        RD_KAFKA_RESP_ERR_UNSTABLE_OFFSET_COMMIT, RD_KAFKA_RESP_ERR_KAFKA_STORAGE_ERROR,
    ]
}
