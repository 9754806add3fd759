internal import CRdKafka
internal import VigilCore

/// Owns an `rd_kafka_error_t` and destroys it.
struct RichError: ~Copyable {
    private let pointer: OpaquePointer

    /// Takes ownership.
    init(taking pointer: OpaquePointer) {
        self.pointer = pointer
    }

    deinit {
        rd_kafka_error_destroy(pointer)
    }

    /// The error by librdkafka's flags, in the order that its documentation asks for.
    func classified(operation: SafeText) -> KafkaError {
        let fault = KafkaFault(
            operation: operation, code: rd_kafka_error_code(pointer),
            message: String(cString: rd_kafka_error_string(pointer)))
        // librdkafka calls them fatal, which asks for a restart.
        if let error = KafkaError.ofLimits(fault) { return error }
        if rd_kafka_error_is_fatal(pointer) != 0 {
            if case .notPermitted? = KafkaError.byCode(fault) { return .notPermitted(fault) }
            return .fatal(fault)
        }
        if rd_kafka_error_txn_requires_abort(pointer) != 0 {
            switch KafkaError.byCode(fault) {
            case .notPermitted?: return .notPermitted(fault)
            case .tooLarge?: return .tooLarge(fault)
            default: return .abortable(fault)
            }
        }
        if rd_kafka_error_is_retriable(pointer) != 0 { return .retriable(fault) }
        return KafkaError(fault.code, operation: operation, message: fault.message.text)
    }
}
