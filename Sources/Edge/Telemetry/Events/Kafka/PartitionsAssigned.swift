internal import VigilCore

/// The consumer group gave partitions to this worker.
package struct PartitionsAssigned: TelemetryEvent {
    /// Partitions given now.
    package let count: Int
    /// Partitions owned after it.
    package let owned: Int

    /// All that the event says.
    package init(count: Int, owned: Int) {
        self.count = count
        self.owned = owned
    }

    /// `partitions_assigned`
    package var name: StaticString { "partitions_assigned" }

    /// What the line says.
    package var fields: [LogField] {
        [LogField("count", count), LogField("owned", owned)]
    }

    /// Updates the metrics that go with it.
    package func record(into metrics: Metrics) {
        metrics.add(.rebalances, 1, "assigned" as StaticString)
        metrics.set(.assignedPartitions, Double(owned))
    }
}
