internal import Processes
internal import VigilCore

#if canImport(Glibc)
    internal import Glibc
#endif

/// Starts the decoders' program with nothing but one socket.
enum DecoderSpawn {
    /// Environment variables that a decoder may see; the rest may hold secrets.
    private static let environment = ["LD_LIBRARY_PATH", "DCMDICTPATH"]

    /// - Returns: the process and the worker's end of its socket; the caller owns both.
    static func start(
        executable: String, arguments: [String]
    ) throws(ImagingError) -> (process: pid_t, socket: Int32) {
        let (own, other) = try sockets()
        defer { close(other) }
        // Libraries may complain with an attribute's value: that must not reach a log. The group of
        // its own is for Ctrl-C in a terminal, which is for the worker, who drains first.
        var spawn = ProcessSpawn([executable] + arguments)
        spawn.input = .descriptor(other)
        spawn.environment = kept()
        spawn.isApart = true
        do throws(ProcessSpawn.Failure) {
            return (try spawn.start(), own)
        } catch {
            close(own)
            throw .decoderUnavailable(errno: error.errno)
        }
    }

    /// Two ends of a socket, which exec closes.
    static func sockets() throws(ImagingError) -> (own: Int32, other: Int32) {
        var ends: [Int32] = [-1, -1]
        let type = Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue)
        guard socketpair(AF_UNIX, type, 0, &ends) == 0 else {
            throw .decoderUnavailable(errno: errno)
        }
        return (ends[0], ends[1])
    }

    /// Wait for killed processes, one of which may be stuck in the kernel for long.
    private static let reapers = HelperThreads()
    private static let reapMax = Duration.seconds(1)

    /// Kills a child and closes the socket to it; waits a while for its end.
    static func end(_ process: pid_t, _ socket: Int32) {
        close(socket)
        kill(process, SIGKILL)
        let reaped = Latch()
        let reap: @Sendable () -> Void = {
            var state: Int32 = 0
            while waitpid(process, &state, 0) < 0 && errno == EINTR {}
            reaped.open()
        }
        do throws(ImagingError) {
            try reapers.run(reap)
            _ = reaped.wait(until: SystemClock().monotonic() + reapMax)
        } catch {
            reap()
        }
    }

    private static func kept() -> [String] {
        environment.compactMap { name in
            getenv(name).map { "\(name)=\(String(cString: $0))" }
        }
    }
}
