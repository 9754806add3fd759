internal import CRdKafka
internal import Processes
internal import VigilCore

/// Owns an `rd_kafka_t`, and everything that its threads may touch.
///
/// librdkafka 2.0.2 can hang while it is torn down, so that is done on a thread of its own and
/// waited for within a bound. A client that does not end in time is left to that thread, together
/// with its descriptors, which must not be closed while it may still write to them.
struct ClientHandle: ~Copyable {
    let pointer: OpaquePointer
    /// The queue that all news of the client go to.
    let queue: EventQueue
    /// A queue for records that are not to wait behind others; nil unless it was asked for.
    let preferredQueue: EventQueue?
    private let destruction: Destruction
    /// How long `deinit` waits; a process that ends should not hang on a broker that is gone.
    static let destructionBound = Duration.seconds(5)

    /// Where a client's news go.
    enum MainQueue {
        /// To the group's queue, together with the records.
        case consumer
        /// To the client's own queue.
        case client
    }

    /// - Parameters:
    ///   - hasPreferredQueue: whether to make ``preferredQueue``, which nothing goes to by itself.
    ///   - keepAlive: objects whose memory or descriptors the client uses.
    init(
        taking pointer: OpaquePointer, mainQueue: MainQueue, hasPreferredQueue: Bool = false,
        wakeUp: WakeUp?, keepAlive: [AnyObject] = []
    ) throws(KafkaError) {
        let job: Destruction
        do throws(KafkaError) {
            job = try Destruction(
                client: pointer, keepAlive: [wakeUp].compactMap { $0 } + keepAlive)
        } catch {
            rd_kafka_destroy_flags(pointer, Destruction.flags)
            throw error
        }
        if mainQueue == .consumer { rd_kafka_poll_set_consumer(pointer) }
        // Logs wait in a queue of their own until it is said where they go: nil is the main queue.
        rd_kafka_set_log_queue(pointer, nil)
        let chosen =
            mainQueue == .consumer
            ? rd_kafka_queue_get_consumer(pointer) : rd_kafka_queue_get_main(pointer)
        guard let chosen else {
            job.run(queues: [], within: Self.destructionBound)
            throw .configuration(reason: "the client has no queue, which a group would give it")
        }
        self.pointer = pointer
        destruction = job
        queue = EventQueue(pointer: chosen)
        preferredQueue =
            hasPreferredQueue ? rd_kafka_queue_new(pointer).map { EventQueue(pointer: $0) } : nil
        if let wakeUp {
            queue.enableWakeUp(wakeUp)
            preferredQueue?.enableWakeUp(wakeUp)
            // Log lines may be queued already, and a queue that is not empty does not signal.
            wakeUp.signal()
        }
    }

    deinit {
        destruction.run(
            queues: [queue, preferredQueue].compactMap { $0 }, within: Self.destructionBound)
    }
}

/// The tear-down of one client: a box that its thread holds on to until the client is gone.
private final class Destruction {
    /// Closing is the consumer's business (`KafkaConsumer.close`); here nothing waits for the
    /// group.
    static let flags = Int32(RD_KAFKA_DESTROY_F_NO_CONSUMER_CLOSE)

    private let client: OpaquePointer
    private let keepAlive: [AnyObject]
    private let finished: WakeUp

    init(client: OpaquePointer, keepAlive: [AnyObject]) throws(KafkaError) {
        self.client = client
        self.keepAlive = keepAlive
        finished = try .ofClient()
    }

    /// Drops the queues, which have to go before their client does, and then the client.
    func run(queues: [EventQueue], within bound: Duration) {
        for queue in queues {
            queue.disableWakeUp()
            rd_kafka_queue_destroy(queue.pointer)
        }
        nonisolated(unsafe) let job = self
        DetachedCall(finished: finished) { rd_kafka_destroy_flags(job.client, Self.flags) }
            .run(within: bound)
    }
}
