package import VigilCore

/// The worker has left the group and ends.
package struct ShutdownFinished: TelemetryEvent {
    /// Such as `SIGTERM`.
    package let reason: SafeText
    /// Of the process.
    package let exitCode: ExitCode
    /// Studies left for another worker; none is lost.
    package let abandoned: Int
    /// Since the request.
    package let duration: Duration

    /// All that the event says.
    package init(reason: SafeText, exitCode: ExitCode, abandoned: Int, duration: Duration) {
        self.reason = reason
        self.exitCode = exitCode
        self.abandoned = abandoned
        self.duration = duration
    }

    /// `shutdown_finished`
    package var name: StaticString { "shutdown_finished" }

    /// What the line says.
    package var fields: [LogField] {
        [
            LogField("reason", reason),
            LogField("exit_code", exitCode.rawValue),
            LogField("abandoned", abandoned),
            LogField("duration_s", duration),
        ]
    }
}
