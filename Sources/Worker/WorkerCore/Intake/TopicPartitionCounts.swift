/// How many partitions topics have, as the brokers told last.
package struct TopicPartitionCounts: Sendable, Equatable {
    private var counts: [String: Int32] = [:]

    /// Nothing is known yet.
    package init() {}

    /// Takes in what the brokers say; a topic that they leave out keeps its number.
    ///
    /// - Returns: the topics whose number is another now.
    @discardableResult
    package mutating func note(_ told: [String: Int32]) -> Set<String> {
        let changed = told.filter { counts[$0.key] != $0.value }
        counts.merge(changed) { $1 }
        return Set(changed.keys)
    }

    /// How many partitions a topic has; 0 while nobody has said.
    package subscript(topic: String) -> Int32 { counts[topic] ?? 0 }

    /// A partition of a topic by its number; nil when the topic has none of that number.
    package func partition(_ number: Int32, of topic: String) -> Int32? {
        number >= 0 && number < self[topic] ? number : nil
    }
}
