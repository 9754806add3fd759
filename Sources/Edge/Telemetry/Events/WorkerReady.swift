internal import VigilCore

/// Partitions are assigned and studies are taken. Its line also goes to standard output.
package struct WorkerReady: TelemetryEvent {
    /// Partitions owned.
    package let partitions: Int

    /// All that the event says.
    package init(partitions: Int) {
        self.partitions = partitions
    }

    /// `ready`
    package var name: StaticString { "ready" }

    /// What the line says.
    package var fields: [LogField] {
        [LogField("partitions", partitions)]
    }
}
