internal import CRdKafka

/// Owns a queue that was made for one purpose; to be dropped before its client is.
struct QueueHandle: ~Copyable {
    private let pointer: OpaquePointer

    init(taking pointer: OpaquePointer) {
        self.pointer = pointer
    }

    deinit {
        queue.disableWakeUp()
        rd_kafka_queue_destroy(pointer)
    }

    /// The queue, on loan for as long as the owner lives.
    var queue: EventQueue { EventQueue(pointer: pointer) }
}
