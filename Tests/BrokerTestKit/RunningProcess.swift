import Glibc
import Processes
import VigilCore

/// A child process that cannot outlive this one: a shell stands between and ends it when the pipe
/// closes that this process holds the other end of.
final class RunningProcess: Sendable {
    private let shell: pid_t
    private let lifeline: Int32
    private let output: Int32

    private static let script = """
        folder=$1; shift
        "$@" & child=$!
        read _
        kill -TERM $child 2>/dev/null
        wait $child
        if [ -n "$folder" ]; then rm -rf "$folder"; fi
        """

    /// - Parameter folder: removed when the process has ended.
    init(command: [String], folder: String?) throws {
        let input = try Self.pipe()
        let results = try Self.pipe()
        // A shell that blocked signals would not learn that its child ended.
        var spawn = ProcessSpawn(["/bin/sh", "-c", Self.script, "sh", folder ?? ""] + command)
        spawn.input = .descriptor(input.reading)
        spawn.output = .descriptor(results.writing)
        defer {
            close(input.reading)
            close(results.writing)
        }
        do throws(ProcessSpawn.Failure) {
            shell = try spawn.start()
        } catch {
            throw TestBroker.Failure(description: "no process: error \(error.errno)")
        }
        lifeline = input.writing
        output = results.reading
    }

    /// A pipe that no child inherits but through its standard streams.
    private static func pipe() throws -> (reading: Int32, writing: Int32) {
        var ends: [Int32] = [0, 0]
        guard Glibc.pipe(&ends) == 0 else {
            throw TestBroker.Failure(description: "no pipe: error \(errno)")
        }
        for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
        return (ends[0], ends[1])
    }

    /// The next line of standard output.
    func readLine(within seconds: Int32) throws -> String {
        var line: [UInt8] = []
        while true {
            var ready = pollfd(fd: output, events: Int16(POLLIN), revents: 0)
            guard poll(&ready, 1, seconds * 1000) > 0 else {
                throw TestBroker.Failure(description: "no line within \(seconds) s")
            }
            var byte: UInt8 = 0
            guard read(output, &byte, 1) == 1 else {
                throw TestBroker.Failure(description: "the process ended")
            }
            if byte == 0x0a { return String(decoding: line, as: UTF8.self) }
            line.append(byte)
        }
    }

    /// Ends the process and waits until it is gone. Once only.
    func stop() {
        close(lifeline)
        close(output)
        var status: Int32 = 0
        while waitpid(shell, &status, 0) < 0, errno == EINTR {}
    }
}
