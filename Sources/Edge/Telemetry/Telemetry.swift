internal import Processes
package import VigilCore

/// The one way to a log line or a metric. Any thread.
package final class Telemetry: Sendable {
    /// The metrics that events update.
    package let metrics: Metrics
    private let sink: any LogSink
    private let clock: any VigilClock
    private let levelMin: LogLevel

    /// Logs go to `logSink` from `minimumLevel` up; metrics are updated at any level.
    package init(
        logSink: any LogSink = StandardErrorSink(), clock: any VigilClock = SystemClock(),
        minimumLevel: LogLevel = .info, metrics: Metrics = Metrics()
    ) {
        self.metrics = metrics
        sink = logSink
        self.clock = clock
        levelMin = minimumLevel
    }

    /// Writes the event's line and updates its metrics.
    package func emit(_ event: some TelemetryEvent) {
        event.record(into: metrics)
        guard event.level >= levelMin else { return }
        sink.write(line(event))
    }

    /// The event as one line of JSON without its end: `ts` (RFC 3339, UTC), `level`, `event`, then
    /// the event's own fields. For a line that other tools wait for, such as `ready` on standard
    /// output.
    package func line(_ event: some TelemetryEvent) -> String {
        var object = JSONObject()
        object["ts"] = .string(clock.wall().description)
        object["level"] = .string(event.level.rawValue)
        object["event"] = .string(event.name.description)
        for field in event.fields {
            // A field can hide neither the time nor the name.
            _ = object.appendIfNew(field.name.description, field.value)
        }
        return VisibleText.escaped(JSONWriter.text(.object(object)))
    }
}
