import Glibc

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
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_adddup2(&actions, input.reading, 0)
        posix_spawn_file_actions_adddup2(&actions, results.writing, 1)
        posix_spawn_file_actions_addopen(&actions, 2, "/dev/null", O_WRONLY, 0)
        // Threads of a pool block all signals, and a child would inherit that: neither would it
        // take SIGTERM, nor would its shell learn that it ended.
        var attributes = posix_spawnattr_t()
        posix_spawnattr_init(&attributes)
        defer { posix_spawnattr_destroy(&attributes) }
        var none = sigset_t()
        sigemptyset(&none)
        posix_spawnattr_setsigmask(&attributes, &none)
        posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETSIGMASK))
        let words = ["/bin/sh", "-c", Self.script, "sh", folder ?? ""] + command
        var arguments = words.map { strdup($0) } + [nil]
        defer { for argument in arguments { free(argument) } }
        var child = pid_t()
        let failure = posix_spawn(&child, "/bin/sh", &actions, &attributes, &arguments, environ)
        close(input.reading)
        close(results.writing)
        guard failure == 0 else {
            throw TestBroker.Failure(description: "no process: error \(failure)")
        }
        shell = child
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
