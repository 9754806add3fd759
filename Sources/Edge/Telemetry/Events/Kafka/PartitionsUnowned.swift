/// Partitions of the topics of events were found that no member of the group reads; the group is
/// asked to share them out.
package struct PartitionsUnowned: TelemetryEvent {
    /// How many.
    package let count: Int

    /// All that the event says.
    package init(count: Int) { self.count = count }

    /// `partitions_unowned`
    package var name: StaticString { "partitions_unowned" }
    /// `warning`
    package var level: LogLevel { .warning }

    /// What the line says.
    package var fields: [LogField] { [LogField("count", count)] }
}
