internal import CRdKafka

/// Owns an `rd_kafka_event_t`.
struct QueueEvent: ~Copyable {
    let pointer: OpaquePointer

    init(taking pointer: OpaquePointer) {
        self.pointer = pointer
    }

    deinit {
        rd_kafka_event_destroy(pointer)
    }

    var type: rd_kafka_event_type_t { rd_kafka_event_type(pointer) }
    var error: rd_kafka_resp_err_t { rd_kafka_event_error(pointer) }
    var errorText: String? { rd_kafka_event_error_string(pointer).map { String(cString: $0) } }
}
