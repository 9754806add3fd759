internal import CLinux

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
        var process = pid_t()
        let failure = spawn(executable, arguments, socket: ends[1], &process)
        guard failure == 0 else {
            close(ends[0])
            throw .decoderUnavailable(errno: failure)
        }
        return (process, ends[0])
    }

    private static func spawn(
        _ executable: String, _ arguments: [String], socket: Int32, _ process: inout pid_t
    ) -> Int32 {
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_adddup2(&actions, socket, 0)
        posix_spawn_file_actions_addopen(&actions, 1, "/dev/null", O_WRONLY, 0)
        // Libraries may complain with an attribute's value: that must not reach a log.
        posix_spawn_file_actions_addopen(&actions, 2, "/dev/null", O_WRONLY, 0)
        posix_spawn_file_actions_addclosefrom_np(&actions, 3)

        var attributes = posix_spawnattr_t()
        posix_spawnattr_init(&attributes)
        defer { posix_spawnattr_destroy(&attributes) }
        var none = sigset_t()
        sigemptyset(&none)
        posix_spawnattr_setsigmask(&attributes, &none)
        var all = sigset_t()
        sigfillset(&all)
        posix_spawnattr_setsigdefault(&attributes, &all)
        // A group of its own: Ctrl-C in a terminal is for the worker, which drains first.
        posix_spawnattr_setpgroup(&attributes, 0)
        let flags = POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETPGROUP
        posix_spawnattr_setflags(&attributes, Int16(flags))

        return withStrings([executable] + arguments) { argv in
            withStrings(kept()) { environment in
                posix_spawn(&process, executable, &actions, &attributes, argv, environment)
            }
        }
    }

    private static func kept() -> [String] {
        environment.compactMap { name in
            getenv(name).map { "\(name)=\(String(cString: $0))" }
        }
    }

    private static func withStrings<Result>(
        _ strings: [String], _ body: (UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>) -> Result
    ) -> Result {
        var pointers: [UnsafeMutablePointer<CChar>?] = strings.map { strdup($0) } + [nil]
        defer { for pointer in pointers { free(pointer) } }
        return pointers.withUnsafeMutableBufferPointer { buffer in
            // The array is never empty, so its buffer has an address.
            buffer.baseAddress.map(body) ?? body(UnsafeMutablePointer.allocate(capacity: 0))
        }
    }
}
