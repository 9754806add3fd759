/// Something that happened, typed: it becomes one log line and its metric updates, together.
///
/// Events live in `Events/`, one type a file, named noun and past participle. None has a field that
/// could hold patient data.
package protocol TelemetryEvent: Sendable {
    /// The stable name in snake case, the `event` of the log line.
    var name: StaticString { get }
    /// How much the line matters.
    var level: LogLevel { get }
    /// What the line says beyond time, level and name.
    var fields: [LogField] { get }
    /// Updates the metrics that go with the event.
    func record(into metrics: Metrics)
}

extension TelemetryEvent {
    /// Most events log at `info`.
    package var level: LogLevel { .info }
    /// Some events move no metric.
    package func record(into metrics: Metrics) {}
}
