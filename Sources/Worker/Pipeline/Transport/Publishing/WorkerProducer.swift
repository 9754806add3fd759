package import KafkaTransport
internal import Processes
internal import Telemetry
internal import VigilCore

/// The worker's producer, made anew where only another one can go on: a new one under the same
/// transactional id fences the old one and ends its transaction. The transport thread's alone.
package final class WorkerProducer {
    private let context: TransportContext
    private var producer: SharedProducer

    /// Makes the client; the broker need not be up.
    package init(_ context: TransportContext) throws(KafkaError) {
        self.context = context
        producer = try SharedProducer(context.clients)
    }

    // MARK: Calls of the transport thread

    /// Registers the worker's name, within a second.
    func connect() throws(KafkaError) {
        var isFenced = false
        try Registration.repeated(
            wait: {
                isFenced = true
                let next = context.clock.monotonic() + Registration.pause
                // An error of poll(2) ends the wait, and the name is registered again.
                try? context.threads.wait(for: [], until: next)
                return !context.stop.isRequested
            },
            register: { () throws(KafkaError) in
                if isFenced { producer = try SharedProducer(context.clients) }
                try producer.initTransactions(within: .seconds(1))
            })
    }

    /// How many partitions topics have.
    func learn(_ topics: [String]) throws(KafkaError) -> [String: Int32] {
        try producer.learn(topics, within: .seconds(5))
    }

    /// Takes what the client has to say.
    func poll() throws(KafkaError) { try producer.poll() }

    /// Signalled when it has something to say.
    var wakeUp: WakeUp { producer.wakeUp }

    /// Why a broker could not be spoken to the last time.
    var trouble: ConnectionTrouble? { producer.trouble }

    /// The newest time that a broker refused this identity.
    var refusal: KafkaError? { producer.refusal }

    /// Says that no broker answers, and passes on what the client has to say about it.
    func tellWaiting(_ waited: Duration) {
        let trouble = producer.trouble
        context.telemetry.emit(
            BrokerAwaited(waited: waited, trouble: trouble?.what ?? "no answer"))
        context.health.mark(brokerTrouble: trouble?.what)
        // A fatal error shows again in the next call.
        try? producer.poll()
    }

    // MARK: Another one in its place

    /// Makes another producer of the same name, and waits in slices until the broker takes it,
    /// however long that is: what is in flight is bounded, and the worker is not ready meanwhile.
    ///
    /// - Returns: false when a stop was asked for instead.
    func renew() throws(KafkaError) -> Bool {
        producer = try SharedProducer(context.clients)
        let (clock, begun) = (context.clock, context.clock.monotonic())
        var giveUp: MonotonicTime?
        while giveUp.map({ clock.monotonic() < $0 }) ?? true {
            do throws(KafkaError) {
                try connect()
                return true
            } catch {
                guard error.isRetriable else { throw error }
                tellWaiting(clock.monotonic() - begun)
            }
            if context.stop.isRequested {
                giveUp = giveUp ?? clock.monotonic() + context.options.drainMax
            }
        }
        context.work.stop(.finished)
        return false
    }

    // MARK: Calls beside the transport thread

    /// Begins a use of it on a thread of its own; its end signals the transport's wake-up.
    func begin(_ body: @escaping ProducerCall.Body) -> ProducerCall {
        ProducerCall(of: producer, over: context.work.transport, on: context.threads, body)
    }

    /// Uses it for at most the time of a transaction, and waits for it.
    ///
    /// - Throws: what it throws; `.misuse` when its end is not known.
    func use(_ body: @escaping ProducerCall.Body) throws(KafkaError) {
        let call = begin(body)
        wait(until: context.clock.monotonic() + OutcomePublisher.transactionMax) { call.isOver }
        try call.end().get()
    }

    /// Begins a transaction of offsets and takes it back, which fails where another producer has
    /// the worker's name. The group hears of its end, and with it of the end of whatever else of
    /// this name it still takes for open. Called between two transactions.
    func takeOffsetsBack() throws(KafkaError) {
        let place = TopicPartition(topic: context.options.inputTopic, partition: 0)
        let name = context.clients.configuration.group
        try use { (producer) throws(KafkaError) in
            let group = try GroupMetadata(ofEmptyGroup: name)
            try producer.begin()
            do throws(KafkaError) {
                try producer.sendOffsets(
                    [OffsetToCommit(partition: place, nextOffset: 0, metadata: "")],
                    for: group, within: OutcomePublisher.callMax)
            } catch .abortable {
                // The group refuses, the coordinator of transactions did not.
            }
            try producer.abort(within: OutcomePublisher.callMax)
        }
    }

    /// Waits for something that signals the transport's wake-up, and looks once a second anyway.
    func wait(until end: MonotonicTime, _ isOver: () -> Bool) {
        let (clock, transport) = (context.clock, context.work.transport)
        while !isOver(), clock.monotonic() < end {
            // An error of poll(2) ends the wait, and the loop looks again.
            try? context.threads.wait(
                for: [transport], until: min(clock.monotonic() + .seconds(1), end))
        }
        // What else was signalled meanwhile is to be looked at.
        transport.signal()
    }
}
