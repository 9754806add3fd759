import Foundation

/// One run of the `vigil` command to its end.
struct CommandRun {
    /// The exit code; -1 when a signal ended it.
    let code: Int32
    /// The lines of standard output.
    let output: [String]
    /// Standard error.
    let error: String

    /// Runs a command and waits for its end.
    init(
        _ arguments: [String], variables: [String: String] = [:],
        within bound: Duration = .seconds(60)
    ) throws {
        try self.init(Programs.vigil, arguments, variables: variables, within: bound)
    }

    /// Runs a worker that finds no broker: 69 when all else was right.
    static func ofWorker(_ model: String, _ settings: [String] = []) throws -> CommandRun {
        try CommandRun(
            [
                "worker", "--bootstrap", "127.0.0.1:1", "--group", "g", "--instance", "i",
                "--model", model, "--input-root", Images.folder, "--set",
                "startup.timeout-ms=200",
            ] + settings.flatMap { ["--set", $0] })
    }

    /// Runs a line of the shell and waits for its end.
    init(shell line: String) throws {
        try self.init("/bin/sh", ["-c", line], variables: [:], within: .seconds(120))
    }

    /// Runs a program and waits for its end.
    init(
        _ program: String, _ arguments: [String], variables: [String: String] = [:],
        within bound: Duration = .seconds(60)
    ) throws {
        let child = try ChildProcess(
            program, arguments, variables: RunFolder.variables.merging(variables) { $1 })
        defer { child.send(SIGKILL) }
        let end = try child.exit(within: bound)
        if case .exit(let code) = end { self.code = code } else { code = -1 }
        output = child.text(.output)
        error = child.text(.error).joined(separator: "\n")
    }
}
