import Foundation
import Synchronization

/// A program that serves until it is told to end: `PROGRAM run --config FILE`.
package final class ServiceProcess: Sendable {
    private let process = Process()
    private let logged = Lines()
    private let said = Lines()

    /// Why it does not do what was waited for.
    package struct Failure: Error, CustomStringConvertible {
        package let description: String
    }

    /// What comes from a pipe.
    private final class Lines: Sendable {
        private let taken = Mutex("")

        var all: [String] { taken.withLock { $0.split(separator: "\n").map(String.init) } }

        func take(_ data: Data) {
            let text = String(decoding: data, as: UTF8.self)
            taken.withLock { $0 += text }
        }
    }

    /// Starts it.
    package init(_ program: String, configuration: String) throws {
        guard let path = BuiltPrograms.path(program) else {
            throw Failure(description: BuiltPrograms.howToBuild)
        }
        process.executableURL = URL(filePath: path)
        process.arguments = ["run", "--config", configuration]
        let (output, error) = (Pipe(), Pipe())
        process.standardOutput = output
        process.standardError = error
        output.fileHandleForReading.readabilityHandler = { [said] in said.take($0.availableData) }
        error.fileHandleForReading.readabilityHandler = { [logged] in
            logged.take($0.availableData)
        }
        try process.run()
    }

    deinit { kill() }

    /// Its lines on standard error.
    package var log: [String] { logged.all }

    /// Seconds of processor time so far, user and system.
    package var processorSeconds: Double {
        let stat = try? String(
            contentsOfFile: "/proc/\(process.processIdentifier)/stat", encoding: .utf8)
        let fields = (stat ?? "").split(separator: ")").last?.split(separator: " ") ?? []
        guard fields.count > 12 else { return 0 }
        return fields[11...12].compactMap { Double($0) }.reduce(0, +)
            / Double(sysconf(Int32(_SC_CLK_TCK)))
    }

    /// Bytes of memory that it has in use.
    package var residentBytes: Int {
        let status = try? String(
            contentsOfFile: "/proc/\(process.processIdentifier)/status", encoding: .utf8)
        let line = status?.split(separator: "\n").first { $0.hasPrefix("VmRSS:") }
        return (line?.split(separator: " ").dropLast().last.flatMap { Int($0) } ?? 0) << 10
    }

    /// Whether it has not ended.
    package var isRunning: Bool { process.isRunning }

    /// Waits until it says a word on standard output, and gives that line.
    @discardableResult
    package func line(with word: String) throws -> String {
        let end = ContinuousClock.now + .seconds(60)
        while true {
            if let line = said.all.first(where: { $0.contains(word) }) { return line }
            guard process.isRunning, ContinuousClock.now < end else {
                throw Failure(description: log.suffix(4).joined(separator: "\n"))
            }
            Thread.sleep(forTimeInterval: 0.01)
        }
    }

    /// Ends it without warning.
    package func kill() {
        if process.isRunning { Glibc.kill(process.processIdentifier, SIGKILL) }
        process.waitUntilExit()
    }

    /// Stops it in order; its exit code.
    package func stop() -> Int32 {
        process.terminate()
        process.waitUntilExit()
        return process.terminationStatus
    }
}
