internal import CRdKafka
internal import Processes

/// An `rd_kafka_queue_t` on loan; ``ClientHandle`` or ``QueueHandle`` owns it.
struct EventQueue {
    let pointer: OpaquePointer

    /// Lets the queue signal when it turns from empty to non-empty.
    func enableWakeUp(_ wakeUp: WakeUp) {
        var payload = WakeUp.payload
        rd_kafka_queue_io_event_enable(
            pointer, wakeUp.fileDescriptor, &payload, MemoryLayout<UInt64>.size)
    }

    /// Ends the signals.
    func disableWakeUp() {
        rd_kafka_queue_io_event_enable(pointer, -1, nil, 0)
    }

    /// The next event; waits for it in librdkafka for at most this long.
    func next(within timeout: Duration = .zero) -> QueueEvent? {
        rd_kafka_queue_poll(pointer, timeout.milliseconds).map { QueueEvent(taking: $0) }
    }
}
