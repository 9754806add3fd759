import Foundation

/// One run of the `vigil` command to its end.
struct CommandRun {
    /// The exit code; -1 when a signal ended it.
    let code: Int32
    /// The lines of standard output.
    let output: [String]
    /// Standard error.
    let error: String
    /// How long it took.
    let duration: Duration

    /// Runs a command and waits for its end.
    init(
        _ arguments: [String], variables: [String: String] = [:],
        within bound: Duration = .seconds(60)
    ) throws {
        let begun = ContinuousClock.now
        let child = try ChildProcess(
            Programs.vigil, arguments, variables: RunFolder.variables.merging(variables) { $1 })
        defer { child.send(SIGKILL) }
        let end = try child.exit(within: bound)
        duration = ContinuousClock.now - begun
        if case .exit(let code) = end { self.code = code } else { code = -1 }
        output = child.text(.output)
        error = child.text(.error).joined(separator: "\n")
    }
}
