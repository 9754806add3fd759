import Foundation
import Processes
import VigilCore

/// A program that runs beside the test: its output line by line as it comes, signals, and its end.
/// Any thread.
final class ChildProcess: @unchecked Sendable {
    /// How a program ended.
    enum End: Equatable {
        case exit(Int32)
        case signal(Int32)
    }

    /// One of the program's two outputs.
    enum Stream: Int {
        case output
        case error
    }

    /// What a test waited for in vain.
    struct Failure: Error, CustomStringConvertible {
        let description: String
    }

    let process: pid_t
    private let condition = NSCondition()
    private var lines: [[String]] = [[], []]
    private var isOpen = [true, true]
    private var end: End?

    /// Starts a program with these variables above the usual ones.
    init(_ program: String, _ arguments: [String], variables: [String: String] = [:]) throws {
        let (output, error) = (try Self.pipe(), try Self.pipe())
        process = try Self.spawn(
            [program] + arguments, Self.environment(variables), output.writing, error.writing)
        close(output.writing)
        close(error.writing)
        ProcessGuard.shared.add(process)
        for (stream, descriptor) in [output.reading, error.reading].enumerated() {
            Thread { self.read(descriptor, into: stream) }.start()
        }
        Thread { self.reap() }.start()
    }

    /// Waits for a line; the first that fits counts, also when it came before.
    func line(
        on stream: Stream, within bound: Duration, where fits: (String) -> Bool
    ) throws -> String {
        try lines(1, on: stream, within: bound, where: fits)[0]
    }

    /// Waits for so many lines that fit, those that came before included.
    func lines(
        _ count: Int, on stream: Stream, within bound: Duration, where fits: (String) -> Bool
    ) throws -> [String] {
        let deadline = Date(timeIntervalSinceNow: bound / .seconds(1))
        condition.lock()
        defer { condition.unlock() }
        var (seen, found) = (0, [String]())
        while true {
            let all = lines[stream.rawValue]
            found += all[seen...].filter(fits)
            if found.count >= count { return found }
            seen = all.count
            guard isOpen[stream.rawValue], condition.wait(until: deadline) else {
                throw Failure(
                    description: "\(found.count) of \(count) lines within \(bound): \(tail)")
            }
        }
    }

    /// Waits for the program's end and the last line of its output.
    func exit(within bound: Duration) throws -> End {
        let deadline = Date(timeIntervalSinceNow: bound / .seconds(1))
        condition.lock()
        defer { condition.unlock() }
        while true {
            if let end, !isOpen.contains(true) { return end }
            guard condition.wait(until: deadline) else {
                throw Failure(description: "still running after \(bound): \(tail)")
            }
        }
    }

    /// All lines so far.
    func text(_ stream: Stream) -> [String] {
        condition.lock()
        defer { condition.unlock() }
        return lines[stream.rawValue]
    }

    /// Whether the program has not ended.
    var isRunning: Bool {
        condition.lock()
        defer { condition.unlock() }
        return end == nil
    }

    /// Sends a signal, unless the program has ended.
    func send(_ signal: Int32) {
        condition.lock()
        defer { condition.unlock() }
        if end == nil { kill(process, signal) }
    }

    private var tail: String {
        lines[Stream.error.rawValue].suffix(4).joined(separator: "\n").prefix(2000).description
    }

    private func read(_ descriptor: Int32, into stream: Int) {
        var pending: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 65_536)
        while true {
            let count = Glibc.read(descriptor, &buffer, buffer.count)
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { break }
            pending += buffer.prefix(count)
            var parts = pending.split(separator: 0x0a, omittingEmptySubsequences: false)
            pending = Array(parts.removeLast())
            let whole = parts.map { String(decoding: $0, as: UTF8.self) }
            change { lines[stream] += whole }
        }
        close(descriptor)
        change {
            if !pending.isEmpty { lines[stream].append(String(decoding: pending, as: UTF8.self)) }
            isOpen[stream] = false
        }
    }

    /// Waits for the end and takes it under the lock, so that no signal can go to a later process
    /// of the same number.
    private func reap() {
        var info = siginfo_t()
        while waitid(P_PID, id_t(process), &info, WEXITED | WNOWAIT) != 0, errno == EINTR {}
        ProcessGuard.shared.remove(process)
        change {
            var status: Int32 = 0
            while waitpid(process, &status, 0) < 0, errno == EINTR {}
            end = status & 0x7f == 0 ? .exit(status >> 8 & 0xff) : .signal(status & 0x7f)
        }
    }

    private func change(_ body: () -> Void) {
        condition.lock()
        body()
        condition.broadcast()
        condition.unlock()
    }
}

extension ChildProcess {
    /// Variables of the person who runs the tests must not set up the programs under test.
    private static func environment(_ variables: [String: String]) -> [String: String] {
        let kept = ProcessInfo.processInfo.environment.filter { name, _ in
            !name.hasPrefix("VIGIL_") || name == "VIGIL_ISA"
        }
        return kept.merging(variables) { $1 }
    }

    /// A pipe that no child inherits but through its standard streams.
    private static func pipe() throws -> (reading: Int32, writing: Int32) {
        var ends: [Int32] = [0, 0]
        guard Glibc.pipe(&ends) == 0 else {
            throw Failure(description: "no pipe: error \(errno)")
        }
        for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
        return (ends[0], ends[1])
    }

    private static func spawn(
        _ command: [String], _ variables: [String: String], _ output: Int32, _ error: Int32
    ) throws -> pid_t {
        var spawn = ProcessSpawn(command)
        spawn.environment = variables.map { "\($0)=\($1)" }
        spawn.output = .descriptor(output)
        spawn.error = .descriptor(error)
        do throws(ProcessSpawn.Failure) {
            return try spawn.start()
        } catch {
            throw Failure(description: "\(command[0]) did not start: error \(error.errno)")
        }
    }
}
