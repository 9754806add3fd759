internal import VigilCore

/// Partitions went to another worker without notice; what was in flight for them is dropped.
package struct PartitionsLost: TelemetryEvent {
    /// Partitions lost now.
    package let count: Int
    /// Partitions owned after it.
    package let owned: Int

    /// All that the event says.
    package init(count: Int, owned: Int) {
        self.count = count
        self.owned = owned
    }

    /// `partitions_lost`
    package var name: StaticString { "partitions_lost" }
    /// `warning`
    package var level: LogLevel { .warning }

    /// What the line says.
    package var fields: [LogField] {
        [LogField("count", count), LogField("owned", owned)]
    }

    /// Updates the metrics that go with it.
    package func record(into metrics: Metrics) {
        metrics.add(.rebalances, 1, "lost" as StaticString)
        metrics.set(.assignedPartitions, Double(owned))
        metrics.clear(.consumerLag)
    }
}
