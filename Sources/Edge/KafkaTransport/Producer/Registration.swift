internal import Processes

/// The registration of a transactional id, made again where the broker fences it for no fault of
/// its own.
///
/// A coordinator answers PRODUCER_FENCED to a registration while it aborts, by its timeout, what a
/// predecessor left open (librdkafka's issue 3928). It cannot be meant in earnest: a new producer
/// registers without an older epoch that another one could have outdone.
package enum Registration {
    /// How often a fenced registration is made again: at ``pause``, for longer than an abort takes.
    package static let fencedMax = 16
    /// How long to wait in between.
    package static let pause = Duration.milliseconds(250)

    /// Registers until the broker no longer fences it.
    ///
    /// - Parameters:
    ///   - wait: waits for ``pause``; false to give up.
    ///   - register: each time by a new producer, since librdkafka takes no more calls of a fenced
    ///     one.
    /// - Throws: the first other error, or the last fencing.
    package static func repeated<Producer: ~Copyable>(
        wait: () throws(KafkaError) -> Bool, register: () throws(KafkaError) -> Producer
    ) throws(KafkaError) -> Producer {
        for _ in 0..<fencedMax {
            do throws(KafkaError) {
                return try register()
            } catch {
                guard error.isFenced, try wait() else { throw error }
            }
        }
        return try register()
    }
}

extension TransactionalProducer {
    /// Makes a producer and registers its name. Blocks.
    ///
    /// - Parameter bound: for each attempt to register.
    package static func registered(
        configuration: KafkaConfiguration, within bound: Duration
    ) throws(KafkaError) -> TransactionalProducer {
        try Registration.repeated(
            wait: { () throws(KafkaError) in
                _ = try WakeUp.waitForClient(on: [], timeout: Registration.pause)
                return true
            },
            register: { () throws(KafkaError) in
                let producer = try TransactionalProducer(
                    configuration: configuration, wakeUp: .ofClient())
                try producer.initTransactions(within: bound)
                return producer
            })
    }
}
