internal import CLinux

#if canImport(Glibc)
    internal import Glibc
#endif

/// A program to start, by posix_spawn(3).
///
/// The child blocks no signal: threads of a pool block all, and so do those of a program that
/// listens for signals on one thread. A child would inherit that and take no SIGTERM.
package struct ProcessSpawn: Sendable {
    /// What one of the child's standard streams is.
    package enum Stream: Sendable {
        /// An open file of this process, which stays open here.
        case descriptor(Int32)
        /// `/dev/null`.
        case nothing
        /// A file that is made if need be and written at its end.
        case file(String)
    }

    /// Why no process was started.
    package struct Failure: Error {
        /// Of errno(3).
        package let errno: Int32
    }

    /// The program's path, or its name to be looked for, and its arguments.
    package var command: [String]
    /// `NAME=value`; nil for this process's own.
    package var environment: [String]?
    package var input = Stream.nothing
    package var output = Stream.nothing
    package var error = Stream.nothing
    /// Closes all other files, sets all signals to what they do by themselves, and puts the child
    /// into a process group of its own.
    package var isApart = false

    /// - Parameter command: must not be empty.
    package init(_ command: [String]) {
        self.command = command
    }

    /// Starts it.
    ///
    /// - Returns: the process, which the caller has to wait for.
    package func start() throws(Failure) -> Int32 {
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        for (number, stream) in [input, output, error].enumerated() {
            Self.add(stream, as: Int32(number), to: &actions)
        }
        if isApart { posix_spawn_file_actions_addclosefrom_np(&actions, 3) }
        var attributes = posix_spawnattr_t()
        posix_spawnattr_init(&attributes)
        defer { posix_spawnattr_destroy(&attributes) }
        setSignals(&attributes)
        var words: [UnsafeMutablePointer<CChar>?] = command.map { strdup($0) } + [nil]
        var variables: [UnsafeMutablePointer<CChar>?] =
            (environment ?? []).map { strdup($0) } + [nil]
        defer { for text in words + variables { free(text) } }
        var process = pid_t()
        guard let name = words[0] else { throw Failure(errno: ENOENT) }
        let failure =
            environment == nil
            ? posix_spawnp(&process, name, &actions, &attributes, &words, environ)
            : posix_spawnp(&process, name, &actions, &attributes, &words, &variables)
        guard failure == 0 else { throw Failure(errno: failure) }
        return process
    }

    private static func add(
        _ stream: Stream, as number: Int32, to actions: inout posix_spawn_file_actions_t
    ) {
        switch stream {
        case .descriptor(let descriptor):
            posix_spawn_file_actions_adddup2(&actions, descriptor, number)
        case .nothing:
            let way = number == 0 ? O_RDONLY : O_WRONLY
            posix_spawn_file_actions_addopen(&actions, number, "/dev/null", way, 0)
        case .file(let path):
            posix_spawn_file_actions_addopen(
                &actions, number, path, O_WRONLY | O_CREAT | O_APPEND, 0o600)
        }
    }

    private func setSignals(_ attributes: inout posix_spawnattr_t) {
        var none = sigset_t()
        sigemptyset(&none)
        posix_spawnattr_setsigmask(&attributes, &none)
        var flags = POSIX_SPAWN_SETSIGMASK
        if isApart {
            var all = sigset_t()
            sigfillset(&all)
            posix_spawnattr_setsigdefault(&attributes, &all)
            posix_spawnattr_setpgroup(&attributes, 0)
            flags |= POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETPGROUP
        }
        posix_spawnattr_setflags(&attributes, Int16(flags))
    }
}
