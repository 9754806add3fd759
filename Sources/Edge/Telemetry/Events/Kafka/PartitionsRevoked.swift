internal import VigilCore

/// The consumer group took partitions back in order; their finished work was committed.
package struct PartitionsRevoked: TelemetryEvent {
    /// Partitions taken now.
    package let count: Int
    /// Partitions owned after it.
    package let owned: Int

    /// All that the event says.
    package init(count: Int, owned: Int) {
        self.count = count
        self.owned = owned
    }

    /// `partitions_revoked`
    package var name: StaticString { "partitions_revoked" }

    /// What the line says.
    package var fields: [LogField] {
        [LogField("count", count), LogField("owned", owned)]
    }

    /// Updates the metrics that go with it.
    package func record(into metrics: Metrics) {
        metrics.add(.rebalances, 1, "revoked" as StaticString)
        metrics.set(.assignedPartitions, Double(owned))
        metrics.clear(.consumerLag)
    }
}
