internal import KafkaTransport
internal import Processes
internal import Synchronization
internal import VigilCore

/// A use of the worker's producer on a thread of its own, so that the transport thread goes on
/// meanwhile, and can go on without it: librdkafka 2.0.2 keeps to the bounds of its calls, but
/// 2.16.0 may never return from sending offsets. The transport thread begins it and takes its end.
struct ProducerCall: ~Copyable {
    /// What is done with the producer.
    typealias Body = @Sendable (borrowing SharedProducer.Producer) throws(KafkaError) -> Void

    private let work: Work
    /// Nil when the system had no thread left: the call is over then.
    private var thread: OwnedThread?

    /// What the thread does, and what became of it.
    private final class Work: Sendable {
        private let producer: SharedProducer
        private let body: Body
        let end = Mutex<Result<Void, KafkaError>?>(nil)

        init(_ producer: SharedProducer, _ body: @escaping Body) {
            self.producer = producer
            self.body = body
        }

        func run() {
            let end: Result<Void, KafkaError>
            do throws(KafkaError) {
                end = .success(try producer.use(body))
            } catch {
                end = .failure(error)
            }
            self.end.withLock { $0 = end }
        }
    }

    /// Begins a call.
    ///
    /// - Parameters:
    ///   - wakeUp: signalled when it is over.
    ///   - threads: runs it.
    init(
        of producer: SharedProducer, over wakeUp: WakeUp, on threads: any TransportThreads,
        _ body: @escaping Body
    ) {
        let work = Work(producer, body)
        self.work = work
        do throws(ProcessError) {
            thread = try threads.start {
                work.run()
                wakeUp.signal()
            }
        } catch {
            work.run()
            thread = nil
        }
    }

    /// Whether it is over, one way or the other.
    var isOver: Bool { work.end.withLock { $0 != nil } }

    /// Its end. One that is not over is left to its thread, with the producer that it uses.
    consuming func end() -> Result<Void, KafkaError> {
        let end = work.end.withLock { $0 }
        let thread = thread.take()
        if let end {
            thread?.join()
            return end
        }
        thread?.detach()
        return .failure(.misuse(reason: "a call of the client did not return"))
    }
}
