import Foundation
import Testing
import VigilCore

/// A `vigil worker` of a scene.
final class WorkerProcess: Sendable {
    private let child: ChildProcess

    /// Starts it; see ``ready(within:)``.
    init(arguments: [String]) throws {
        child = try ChildProcess(
            Programs.vigil, ["worker"] + arguments, variables: RunFolder.variables)
    }

    /// Starts it by a line of the shell that sets its limits and ends with `exec "$@"`.
    init(arguments: [String], shell line: String) throws {
        child = try ChildProcess(
            "/bin/sh", ["-c", line, "sh", Programs.vigil, "worker"] + arguments,
            variables: RunFolder.variables)
    }

    deinit { kill() }

    /// Its number.
    var process: pid_t { child.process }

    /// Waits until it says that it has partitions.
    func ready(within bound: Duration = .seconds(40)) throws {
        _ = try child.line(on: .output, within: bound) { $0.contains("\"event\":\"ready\"") }
    }

    /// Waits for an event of its log, one that is wanted.
    func event(
        _ name: String, within bound: Duration = .seconds(30),
        where isWanted: (JSONValue) -> Bool = { _ in true }
    ) throws -> JSONValue {
        let line = try child.line(on: .error, within: bound) { line in
            line.contains("\"event\":\"\(name)\"")
                && (try? JSONParser.parse(Array(line.utf8))).map(isWanted) == true
        }
        return try JSONParser.parse(Array(line.utf8))
    }

    /// Waits until its log has so many of an event.
    func events(_ count: Int, _ name: String, within bound: Duration = .seconds(30)) throws {
        _ = try child.lines(count, on: .error, within: bound) {
            $0.contains("\"event\":\"\(name)\"")
        }
    }

    /// The port of its HTTP endpoint.
    func port() throws -> UInt16 {
        let port = try event("endpoint_listening")["port"]?.intValue
        return try #require(port.flatMap { UInt16(exactly: $0) })
    }

    /// Asks for an orderly stop.
    func terminate() { child.send(SIGTERM) }

    /// Sends it a signal.
    func send(_ signal: Int32) { child.send(signal) }

    /// Stops it where it is, until ``resume()``.
    func pause() { child.send(SIGSTOP) }

    /// Lets it go on.
    func resume() { child.send(SIGCONT) }

    /// Ends it without warning.
    func kill() { child.send(SIGKILL) }

    /// Waits for its end.
    func exit(within bound: Duration) throws -> ChildProcess.End { try child.exit(within: bound) }

    /// Stops it in order, and expects that it does.
    func stop(within bound: Duration = .seconds(30)) throws {
        terminate()
        let end = try exit(within: bound)
        #expect(end == .exit(0), "\(log.suffix(4))")
    }

    /// The processes that it has started, its decoders: those of proc(5)'s `children` of each
    /// thread.
    var children: [pid_t] {
        let tasks = "/proc/\(child.process)/task"
        let threads = (try? FileManager.default.contentsOfDirectory(atPath: tasks)) ?? []
        return threads.flatMap { thread in
            let text = try? String(contentsOfFile: "\(tasks)/\(thread)/children", encoding: .utf8)
            return (text ?? "").split(separator: " ").compactMap { pid_t($0) }
        }
    }

    /// Whether it has not ended.
    var isRunning: Bool { child.isRunning }

    /// Seconds of processor time of its threads but librdkafka's so far, user and system: fields 14
    /// and 15 of proc(5)'s `stat`.
    func processorSeconds() throws -> Double {
        let folder = "/proc/\(child.process)/task"
        var ticks = 0.0
        for thread in try FileManager.default.contentsOfDirectory(atPath: folder) {
            // librdkafka's threads ask as often as a broker answers, and the demo broker answers
            // an empty fetch at once.
            guard
                let stat = try? String(
                    contentsOfFile: "\(folder)/\(thread)/stat", encoding: .utf8),
                !stat.contains("(rdk:")
            else { continue }
            let fields = try #require(stat.split(separator: ")").last).split(separator: " ")
            for field in fields[11...12] { ticks += try #require(Double(field)) }
        }
        return ticks / Double(sysconf(Int32(_SC_CLK_TCK)))
    }

    /// The lines of standard output.
    var output: [String] { child.text(.output) }
    /// The lines of standard error.
    var log: [String] { child.text(.error) }
}
