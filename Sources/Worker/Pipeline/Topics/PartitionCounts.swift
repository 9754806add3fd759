internal import Synchronization
package import WorkerCore

/// How many partitions topics have: the transport thread reads it, the watch over the topics renews
/// it. Any thread.
package final class PartitionCounts: Sendable {
    private let counts = Mutex(TopicPartitionCounts())

    /// Nothing is known yet.
    package init() {}

    /// As they are now.
    package var now: TopicPartitionCounts { counts.withLock { $0 } }

    /// Takes in what the brokers say; a topic that they leave out keeps its number.
    ///
    /// - Returns: the topics whose number is another now.
    @discardableResult
    package func note(_ told: [String: Int32]) -> Set<String> { counts.withLock { $0.note(told) } }

    /// How many partitions a topic has; 0 while nobody has said.
    package subscript(topic: String) -> Int32 { now[topic] }

    /// A partition of a topic by its number; nil when the topic has none of that number.
    package func partition(_ number: Int32, of topic: String) -> Int32? {
        now.partition(number, of: topic)
    }
}
