package import VigilCore

/// The worker cannot go on.
package struct WorkerFailed: TelemetryEvent {
    /// The error's stable code.
    package let code: SafeText
    /// What happened and where.
    package let what: SafeText
    /// What a person can do about it.
    package let remedy: SafeText

    /// Takes the three texts of an error.
    package init(_ error: some VigilError) {
        code = error.code
        what = error.what
        remedy = error.remedy
    }

    /// `worker_failed`
    package var name: StaticString { "worker_failed" }
    /// `error`
    package var level: LogLevel { .error }

    /// What the line says.
    package var fields: [LogField] {
        [LogField("code", code), LogField("what", what), LogField("remedy", remedy)]
    }
}
