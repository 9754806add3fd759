package import VigilCore

/// The audit log of this worker's slot was read back, and is gone on with.
package struct AuditOpened: TelemetryEvent {
    package let tree: AuditTreeName
    /// How many leaves it has.
    package let leaves: Int64
    /// How the worker before ended.
    package let predecessor: AuditStart.Predecessor

    /// All that the event says.
    package init(tree: AuditTreeName, leaves: Int64, predecessor: AuditStart.Predecessor) {
        self.tree = tree
        self.leaves = leaves
        self.predecessor = predecessor
    }

    /// `audit_opened`
    package var name: StaticString { "audit_opened" }
    /// `info`
    package var level: LogLevel { .info }

    /// What the line says.
    package var fields: [LogField] {
        [
            LogField("tree", tree), LogField("leaves", leaves),
            LogField("predecessor", predecessor),
        ]
    }

    /// Updates the metrics that go with it.
    package func record(into metrics: Metrics) { metrics.set(.auditLeaves, Double(leaves)) }
}
