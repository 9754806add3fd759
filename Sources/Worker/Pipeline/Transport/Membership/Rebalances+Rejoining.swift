package import KafkaTransport
internal import Processes
internal import Telemetry
package import VigilCore
internal import Wire
internal import WorkerCore

extension Rebalances {
    /// A broker may not know yet of topics that were made on another one, or just before. A client
    /// that has asked would ask again after minutes only, so a new one takes its place.
    package func subscribeAgain(_ topic: SafeText?) throws(KafkaError) {
        transactions.end()
        context.telemetry.emit(TopicAwaited(topic: topic ?? "not named"))
        try member.joinAnew(after: .milliseconds(200))
    }

    /// After an error of a round: where the group takes another member for the holder of this
    /// worker's name, gives up what was in flight, as for lost partitions, and joins anew, unless a
    /// second worker of this name runs.
    ///
    /// - Throws: when this worker has to end.
    package func rejoin(_ error: KafkaError) throws(KafkaError) {
        transactions.end()
        guard member.isReplaced else { throw error }
        abandon(Array(member.assignment))
        let now = context.clock.monotonic()
        guard let pause = rejoins.spend(now: now, seed: UInt64(ProcessIdentity.number)) else {
            throw error
        }
        context.telemetry.emit(MemberReplaced(pause: pause))
        guard try holdsName() else { return }
        try member.joinAnew(after: pause)
    }

    /// Asks the coordinator of transactions, by one that is taken back, whether this worker's
    /// producer is still the newest of its name: a second worker fences it. False when a stop was
    /// asked for meanwhile.
    ///
    /// - Throws: `.fatal` when there is a second worker.
    private func holdsName() throws(KafkaError) -> Bool {
        do throws(KafkaError) {
            try producer.takeOffsetsBack()
            return true
        } catch {
            switch error {
            case .retriable, .misuse:
                // Nobody knows. A new producer fences a second worker's, which then ends.
                return try producer.renew()
            default: throw error
            }
        }
    }
}
