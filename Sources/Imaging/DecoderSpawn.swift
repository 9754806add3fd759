internal import VigilCore

#if canImport(Glibc)
    internal import Glibc
#endif

/// Starts a decoder process with nothing but one socket.
enum DecoderSpawn {
    /// Environment variables that a decoder may see; the rest may hold secrets.
    private static let environment = ["LD_LIBRARY_PATH", "DCMDICTPATH"]

    /// - Returns: the process and the worker's end of its socket; the caller owns both.
    static func start(
        executable: String, arguments: [String]
    ) throws(ImagingError) -> (process: pid_t, socket: Int32) {
        var ends: [Int32] = [-1, -1]
        let type = Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue)
        guard socketpair(AF_UNIX, type, 0, &ends) == 0 else {
            throw .decoderUnavailable(errno: errno)
        }
        defer { close(ends[1]) }
        // Libraries may complain with an attribute's value: that must not reach a log. The group of
        // its own is for Ctrl-C in a terminal, which is for the worker, who drains first.
        var spawn = ProcessSpawn([executable] + arguments)
        spawn.input = .descriptor(ends[1])
        spawn.environment = kept()
        spawn.isApart = true
        do throws(ProcessSpawn.Failure) {
            return (try spawn.start(), ends[0])
        } catch {
            close(ends[0])
            throw .decoderUnavailable(errno: error.errno)
        }
    }

    private static func kept() -> [String] {
        environment.compactMap { name in
            getenv(name).map { "\(name)=\(String(cString: $0))" }
        }
    }
}
