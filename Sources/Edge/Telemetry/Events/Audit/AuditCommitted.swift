/// Leaves of the audit log, or a checkpoint of it, were committed.
package struct AuditCommitted: TelemetryEvent {
    /// How many leaves were added.
    package let leaves: Int64
    /// How many the log has.
    package let size: Int64
    /// How many a checkpoint tells of that was committed with them; nil without one.
    package let signed: Int64?

    /// All that the event says.
    package init(leaves: Int64, size: Int64, signed: Int64?) {
        self.leaves = leaves
        self.size = size
        self.signed = signed
    }

    /// `audit_committed`
    package var name: StaticString { "audit_committed" }
    /// `debug`
    package var level: LogLevel { .debug }

    /// What the line says.
    package var fields: [LogField] {
        [LogField("leaves", leaves), LogField("size", size)]
            + [signed.map { LogField("signed", $0) }].compactMap { $0 }
    }

    /// Updates the metrics that go with it.
    package func record(into metrics: Metrics) {
        metrics.set(.auditLeaves, Double(size))
        if signed != nil { metrics.add(.auditCheckpoints, 1) }
    }
}
